import Model
import Testing

@testable import YAMLReader

/// `{key: value}` notation of a tree, with quotes around what was not plain.
func shape(_ tree: MarkedTree, _ node: Int = 0) -> String {
  let n = tree.nodes[node]
  switch n.kind {
  case .scalar: return n.isPlain ? tree.string(node) : "\"\(tree.string(node))\""
  case .sequence, .mapping:
    var parts: [String] = []
    var child = node + 1
    while child < Int(n.end) {
      if n.kind == .mapping {
        parts.append("\(shape(tree, child)): \(shape(tree, child + 1))")
        child = Int(tree.nodes[child + 1].end)
      } else {
        parts.append(shape(tree, child))
        child = Int(tree.nodes[child].end)
      }
    }
    let text = parts.joined(separator: ", ")
    return n.kind == .mapping ? "{\(text)}" : "[\(text)]"
  }
}

/// The place of the first scalar with this text.
func place(of text: String, in tree: MarkedTree) -> String? {
  tree.nodes.indices.first { tree.nodes[$0].kind == .scalar && tree.string($0) == text }
    .map { "\(tree.nodes[$0].line):\(tree.nodes[$0].column)" }
}

@Suite struct ReadingYAML {
  @Test(arguments: [
    ("a: 1\nb: [x, 'y']\n", "{a: 1, b: [x, \"y\"]}"),
    ("a:\nb: \"\"\n", "{a: , b: \"\"}"),
    ("no: 007\n", "{no: 007}"),
    ("a: &x {p: 1}\nb: *x\n", "{a: {p: 1}, b: {p: 1}}"),
    ("a: &x v\n*x : w\n", "{a: v, v: w}"),
    ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "{a: {p: 1, q: 2}, b: {q: 3, p: 1}}"),
    ("a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {<<: [*x, *y]}\n", "{a: {p: 1}, b: {p: 2, r: 3}, c: {p: 1, r: 3}}"),
    ("a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, z: 1}\n", "{a: {p: 1}, b: {q: 2, p: 1}, c: {z: 1, q: 2, p: 1}}"),
    ("a: {<<: {p: 1}, q: &v 2}\nb: *v\n", "{a: {q: 2, p: 1}, b: 2}"),
    ("a: {\"<<\": 1}\n", "{a: {\"<<\": 1}}"),
    ("a: {k: 1, k: 2}\n", "{a: {k: 1, k: 2}}"),
    ("%YAML 1.1\n---\na: 1\n", "{a: 1}"),
    ("a: |\n  x\n  y\n", "{a: \"x\ny\n\"}"),
  ])
  func reads(text: String, expected: String) throws {
    let result = YAMLReader.read(Array(text.utf8))
    #expect(result.failure == nil)
    #expect(result.documents.map { shape($0) } == [expected])
  }

  @Test(arguments: [("", 0), ("# nothing\n", 0), ("a: 1\n---\nb: 2\n", 2), ("---\n---\n", 2)])
  func countsDocuments(text: String, count: Int) {
    #expect(YAMLReader.read(Array(text.utf8)).documents.count == count)
  }

  @Test(arguments: [
    ("a: 1\nkey: value\n", "2:6"),
    ("a: 1\r\nkey: value\r\n", "2:6"),
    ("\u{FEFF}value: 1\n", "1:1"),
    ("\u{FEFF}key: value\r\n", "1:6"),
    ("ключ: value\n", "1:7"),
    ("🦊é: value\n", "1:5"),
    ("a: &x value\nb: *x\n", "1:4"),
    ("a: &x {key: value}\nb: {<<: *x}\n", "1:13"),
  ])
  func marks(text: String, expected: String) throws {
    let tree = try #require(YAMLReader.read(Array(text.utf8)).documents.first)
    #expect(place(of: "value", in: tree) == expected)
  }

  @Test func expandedValuesKeepThePlaceWhereTheyWereWritten() throws {
    let tree = try #require(YAMLReader.read(Array("a: &x {key: 1}\nb: {<<: *x}\n".utf8)).documents.first)
    let keys = tree.nodes.indices.filter { tree.nodes[$0].kind == .scalar && tree.string($0) == "key" }
    #expect(keys.map { [tree.nodes[$0].line, tree.nodes[$0].column] } == [[1, 8], [1, 8]])
  }

  static let failures: [(String, String, Int, Int)] = [
    ("a: *b\n", "undefined-alias", 1, 4),
    ("a: &x 1\n---\nb: *x\n", "undefined-alias", 3, 4),
    ("a: !!str x\n", "tag", 1, 4),
    ("a: ! x\n", "tag", 1, 4),
    ("a: !!map {x: 1}\n", "tag", 1, 4),
    ("a: !foo [x]\n", "tag", 1, 4),
    ("a: &x [*x]\n", "recursive-alias", 1, 8),
    ("? {a: 1}\n: b\n", "non-scalar-key", 1, 3),
    ("? [a]\n: b\n", "non-scalar-key", 1, 3),
    ("x: &x {a: 1}\n*x : b\n", "non-scalar-key", 2, 1),
    ("a: {<<: 1}\n", "merge-key", 1, 9),
    ("a: {<<: [1]}\n", "merge-key", 1, 10),
    ("a: &x {}\nb: {<<: *x, <<: *x}\n", "duplicate-key", 2, 13),
    ("a: {<<: &x {p: 1}}\nb: *x\n", "merge-key", 2, 4),
    ("a: \"x\\0y\"\n", "nul-byte", 1, 4),
    ("a: \"x\\u0000y\"\n", "nul-byte", 1, 4),
    ("a: 1\nb: x\0\n", "nul-byte", 2, 5),
    ("a: [\n", "yaml-syntax", 2, 1),
    ("a: b: c\n", "yaml-syntax", 1, 5),
    ("a:\n\tb: 1\n", "yaml-syntax", 2, 1),
    ("a: \u{1}\n", "yaml-syntax", 1, 4),
    ("a: 1\u{2028}b: 1\u{85}c: \u{1}\n", "yaml-syntax", 3, 4),
  ]

  @Test(arguments: failures)
  func refuses(text: String, code: String, line: Int, column: Int) throws {
    let result = YAMLReader.read(Array(text.utf8))
    let failure = try #require(result.failure)
    let hasDocumentBefore = text.contains("\n---\n")
    #expect(result.documents.isEmpty == !hasDocumentBefore)
    #expect([failure.code, "\(failure.line):\(failure.column)"] == [code, "\(line):\(column)"], "\(failure.message)")
  }

  @Test(arguments: [
    [0x61, 0x3A, 0x20, 0x0A, 0x62, 0xFF, 0x0A], [0x61, 0x0A, 0x62, 0xC3], [0x61, 0x0A, 0x62, 0xED, 0xA0, 0x80],
  ])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) throws {
    let failure = try #require(YAMLReader.read(bytes).failure)
    #expect(failure.code == "not-utf8")
    #expect([failure.line, failure.column] == [2, 2], "\(failure)")
  }

  @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]])
  func refusesUTF16(bytes: [UInt8]) { #expect(YAMLReader.read(bytes).failure?.code == "not-utf8") }

  @Test func countsColumnsInCharactersForBytesThatAreNotUTF8() {
    let failure = YAMLReader.read(Array("é: ".utf8) + [0xFF]).failure
    #expect(failure?.column == 4)
  }
}

