import Model
import Testing

@testable import Reports

/// Nothing that a manifest's author wrote moves a cursor, hides, or commands a CI runner, in any report.
@Suite struct HostileTests {
  static let reports: [String: String] = [
    "plan text": PlanText.render(hostilePlan, digest: digest),
    "plan text, narrow": PlanText.render(hostilePlan, digest: digest, options: TextOptions(width: 20)),
    "plan JSON": PlanJSON.render(hostilePlan, digest: digest).pretty(),
    "plan markdown": PlanMarkdown.render(hostilePlan, digest: digest),
    "diagnostics text": DiagnosticsText.render([hostileDiagnostic], files: 1),
    "diagnostics JSON": DiagnosticsJSON.render([hostileDiagnostic]).pretty(),
    "apply text": ApplyReport(
      plan: hostilePlan, digest: digest,
      organizations: [OrganizationOutcome(organization: hostile, status: .failed, applied: 0, message: hostile)]
    ).text(),
    "table": TextTable(header: [hostile], rows: [[hostile], [" ::debug::"]]).render(),
  ]

  static let hostileDiagnostic = Diagnostic(
    code: hostile, message: hostile, location: SourceLocation(file: hostile, line: 1, column: 4), hint: hostile,
    excerpt: hostile)

  @Test(arguments: reports.keys.sorted())
  func staysInert(name: String) throws {
    let report = try #require(HostileTests.reports[name])
    #expect(!report.unicodeScalars.contains { $0 != "\n" && Inert.isHostile($0) })
    #expect(!report.utf8.containsRun(of: "##["))
    for line in report.utf8.split(separator: UInt8(ascii: "\n")) {
      #expect(!line.drop { $0 == UInt8(ascii: " ") }.starts(with: "::".utf8))
    }
  }

  @Test func githubCommandsAreOneLineEach() {
    let lines = DiagnosticsGitHub.render([HostileTests.hostileDiagnostic]).split(separator: "\n")
    #expect(lines.count == 1)
    #expect(!lines[0].unicodeScalars.contains { Inert.isHostile($0) })
    #expect(lines[0].hasPrefix("::error file=%3A%3Aerror%3A%3Ax\\u{1B}[2J%0D%0A\\u{23}#[error]"))
  }

  @Test func markdownClosesNothingAndPingsNobody() {
    let report = PlanMarkdown.render(hostilePlan, digest: digest)
    // The report's own: one comment, four folds.
    #expect(report.components(of: "<!--") == 1)
    #expect(report.components(of: "</details>") == 4)
    #expect(!report.utf8.containsRun(of: "@bob"))
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb\nc", "a\\u{9}b\\u{A}c"), ("\u{7F}\u{9B}31m", "\\u{7F}\\u{9B}31m"),
    ("\u{202E}x\u{2066}\u{FEFF}\u{AD}\u{3164}\u{E0041}", "\\u{202E}x\\u{2066}\\u{FEFF}\\u{AD}\\u{3164}\\u{E0041}"),
    ("é 日本 ❤️ naïve", "é 日本 ❤️ naïve"), ("::set-env", "\\u{3A}:set-env"), ("  ::x", "  \\u{3A}:x"), ("a::b", "a::b"),
    ("::\u{301}x", "\\u{3A}:\u{301}x"), ("#1 ##[a]", "#1 \\u{23}#[a]"),
  ])
  func inertLine(text: String, shown: String) {
    #expect(Inert.line(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test func wrappedLinesStartNoCommand() {
    #expect(wrapped("see the ::error::x", width: 10) == ["see the", "\\u{3A}:error::x"])
  }
}

extension Sequence<UInt8> {
  /// By bytes: a combining mark hides a match from comparisons of characters.
  func containsRun(of text: String) -> Bool {
    let bytes = Array(self)
    let needle = Array(text.utf8)
    return bytes.indices.contains { bytes[$0...].starts(with: needle) }
  }
}

extension String {
  func components(of text: String) -> Int { ranges(of: text).count }
}
