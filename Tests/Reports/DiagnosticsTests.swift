import Model
import Testing

@testable import Reports

@Suite struct DiagnosticsTests {
  @Test(arguments: [
    ("ab: c", 5, "ab: c", "    ^"), ("\tx: y", 2, "    x: y", "    ^"), ("a\tb", 3, "a   b", "    ^"),
    ("日本: x", 5, "日本: x", "      ^"), ("a\u{1B}b", 3, "a\\u{1B}b", "       ^"), ("abc\r\n", 4, "abc", "   ^"),
    ("", 1, "", "^"), ("abc", 0, "abc", "^"), ("x ##[a]", 1, "x \\u{23}#[a]", "^"),
  ])
  func caret(text: String, column: Int, line: String, caret: String) {
    let shown = CaretLine(text, column: column, width: 40)
    #expect(shown.line == line)
    #expect(shown.caret == caret)
  }

  @Test(arguments: [1, 2, 30, 39, 40, 41, 500, 99_990, 100_000, 100_001])
  func longLinesAreWindowed(column: Int) {
    let text = String(repeating: "x", count: column - 1) + "T" + String(repeating: "y", count: max(0, 100_000 - column))
    let shown = CaretLine(text, column: column, width: 40)
    #expect(shown.line.displayWidth <= 40)
    #expect(shown.caret.count <= 40)
    #expect(Array(shown.line)[shown.caret.count - 1] == "T")
  }

  @Test(arguments: [
    (0, 0, "OK: 9 files, no errors."), (0, 1, "OK: 9 files, no errors, 1 warning."), (1, 0, "1 error in 1 file."),
    (3, 2, "3 errors, 2 warnings in 1 file."),
  ])
  func closingLine(errors: Int, warnings: Int, line: String) {
    let place = SourceLocation(file: "a.yaml", line: 1, column: 1)
    let diagnostics =
      Array(repeating: Diagnostic(code: "x", message: "m", location: place), count: errors)
      + Array(repeating: Diagnostic(.warning, code: "x", message: "m", location: place), count: warnings)
    #expect(DiagnosticsText.closingLine(diagnostics, files: 9) == line)
  }

  @Test func withoutAPlace() {
    let report = DiagnosticsText.render([Diagnostic(code: "none", message: "nothing there")], files: 0)
    #expect(report == "error: nothing there [none]\n\n1 error.\n")
  }

  @Test func githubEscapes() {
    let diagnostic = Diagnostic(
      .warning, code: "a,b", message: "100%: x, y\r\nz",
      location: SourceLocation(file: "C:a,b%.yaml", line: 2, column: 3))
    #expect(
      DiagnosticsGitHub.render([diagnostic])
        == "::warning file=C%3Aa%2Cb%25.yaml,line=2,col=3,title=a%2Cb::100%25: x, y%0D%0Az\n")
  }
}
