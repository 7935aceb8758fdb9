import Model

/// Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a pull request.
///
///     ::error file=manifests/acme.yaml,line=3,col=5,title=unknown-key::unknown key `membres`%0Ahint: members
public enum DiagnosticsGitHub {
  /// One line a diagnostic; nothing at all where there are none.
  public static func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.inReadingOrder.map { command($0) + "\n" }.joined()
  }

  private static func command(_ diagnostic: Diagnostic) -> String {
    var properties: [String] = []
    if let location = diagnostic.location {
      properties = ["file=\(property(location.file))", "line=\(location.line)", "col=\(location.column)"]
    }
    properties.append("title=\(property(diagnostic.code))")
    let hint = diagnostic.hint.map { "\nhint: \($0)" } ?? ""
    return "::\(diagnostic.severity.rawValue) \(properties.joined(separator: ","))::\(data(diagnostic.message + hint))"
  }

  /// GitHub's own escaping for what would end a command; other hostile characters as everywhere (``Inert``).
  private static func data(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case _ where Inert.isHostile(scalar): result += Inert.escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Properties also end at `:` and `,`.
  private static func property(_ text: String) -> String {
    var result = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": result += "%3A"
      case ",": result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
