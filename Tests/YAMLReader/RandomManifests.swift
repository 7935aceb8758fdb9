import TestSupport

/// Random documents in every style of YAML that the plain reader may meet, and ways to break them.
struct RandomManifests {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &random)] }

  // MARK: Documents by grammar

  /// A file of one or more documents.
  mutating func file() -> [UInt8] {
    var text = chance(20) ? "# \(pick(Self.texts))\n" : ""
    if chance(20) { text += "---\(lineEnd())" }
    for i in 0..<pick([1, 1, 1, 2, 3]) {
      if i > 0 { text += "---\(lineEnd())" }
      if chance(10) {
        text += flow(depth: 3, indent: 2) + lineEnd()
      } else {
        text += block(depth: 4, indent: chance(5) ? 3 : 0)
      }
    }
    if chance(10), text.hasSuffix("\n") { text.removeLast() }
    return Array(text.utf8)
  }

  /// The lines of a block collection.
  private mutating func block(depth: Int, indent: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    var text = ""
    if chance(75) {
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        text +=
          pad + scalar(isKey: true) + (chance(3) ? " :" : ":") + value(depth: depth, indent: indent, isItem: false)
        text += between()
      }
    } else {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        text += pad + "-" + value(depth: depth, indent: indent, isItem: true) + between()
      }
    }
    return text
  }

  /// What stands behind a key's colon or a dash, to the end of its lines.
  private mutating func value(depth: Int, indent: Int, isItem: Bool) -> String {
    let gap = chance(95) ? " " : pick(["  ", "   "])
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<50: return gap + scalar(isKey: false) + lineEnd()
    case 50..<65: return gap + flow(depth: min(depth, 2), indent: indent + 2) + lineEnd()
    case 65..<70: return lineEnd()
    case _ where depth == 0: return gap + "x\n"
    case 70..<80 where isItem:
      // Compact: the first line of the collection is this one.
      let deeper = indent + 1 + gap.utf8.count
      return gap + block(depth: depth - 1, indent: deeper).dropFirst(deeper)
    case 70..<80:
      // A sequence at the column of its key.
      let pad = String(repeating: " ", count: indent)
      var text = lineEnd()
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        text += pad + "-" + value(depth: depth - 1, indent: indent, isItem: true)
      }
      return text
    case 80..<83: return lineEnd() + String(repeating: " ", count: indent + 2) + flow(depth: 2, indent: 0) + lineEnd()
    default: return lineEnd() + block(depth: depth - 1, indent: indent + pick([1, 2, 2, 2, 2, 3, 4]))
    }
  }

  private mutating func flow(depth: Int, indent: Int) -> String {
    let isMapping = chance(50)
    let breaks = chance(15)
    func gap() -> String { "" }
    var parts: [String] = []
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let value = depth > 0 && chance(25) ? flow(depth: depth - 1, indent: indent + 2) : flowScalar()
      let key = isMapping ? flowScalar() + ": " : ""
      parts.append((breaks ? "\n" + String(repeating: " ", count: indent) : "") + key + value)
    }
    var text = parts.joined(separator: pick([", ", ", ", ",", " , "])) + (chance(5) ? "," : "")
    if breaks, chance(50) { text += lineEnd() }
    return isMapping ? "{\(text)}" : "[\(text)]"
  }

  private mutating func scalar(isKey: Bool) -> String {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<80: return pick(Self.words)
    case 80..<87: return quoted()
    case 87..<98: return isKey ? pick(Self.words) : pick(Self.texts)
    default:
      return String(repeating: pick(["k", "k ", "é"]), count: pick([300, 500, 511, 512, 1000, 1023, 1024, 1025]))
    }
  }

  private mutating func flowScalar() -> String {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<80: pick(Self.words)
    case 80..<90: quoted()
    default: pick(Self.flowTexts)
    }
  }

  private mutating func quoted() -> String {
    let quote = pick(["\"", "'"])
    return quote + pick(Self.texts + [""]).filter { $0 != "'" && $0 != "\"" && $0 != "\\" } + quote
  }

  private mutating func lineEnd() -> String {
    (chance(4) ? pick([" ", "   "]) : "") + (chance(6) ? " #\(pick(["", " ", "\t"]))\(pick(Self.texts))" : "") + "\n"
  }

  private mutating func between() -> String {
    chance(6) ? pick(["\n", "  \n", "# c\n", "      # c\n", "   #\n", "# \(pick(Self.texts))\n"]) : ""
  }

  private static let words = [
    "name", "ada@acme.example", "p-00ff@people.example", "member", "super-admin", "2027-01-31", "kind", "Organization",
    "a", "b", "true", "007", "~", "null", "ml", "k.8_s",
  ]
  private static let texts = [
    "Machine learning", "a b  c", "a#b", "a:b", "http://x.example/?a=b&c", "2027-01-31T12:00:00Z", "-x", "-", "--x",
    "x-", "x - y", "été", "копия", "🦊 fox", "日本", "tenure/v1", "a, b", "it's", "say \"x\"", "100%", "a@b", "x]", "{x",
    "a*b", "<<", "c:", "x?", "?x", ":x", "\\", "a\\b", "..", "...x", "---x", "=",
  ]
  private static let flowTexts = [
    "Machine learning", "a#b", "2027-01-31T12:00:00Z", "http://x.example", "été", "🦊", "-x", "x-", "a:b", "<<", "..",
    "a'b",
    "a  b", "...",
  ]

  // MARK: Mutations

  private static let snippets: [[UInt8]] =
    [
      "- ", "-", "? ", "?", ": ", ":", "{", "}", "[", "]", ",", ", ", "\"", "'", "#", " #", "# ", "&a ", "*a", "!t ",
      "!",
      "|", "|\n", ">-\n", "%", "@", "`", "<<: ", "<<", "\t", "\r", "\r\n", "\n", "\n\n", " ", "  ", "\\", "''", "\\n",
      "---", "---\n", "\n---\n", "--- ", "--- # c\n", "...", "\n...\n", "%YAML 1.1\n", "- - a", "a: b: c", "[a, b",
      "\"x\"y",
      "k:v", "- k: v\n", "? x\n", "key:    # comment\n", "{a, b: c}", "[a: b]", "{\"a\":1}", "[a,,b]", "- \n", "[a, ]",
      "{a: }",
      "{a: b,}", "{}", "[]", "é", "日本", "🦊", "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}",
      "\u{7F}", "\u{80}", "\u{9F}", "\u{D7FF}", "\u{E000}", "\u{10FFFF}", "\0", "\u{1}", "a: 1\n", "  a: 1\n", "- a\n",
      "  - a\n", "\na:\n- b\n", "\"a\": ", "'a' : ", "\"\"", "x\n  y",
    ].map { Array($0.utf8) } + [
      [0xC3], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80],
    ]

  /// Changes the bytes in one of many ways.
  mutating func mutate(_ bytes: inout [UInt8]) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, at + Int.random(in: 0..<20, using: &random))
    switch Int.random(in: 0..<16, using: &random) {
    case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
    case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    case 2...5: bytes.insert(contentsOf: pick(Self.snippets), at: at)
    case 6: bytes.replaceSubrange(at..<end, with: pick(Self.snippets))
    case 7: bytes.removeSubrange(at..<end)
    case 8: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
    case 9: if at > 0 { bytes.removeLast(bytes.count - at) }
    default: mutateLines(&bytes)
    }
    if bytes.count > 1 << 16 { bytes.removeLast(bytes.count - 1 << 15) }
  }

  private mutating func mutateLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    let (i, j) = (Int.random(in: 0..<lines.count, using: &random), Int.random(in: 0..<lines.count, using: &random))
    let indent = lines[i].prefix { $0 == 0x20 }.count
    switch Int.random(in: 0..<11, using: &random) {
    case 0: lines[i].insert(contentsOf: Array(repeating: 0x20, count: pick([1, 2, 3])), at: 0)
    case 1: lines[i].removeFirst(min(indent, pick([1, 2, 3])))
    case 2: lines.remove(at: i)
    case 3: lines.insert(lines[i], at: j)
    case 4: lines.swapAt(i, j)
    case 5:
      let other = lines[j].prefix { $0 == 0x20 }.count
      lines[i] = Array(repeating: 0x20, count: other) + lines[i].dropFirst(indent)
      lines[j] = Array(repeating: 0x20, count: indent) + lines[j].dropFirst(other)
    case 6: lines[i].insert(contentsOf: pick(Self.snippets), at: indent)
    case 7: lines[i] += pick(Self.snippets)
    case 8: if i + 1 < lines.count { lines[i] += lines.remove(at: i + 1).drop { $0 == 0x20 && indent > 0 } }
    case 9: lines.insert(Array(repeating: 0x20, count: indent) + pick(Self.snippets), at: i)
    default: lines[i] += [0x20, 0x20]
    }
    bytes = Array(lines.joined(separator: [0x0A]))
  }
}
