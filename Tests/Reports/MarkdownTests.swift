import Model
import Reports
import Testing

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("ml", "`ml`"), ("", ""), ("a`b", "``a`b``"), ("`a``", "``` `a`` ```"), ("`\u{301}x", "`` `\u{301}x ``"),
    ("a|b", "<code>a&#124;b</code>"), ("a|\u{338}`<", "<code>a&#124;\u{338}&#96;&#60;</code>"), (" x ", "`  x  `"),
    ("a\nb", "`a\\u{A}b`"),
  ])
  func codeSpans(text: String, markdown: String) {
    #expect(Markdown.code(text).unicodeScalars.elementsEqual(markdown.unicodeScalars))
  }

  @Test(arguments: [
    ("Plain words, no more (really).", "Plain words, no more (really)."),
    ("*a* <b> [c](d)", "&#42;a&#42; &#60;b&#62; &#91;c&#93;(d)"),
    ("ask @bob, or ada@x.example.", "ask `@bob`, or `ada@x.example`."), ("(#12) GH-3", "(`#12`) `GH-3`"),
    ("high-level https://x.example/?a", "high-level `https://x.example/?a`"), ("use `a: b` here", "use `a: b` here"),
    ("odd ` tick", "odd &#96; tick"), ("`a`@bob", "`` `a`@bob ``"), ("``", "&#96;&#96;"), ("a | b", "a &#124; b"),
  ])
  func prose(text: String, markdown: String) {
    #expect(Markdown.prose(text) == markdown)
  }

  /// However short the limit, the report keeps to it, starts with its marker, ends with its digest, closes what it opens
  /// and says what is missing.
  @Test func cutting() {
    let whole = PlanMarkdown.render(fullPlan, digest: digest)
    #expect(PlanMarkdown.render(fullPlan, digest: digest, limit: 65_536) == whole)
    let foot = whole.split(separator: "\n").last!
    var lengths: Set<Int> = []
    for limit in stride(from: 500, to: whole.utf8.count, by: 7) {
      let cut = PlanMarkdown.render(fullPlan, digest: digest, limit: limit)
      lengths.insert(cut.utf8.count)
      #expect(cut.utf8.count <= limit)
      #expect(cut.hasPrefix(PlanMarkdown.marker + "\n"))
      #expect(cut.hasSuffix("\n\n\(foot)\n"))
      #expect(cut.components(of: "<details>") == cut.components(of: "</details>"))
      #expect(cut.components(of: "left out for length") == 1)
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
    #expect(cut.contains("**\(5000 - shown) lines left out for length:**"))
  }
}
