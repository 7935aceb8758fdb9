import Model

/// Diagnostics for a terminal, in the form that editors and CI parse, with the line and a caret below it.
///
///     manifests/acme.yaml:24:7: error: unknown key `membres` [unknown-key]
///       24 |       membres: {}
///          |       ^
///     hint: did you mean `members`?
public enum DiagnosticsText {
  /// Columns for a source line where the terminal's width is not known.
  static let defaultWidth = 120

  /// - Parameter files: how many files were read, for the line at the end.
  public static func render(_ diagnostics: [Diagnostic], files: Int, options: TextOptions = TextOptions()) -> String {
    let paint = Paint(options.color)
    var lines: [String] = []
    for diagnostic in diagnostics.inReadingOrder {
      lines += render(diagnostic, options: options, paint: paint) + [""]
    }
    lines.append(paint(closingLine(diagnostics, files: files), .bold))
    return lines.map { $0 + "\n" }.joined()
  }

  private static func render(_ diagnostic: Diagnostic, options: TextOptions, paint: Paint) -> [String] {
    let place = diagnostic.location.map { paint("\(Inert.line($0.description)):", .bold) + " " } ?? ""
    let severity =
      switch diagnostic.severity {
      case .error: paint("error:", .boldRed)
      case .warning: paint("warning:", .yellow)
      }
    var lines = ["\(place)\(severity) \(Inert.line(diagnostic.message)) [\(Inert.line(diagnostic.code))]"]
    if let location = diagnostic.location, let excerpt = diagnostic.excerpt {
      let number = String(location.line)
      let gutter = String(repeating: " ", count: number.utf8.count)
      let width = (options.width ?? defaultWidth) - gutter.utf8.count - 5
      let source = CaretLine(excerpt, column: location.column, width: width)
      lines.append(paint("  \(number) | ", .dim) + source.line)
      lines.append(paint("  \(gutter) | ", .dim) + paint(source.caret, .boldRed))
    }
    if let hint = diagnostic.hint { lines.append("hint: \(Inert.line(hint))") }
    return lines
  }

  /// `3 errors, 1 warning in 2 files.`, counting the files that have any, or `OK: 12 files, no errors.`, counting what
  /// was read.
  static func closingLine(_ diagnostics: [Diagnostic], files: Int) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let more = warnings == 0 ? "" : ", \(counted(warnings, "warning"))"
    guard errors > 0 else { return "OK: \(counted(files, "file")), no errors\(more)." }
    let named = Set(diagnostics.compactMap(\.location?.file)).count
    return "\(counted(errors, "error"))\(more)\(named == 0 ? "" : " in \(counted(named, "file"))")."
  }
}
