import Model
import Testing

@testable import YAMLReader

@Suite struct StrayLineBreaks {
  static let breaks = ["\r", "\u{85}", "\u{2028}", "\u{2029}"]

  @Test(arguments: breaks)
  func `outside quoted text are errors where they stand`(character: String) {
    for (text, line, column) in [
      ("a: 1 # on call\(character)b: 2\n", 1, 15), ("a: 1\(character)b: 2\n", 1, 5),
      ("k: v\na: |\n  x\(character)  y\n", 3, 4),
      ("a: x\(character)  y\n", 1, 5), ("a: \"x\"\(character)b: 1\n", 1, 7), ("a: 1\n# end\(character)", 2, 6),
      ("a: &x # on call\(character)  \"b\"\n", 1, 16), ("a: &x\n  # é\(character)  'b'\n", 2, 6),
      ("é: [1,\(character) 2]\n", 1, 7),
      ("a: \"x\(character)y\"\nb: 1\(character)c: 2\n", 2 + 1, 5), ("\u{FEFF}a: 1\(character)b: 2\n", 1, 5),
    ] {
      let failure = YAMLReader.read(Array(text.utf8)).failure
      #expect(failure?.code == "line-break", "\(text.debugDescription)")
      #expect(failure.map { [$0.line, $0.column] } == [line, column], "\(text.debugDescription)")
    }
  }

  @Test(arguments: breaks)
  func `inside quoted text are text`(character: String) {
    for text in [
      "a: \"x\(character)y\"\nb: 1\n", "a: &x \"x\(character)y\"\nb: 1\n", "a: &x\n  # é\n  'x\(character)y'\n",
      "\u{FEFF}é: 'x\(character)y'\nb: 1\n",
    ] {
      let result = YAMLReader.read(Array(text.utf8))
      #expect(result.failure == nil, "\(text.debugDescription)")
      #expect(result.documents.count == 1)
    }
  }

  @Test func `lines may end as on Windows`() {
    #expect(YAMLReader.read(Array("a: 1\r\nb: |\r\n  x\r\n".utf8)).failure == nil)
  }

  @Test func `before a syntax error they come first`() {
    #expect(YAMLReader.read(Array("a: 1\rb: [\n".utf8)).failure?.code == "line-break")
  }
}

@Suite struct BrokenFiles {
  @Test func `the documents before the one that fails are there`() {
    let result = YAMLReader.read(Array("a: 1\n---\nb: 2\n---\nc: [\n".utf8))
    #expect(result.failure?.code == "yaml-syntax")
    #expect(result.documents.map { shape($0) } == ["{a: 1}", "{b: 2}"])
  }
}
