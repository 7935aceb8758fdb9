import Model

/// Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a pull request.
///
///     ::error file=manifests/acme.yaml,line=3,col=5,title=unknown-key::unknown key `membres`%0Ahint: members
public enum DiagnosticsGitHub {
  /// One line a diagnostic; nothing at all where there are none.
  public static func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.inReadingOrder.map { WorkflowCommand($0).line + "\n" }.joined()
  }
}

extension WorkflowCommand {
  init(_ diagnostic: Diagnostic) {
    let level: Level =
      switch diagnostic.severity {
      case .error: .error
      case .warning: .warning
      }
    let hint = diagnostic.hint.map { "\nhint: \($0)" } ?? ""
    self.init(level, at: diagnostic.location, title: diagnostic.code, diagnostic.message + hint)
  }
}
