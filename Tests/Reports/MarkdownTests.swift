import Model
import Reports
import Testing

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("Grace Hopper", "Grace Hopper"), ("acme/ml", "acme/ml"), ("a`b`", "a&#96;b&#96;"),
    ("~ada@x/Personal", "`~ada@x/Personal`"),
    ("_G_", "&#95;G&#95;"),
  ])
  func names(text: String, markdown: String) {
    #expect(Markdown.plain(text) == markdown)
  }

  @Test(arguments: [
    ("ml", "`ml`"), ("", ""), ("a`b", "<code>a&#96;b</code>"), ("`\u{301}x", "<code>&#96;\u{301}x</code>"),
    ("a|b", "<code>a&#124;b</code>"), ("<b>", "<code>&#60;b&#62;</code>"), (" x ", "<code> x </code>"),
    ("a\nb", "`a\\u{A}b`"), ("ada@x.example", "`ada@x.example`"),
    ("ask @bob", "<code>ask </code><code>&#64;bob</code>"),
    ("~ada@x/Personal", "`~ada@x/Personal`"),
    ("|http://\u{338}e WWW.e", "<code>&#124;http</code><code>://\u{338}e W</code><code>WW.e</code>"),
  ])
  func codeSpans(text: String, markdown: String) {
    #expect(Markdown.code(text).unicodeScalars.elementsEqual(markdown.unicodeScalars))
  }

  @Test(arguments: [
    ("Plain words, no more (really).", "Plain words, no more (really)."),
    ("*a* <b> [c](d)", "&#42;a&#42; &#60;b&#62; &#91;c&#93;(d)"),
    ("ask @bob, or ada@x.example.", "ask <code></code><code>&#64;bob</code>, or `ada@x.example`."),
    ("(#12) GH-3", "(`#12`) `GH-3`"),
    ("high-level https://x.example/?a", "high-level `https://x.example/?a`"), ("use `a: b` here", "use `a: b` here"),
    ("25% of :tada: at 12:00:00Z", "25% of `:tada:` at 12:00:00Z"), ("!1 ~label $x$", "`!1` `~label` `$x$`"),
    ("odd ` tick", "odd &#96; tick"), ("`a`@bob", "`a`<code></code><code>&#64;bob</code>"), ("``", "&#96;&#96;"),
    ("a | b", "a &#124; b"),
  ])
  func prose(text: String, markdown: String) {
    #expect(Markdown.prose(text) == markdown)
  }

  /// However short the limit, the report keeps to it, starts with its marker, ends with its digest, closes what it opens
  /// and says what is missing.
  @Test func cutting() {
    let whole = PlanMarkdown.render(fullReview)
    #expect(PlanMarkdown.render(fullReview, limit: 65_536) == whole)
    let foot = whole.split(separator: "\n").last!
    var lengths: Set<Int> = []
    for limit in stride(from: 1400, to: whole.utf8.count, by: 7) {
      let cut = PlanMarkdown.render(fullReview, limit: limit)
      lengths.insert(cut.utf8.count)
      #expect(cut.utf8.count <= limit)
      #expect(cut.hasPrefix(PlanMarkdown.marker + "\n"))
      #expect(cut.hasSuffix("\n\n\(foot)\n"))
      #expect(cut.components(of: "<details>") == cut.components(of: "</details>"))
      #expect(cut.components(of: "Left out for length") == 1)
      let table = cut.split(separator: "\n").filter { $0.hasPrefix("|") }
      #expect(table.allSatisfy { $0.hasSuffix("|") })
      #expect(table.last.map { !$0.contains("---") } ?? true)
    }
    #expect(lengths.count > 10)
  }

  @Test func cutSaysHowMuch() {
    let many = plan(
      (0..<5000).map { Action(.invite, organization: "acme", subject: "p\($0)@x.example", origin: .first) })
    let cut = PlanMarkdown.render(many, digest: digest, limit: 65_536)
    #expect(cut.utf8.count > 65_000)
    let shown = cut.components(of: "| invite |")
    #expect(cut.contains("**Left out for length:** \(5000 - shown) of 5000 actions."))
  }

  private static func gain(_ number: Int, top: Bool) -> Effect {
    Effect(
      .gains, .role, person: "p\(number)@x.example", path: Path(tenant: "acme", workspace: "ml"),
      after: .init(role: top ? "admin" : "viewer"), givesTopRole: top)
  }

  /// The one gain that matters stands last among thousands, and behind thousands of actions and refusals.
  @Test func `a gain of the highest role is not cut away before anything else`() {
    let refusals = (0..<3000).map { number in
      Refusal(rule: .memberCap, organization: "acme", subject: "r\(number)@x.example", message: "full", remedy: "none")
    }
    let actions = (0..<3000).map { Action(.invite, organization: "acme", subject: "p\($0)@x.example", origin: .first) }
    let effects = (0..<3000).map { Self.gain($0, top: false) } + [Self.gain(9999, top: true)]
    let review = PlanReview(plan(actions, blocked: refusals), digest: digest, effects: effects)
    let cut = PlanMarkdown.render(review, limit: 65_536)
    #expect(cut.utf8.count <= 65_536)
    #expect(cut.contains("- `p9999@x.example` gains admin in acme/ml, **the highest role there**\n"))
    #expect(cut.contains("- `member-cap` `acme`, `r39@x.example`"))
    #expect(cut.contains(" of 3001 gains and losses; "))
    #expect(!cut.contains("of them a highest role"))
  }

  @Test func `gains of the highest role that do not fit are counted`() throws {
    let review = PlanReview(
      plan([Action(.invite, organization: "acme", origin: .first)]), digest: digest,
      effects: (0..<3000).map { Self.gain($0, top: $0 % 2 == 0) })
    let cut = PlanMarkdown.render(review, limit: 65_536)
    let shown = cut.components(of: "highest role there")
    #expect(shown > 300)
    #expect(cut.contains("gains and losses (\(1500 - shown) of them a highest role, an ownership or a whole account)"))
  }

  @Test func `one endless text leaves room for all others`() {
    let reason = String(repeating: "word ", count: 50_000)
    let review = PlanReview(
      plan([
        Action(
          .deleteWorkspace, organization: "acme", workspace: "old", after: ["removed": .text(reason)], origin: .change),
        Action(.removeMember, organization: "acme", subject: "tom@acme.example", origin: .change),
      ]), digest: digest)
    let cut = PlanMarkdown.render(review, limit: 65_536)
    #expect(cut.contains("`tom@acme.example`"))
    #expect(cut.contains("more characters)"))
    #expect(!cut.contains("Left out for length"))
  }
}
