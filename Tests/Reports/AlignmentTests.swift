import Testing

@testable import Reports

@Suite struct AlignmentTests {
  @Test(arguments: [
    ("ada", 3), ("日本語", 6), ("한글", 4), ("ｱ", 1), ("Ａ", 2), ("e\u{301}", 1), ("\u{301}", 0), ("😀", 2), ("❤️", 2),
    ("→", 1),
    ("…", 1), ("", 0),
  ])
  func displayWidth(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test func columnsLineUpByWidth() {
    let table = TextTable(
      header: ["a", "b", "n"], rows: [["日本", "x", "5"], ["e\u{301}", "", "10"]], rightAligned: [2])
    #expect(table.render() == "a     b   n\n日本  x   5\ne\u{301}        10\n")
  }

  @Test func rowsMayBeShortAndColumnsEmpty() {
    let table = TextTable(header: ["a", "", "c"], rows: [["1"], ["1", "", "2", "3"], []])
    #expect(table.render() == "a  c\n1\n1  2  3\n\n")
    #expect(TextTable(header: ["a"], rows: []).render(color: true) == "\u{1B}[1ma\u{1B}[0m\n")
  }

  @Test(
    arguments: [
      ("a b c", nil, ["a b c"]), ("aa bb cc", 5, ["aa bb", "cc"]), ("abcdefgh ij", 4, ["abcdefgh", "ij"]),
      ("日本 日本", 5, ["日本", "日本"]),
    ] as [(String, Int?, [String])])
  func wrapping(text: String, width: Int?, lines: [String]) {
    #expect(wrapped(text, width: width) == lines)
  }
}
