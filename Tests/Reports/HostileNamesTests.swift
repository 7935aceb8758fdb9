import Foundation
import Model
import Testing

@testable import Reports

/// One hostile text in every place that somebody outside fills in: a report of it has the shape of one about plain
/// names, in every format.
@Suite struct HostileNamesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    init(_ description: String, _ text: String) { (testDescription, self.text) = (description, text) }
  }

  static let rows = [
    Row("markdown", "**b** _i_ ~~s~~ [a](http://evil.example) ![i](http://evil.example/x.png) <http://evil.example>"),
    Row("HTML", "<img src=x onerror=alert(1)><script>alert(1)</script></details></td></table></summary>"),
    Row("the end of a comment, and the marker", "--> <!-- tenure-plan --> --!>"),
    Row("entities", "&lt;b&gt; &#60;i&#62; &amp;"), Row("a heading", "# h"), Row("a list", "- a * b + c 1. d > e"),
    Row("a rule", "--- === ***"), Row("a fence", "```\nrm -rf\n```"), Row("backticks", "`` ` ``` `<b>`"),
    Row("a backtick under a mark", "`\u{301}<b>`"), Row("a tilde fence", "~~~\nx\n~~~"),
    Row("a table", "a | b \\| c\n| --- |"), Row("a backslash at the end", "a\\"), Row("a footnote", "[^1]: x [^1]"),
    Row("a formula", "$x^2$ $$y$$"), Row("a picture", ":tada: :+1:"),
    Row("mentions", "@bob @org/team (@bob) \"@bob\" x,@bob"),
    Row("references", "#1 !2 GH-3 d93d73297752eb3381e822a8356fc9f26e8ee1df ~label %milestone org/repo#4"),
    Row("addresses", "www.evil.example https://evil.example mailto:a@b.example xmpp:a@b.example"),
    Row("addresses between bars", "|a@evil.example|www.evil.example|https://evil.example|http://\u{338}e.example|"),
    Row("a workflow command", "::error file=a,line=1::pwned"), Row("one behind spaces", "   ::add-mask::x"),
    Row("an old command", "##[error]pwned ##vso[task.setvariable]x"),
    Row("one on a line of its own", "x\n::error::pwned\r\n::stop-commands::t\r##[group]"),
    Row("percent escapes", "%0A::error::pwned %25 %0D"), Row("properties", "a,line=1,title=x::y"),
    Row("ANSI", "\u{1B}[31mred\u{1B}[0m\u{1B}[2J\u{1B}[1A"),
    Row("OSC", "\u{1B}]8;;http://evil.example\u{7}link\u{1B}]8;;\u{7} \u{1B}]0;title\u{7}"),
    Row("C1", "\u{9B}31m\u{9D}0;x"),
    Row("bidi", "\u{202E}gpj\u{202C} \u{2066}x\u{2069} \u{200F}"),
    Row("invisible", "a\u{200B}b\u{FEFF}c\u{AD}d\u{3164}e\u{E0041}"),
    Row("line ends", "a\nb\rc\u{2028}d\u{2029}e\u{85}f\u{B}g\u{C}h"), Row("NUL", "a\u{0}b\u{8}\u{8}c"),
    Row("JSON", "\"},{\"action\":\"x\"\\"), Row("YAML", "a: b # c\n- d"),
    Row("a closing line", "\nNo changes.\nPlan: 0 to add, 0 to change, 0 to remove; 0 blocked, 0 waiting, 0 held."),
  ]

  /// A review in which `name` is everything that has a name.
  static func review(_ name: String) -> PlanReview {
    let place = SourceLocation(file: name, line: 1, column: 1)
    let path = Path(tenant: name, workspace: name)
    var plan = plan(
      [
        Action(
          .changeRole, organization: name, workspace: name, subject: name, before: ["role": .text(name)],
          after: ["role": .text(name + "x"), name: .text(name)], origin: .change, actors: [name, name], source: place),
        Action(
          .deleteWorkspace, organization: name, workspace: name, before: ["members": .number(2)],
          after: ["removed": .text(name)], origin: .change, source: place, blockedBy: [.creatorKept]),
      ],
      blocked: [
        Refusal(
          rule: .creatorKept, organization: name, workspace: name, message: name, remedy: name, source: place)
      ],
      waiting: [
        Waiting(organization: name, workspace: name, subject: name, for: .acceptInvitation, since: now, others: [name])
      ],
      held: [Held(organization: name, subject: name, because: .left, since: now)],
      warnings: [PlanWarning(code: name, message: name, path: name)],
      overrides: [Override(rule: .creatorKept, organization: name, reason: name)], invalid: [name],
      suspended: [SuspendedTenant(organization: name, reason: name, since: now)])
    plan.source = PlanSource(repository: name, ref: name, commit: name, manifests: name)
    let effects = [
      Effect(
        .gains, .role, person: name, displayName: name, path: path, before: .init(role: name),
        after: .init(role: name + "x"), group: name, givesTopRole: true, source: place),
      Effect(.gains, .everything(of: name), person: name, path: path, source: place),
      Effect(
        .loses, .role, person: name, displayName: name, path: path, before: .init(role: name), source: place,
        blockedBy: [.creatorKept]),
    ]
    return PlanReview(
      plan, digest: digest, effects: effects, besides: plan.actions, besidesEffects: effects, base: name,
      outcomes: [OrganizationOutcome(organization: name, status: .failed, applied: 0, message: name)])
  }

  static let formats: [String: @Sendable (PlanReview) -> String] = [
    "text": { PlanText.render($0) }, "text, narrow": { PlanText.render($0, options: TextOptions(width: 40)) },
    "JSON": { PlanJSON.render($0).pretty() + "\n" }, "markdown": { PlanMarkdown.render($0) },
    "markdown, cut": { PlanMarkdown.render($0, limit: PlanMarkdown.commentLimit) },
    "github": {
      PlanGitHub.render($0, diagnostics: [Diagnostic(code: $0.plan.source.ref, message: "m", hint: "h")])
    },
    "apply": {
      ApplyReport(plan: $0.plan, digest: digest, organizations: $0.outcomes ?? []).text()
    },
  ]

  @Test(arguments: rows, formats.keys.sorted())
  func `a hostile name neither commands, nor hides, nor begins a line`(row: Row, format: String) throws {
    let render = try #require(Self.formats[format])
    let report = render(Self.review(row.text))
    #expect(!report.unicodeScalars.contains { $0 != "\n" && Inert.isHostile($0) })
    #expect(!report.utf8.containsRun(of: "##["))
    #expect(!report.utf8.containsRun(of: "##vso["))
    let lines = report.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if format == "github" {
      let commands = ["::error ", "::warning ", "::notice "]
      #expect(lines.dropLast().allSatisfy { line in commands.contains { line.starts(with: $0.utf8) } })
    } else {
      #expect(lines.allSatisfy { !$0.drop { $0 == UInt8(ascii: " ") }.starts(with: "::".utf8) })
    }
    // Prose is wrapped by its length.
    guard format != "text, narrow" else { return }
    let plain = render(Self.review("plain")).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    #expect(lines.count == plain.count)
  }

  @Test(arguments: rows + [Row("length", String(repeating: "long ", count: 3000))])
  func `no name makes a comment too long`(row: Row) {
    let report = PlanMarkdown.render(Self.review(row.text), limit: PlanMarkdown.commentLimit)
    #expect(report.utf8.count <= PlanMarkdown.commentLimit)
    #expect(report.hasPrefix(PlanMarkdown.marker + "\n"))
    #expect(report.hasSuffix("<sub>Digest: `\(digest)`</sub>\n"))
  }

  // MARK: - As a forge renders it

  static let renderer = ["/usr/bin/cmark-gfm", "/usr/local/bin/cmark-gfm"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(
    .enabled(if: renderer != nil, "SKIPPED: cmark-gfm is not here; .ci/install-deps cmark-gfm installs it"),
    arguments: rows)
  func `rendered, it is the same elements as with plain names`(row: Row) throws {
    let hostile = try Self.rendered(PlanMarkdown.render(Self.review(row.text)))
    let plain = try Self.rendered(PlanMarkdown.render(Self.review("plain")))
    #expect(Self.elements(hostile) == Self.elements(plain))
    let outside = Self.outsideCode(hostile)
    for trace in ["@", "#1", "www.", "://", ":tada:", "$x", "GH-3", "d93d732"] {
      #expect(!outside.contains(trace), "\(trace) stands where a forge makes something of it")
    }
  }

  private static func rendered(_ markdown: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(renderer))
    process.arguments = ["--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "footnotes"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let bytes = Data(markdown.utf8)
    let writing = Thread {
      input.fileHandleForWriting.write(bytes)
      try? input.fileHandleForWriting.close()
    }
    writing.start()
    let html = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: html, as: UTF8.self)
  }

  /// Tags in order, but for code: a plain name stands outside of it, another one inside.
  private static func elements(_ html: String) -> [Substring] {
    html.matches(of: #/<[^>]*>/#.matchingSemantics(.unicodeScalar)).map(\.output).filter {
      $0 != "<code>" && $0 != "</code>"
    }
  }

  private static func outsideCode(_ html: String) -> String {
    html.replacing(#/(?s)<code>.*?</code>|<[^>]*>/#.matchingSemantics(.unicodeScalar), with: "")
  }
}