@Suite struct YAMLLimitsHold {
  @Test func aBillionLaughsAreAnError() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in 1..<12 {
      text += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(YAMLReader.read(Array(text.utf8)).failure?.code == "alias-expansion")
  }

  @Test func aLongTextManyTimesIsAnError() {
    let text =
      "a: &a \"" + String(repeating: "x", count: 1 << 20) + "\"\nb: ["
      + Array(repeating: "*a", count: 17).joined(separator: ", ") + "]\n"
    #expect(YAMLReader.read(Array(text.utf8)).failure?.code == "alias-expansion")
  }

  @Test(arguments: [(64, nil), (65, "too-deep")] as [(Int, String?)])
  func depth(levels: Int, code: String?) {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(YAMLReader.read(Array(text.utf8)).failure?.code == code)
  }

  @Test func depthThroughAliasesCountsToo() {
    let half = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    let text =
      "a: &a \(half)\nb: " + String(repeating: "[", count: 30) + "*a" + String(repeating: "]", count: 30) + "\n"
    #expect(YAMLReader.read(Array(text.utf8)).failure?.code == "too-deep")
  }

  @Test func sizeIsLimited() {
    let limits = YAMLLimits(bytes: 10)
    #expect(YAMLReader.read(Array("a: 1234567".utf8), limits: limits).failure == nil)
    #expect(YAMLReader.read(Array("a: 12345678".utf8), limits: limits).failure?.code == "file-too-large")
  }

  @Test func mergeKeysCountAsExpansion() {
    var text = "base: &b {" + (0..<1000).map { "k\($0): v" }.joined(separator: ", ") + "}\n"
    for i in 0..<100 { text += "m\(i): {<<: *b}\n" }
    #expect(YAMLReader.read(Array(text.utf8)).failure?.code == "alias-expansion")
  }
}
