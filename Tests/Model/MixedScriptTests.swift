import Model
import Testing

@Suite struct MixedScriptTests {
  @Test(
    arguments: [
      ("\u{430}d\u{430}@acme.example", "\u{430}"), ("m\u{430}chine", "\u{430}"), ("иван@acme.example", "и"),
      ("alph\u{3B1}", "\u{3B1}"), ("ML 研究", "研"), ("\u{1D41A}da", "\u{1D41A}"),
    ] as [(String, Unicode.Scalar)])
  func `a letter of another script among Latin ones is found`(text: String, letter: Unicode.Scalar) {
    #expect(MixedScript.letter(in: text) == letter)
  }

  @Test(arguments: [
    "ada@acme.example", "josé@acme.example", "Größe", "jose\u{301}", "Продажи 2027", "研究", "Łódź", "ﬁn", "Ｆｕｌｌ", "5 µm",
    "☃ snow", "",
    "N\u{BA} 5", "O\u{2BC}Neil", "Tiếng Việt", "İstanbul",
  ])
  func `one script, whatever its accents, is no mixture`(text: String) { #expect(MixedScript.letter(in: text) == nil) }

  @Test func `a letter is named`() { #expect(MixedScript.name(of: "\u{430}") == "U+0430, CYRILLIC SMALL LETTER A") }
}
