import Foundation
import Model
import TestSupport
import Testing

@testable import Manifests

/// A YAML document as a tree that can be changed and written again.
private indirect enum Tree {
  /// Plain where that reads back as the same text.
  case scalar(String, isQuoted: Bool)
  case list([Tree])
  case mapping([(key: String, value: Tree)])
  case nothing

  init(_ tree: MarkedTree, _ node: Int = 0) {
    let marked = tree.nodes[node]
    var (children, next) = ([Int](), node + 1)
    while marked.kind != .scalar, next < Int(marked.end) {
      children.append(next)
      next = Int(tree.nodes[next].end)
    }
    switch marked.kind {
    case .scalar:
      self = marked.length == 0 && marked.isPlain ? .nothing : .scalar(tree.string(node), isQuoted: !marked.isPlain)
    case .sequence: self = .list(children.map { Tree(tree, $0) })
    case .mapping:
      self = .mapping(
        stride(from: 0, to: children.count, by: 2).map { (tree.string(children[$0]), Tree(tree, children[$0 + 1])) })
    }
  }

  /// In flow style, on one line.
  var text: String {
    switch self {
    case .scalar(let text, let isQuoted): isQuoted || !Tree.isPlain(text) ? Tree.quoted(text) : text
    case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { (Tree.isPlain($0.key) ? $0.key : Tree.quoted($0.key)) + ": " + $0.value.text }.joined(separator: ", "))}"
    case .nothing: ""
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9~_.+-][A-Za-z0-9~_.+@%\/*-]*/) != nil && text != "-" && !text.hasPrefix("---")
      && !text.hasPrefix("...")
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value >= 0x2028:
        "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// Where its nodes are, as indices from the root.
  var places: [[Int]] {
    let children: [Tree] =
      switch self {
      case .scalar, .nothing: []
      case .list(let items): items
      case .mapping(let entries): entries.map(\.value)
      }
    return [[]] + children.enumerated().flatMap { i, child in child.places.map { [i] + $0 } }
  }

  subscript(place: ArraySlice<Int>) -> Tree {
    get {
      guard let first = place.first else { return self }
      switch self {
      case .scalar, .nothing: return self
      case .list(let items): return items[first][place.dropFirst()]
      case .mapping(let entries): return entries[first].value[place.dropFirst()]
      }
    }
    set {
      guard let first = place.first else {
        self = newValue
        return
      }
      switch self {
      case .scalar, .nothing: break
      case .list(var items):
        items[first][place.dropFirst()] = newValue
        self = .list(items)
      case .mapping(var entries):
        entries[first].value[place.dropFirst()] = newValue
        self = .mapping(entries)
      }
    }
  }
}

/// Breaks, and sometimes does not break, documents that are valid.
private struct Mutator {
  var generator: SplitMix
  /// Every key, scalar and subtree of the documents it began with.
  var keys: [String] = []
  var parts: [Tree] = []

  static let scalars = [
    "007", "0", "1", "-1", "+1", "5", "1.5", "1e3", "0x10", "0o17", "1_000", "9223372036854775807",
    "9223372036854775808",
    "00000000000000000000012", "true", "false", "True", "yes", "no", "on", "off", "~", "null", "none", "never", "Null",
    "",
    " ", " x", "x ", "a\u{0}b".replacing("\u{0}", with: "\u{1}"), "a\nb", "a\u{202E}b", "a\u{200D}b", "\u{A0}x", "é",
    "🦊",
    "ключ", "\u{2028}", "\u{E000}", "\u{FEFF}", "Acme", "acme", "a.b", ".a", "-a", "a-", "_", "a b", "ada@acme.example",
    "ADA@Acme.example", "ada@", "@", "a@b", "a@b..c", "a@-b.c", "a@b-.c", "a@b-c.d", "a.b+c@d", "a b@c", "é@é", "a@b@c",
    "\"@b", "2027-01-31", "2027-02-29", "2028-02-29", "2000-02-29", "1900-02-29", "2100-02-28", "2027-02-30",
    "2027-13-01",
    "2027-00-10", "2027-1-1", "0000-02-29", "2027-01-31T12:00:00Z", "2027-01-31t23:59:60z", "2027-01-31T24:00:00Z",
    "2027-01-31T12:00:00.5+02:00", "2027-01-31T12:00:00.Z", "2027-01-31T12:00:00", "2027-01-31T12:00Z", "14d", "0d",
    "1w",
    "5291w", "5292w", "37037d", "37038d", "888888h", "888889h", "53333333m", "53333334m", "3200000000s", "3200000001s",
    "007d", "1h30m", "d", "14", "14 d", "25%", "0%", "100%", "101%", "007%", "%", "25 %", "0 18 * * 5", "0 18 * * FRI",
    "0 25 * * 5", "* * * * *", "*/15 9-17/2 1,15 jan-Dec SUN-sat", "60 * * * *", "*/0 * * * *", "*/9999 * * * *",
    "*/10000 * * * *", "0000 * * * *", "00000 * * * *", "0 0 * * 7", "0 0 * * 8", "0 0 0 * *", "0 0 31 12 *",
    "0 0 32 * *",
    "0 0 * 13 *", "0 0 * JANUARY *", " 0\t0  * * * ", "0 0 * *", "0 0 * * * *", "1-2-3 * * * *", "1,,2 * * * *",
    "59 23 * * *", "0059 0023 0031 0012 0007", "FRI * * * *", "0 0 * * fri/2", "UTC", "GMT", "Europe/Berlin",
    "America/Argentina/Ushuaia", "Europe/", "Europe", "Etc/GMT+5", "Middle Earth", "Europe/a/b/c", "europe/berlin",
    "Europe/é", String(repeating: "a", count: 100), String(repeating: "a", count: 101),
    String(repeating: "é", count: 100), String(repeating: "é", count: 101), String(repeating: "a", count: 64) + "@b",
    String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 63),
    "a@" + String(repeating: "b", count: 64), "a@" + String(repeating: "b.", count: 126) + "b",
    "a@" + String(repeating: "b.", count: 125) + "bb", "Europe/" + String(repeating: "a", count: 57),
    "Europe/" + String(repeating: "a", count: 58), "Organization", "Workspace", "Group", "Account", "Policy",
    "tenure/v1",
    "only-workspace", "organizations", "raise", "any", "authoritative", "additive", "enterprise", "members.view", "all",
  ]

  init(_ seed: UInt64, _ documents: [Tree]) {
    generator = SplitMix(seed: seed)
    for document in documents {
      for place in document.places {
        let part = document[place[...]]
        if case .mapping(let entries) = part { keys += entries.map(\.key) }
        if !place.isEmpty { parts.append(part) }
      }
    }
    keys =
      Array(Set(keys)).sorted() + ["removed", "released", "renamedFrom", "freeze-window", "minimum-admins", "nonsense"]
  }

  private mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

  mutating func scalar() -> Tree {
    .scalar(Self.scalars.randomElement(using: &generator)!, isQuoted: chance(3))
  }

  mutating func mutate(_ document: inout Tree) {
    let place = document.places.randomElement(using: &generator)![...]
    switch (document[place], Int.random(in: 0..<10, using: &generator)) {
    case (.mapping(var entries), 0) where !entries.isEmpty:
      entries.remove(at: Int.random(in: 0..<entries.count, using: &generator))
      document[place] = .mapping(entries)
    case (.mapping(var entries), 1) where !entries.isEmpty:
      let value = entries.remove(at: Int.random(in: 0..<entries.count, using: &generator)).value
      let key = chance(2) ? keys.randomElement(using: &generator)! : Self.scalars.randomElement(using: &generator)!
      document[place] = .mapping(entries.filter { $0.key != key } + [(key, value)])
    case (.mapping(let entries), 2...5):
      let value = chance(2) ? scalar() : parts.randomElement(using: &generator)!
      let key = keys.randomElement(using: &generator)!
      document[place] = .mapping(entries.filter { $0.key != key } + [(key, value)])
    case (.list(let items), 0...4):
      document[place] = .list(items + [chance(2) ? scalar() : parts.randomElement(using: &generator)!])
    case (_, 6): document[place] = .nothing
    case (_, 7): document[place] = parts.randomElement(using: &generator)!
    case (let old, 8): document[place] = .list([old])
    case (.mapping, _), (.list, _), (.scalar, _), (.nothing, _): document[place] = scalar()
    }
  }
}

@Suite("Reader and schema") struct SchemaPropertyTests {
  /// A document of every kind with every key, and all that are shipped.
  private static func seeds() throws -> [Tree] {
    let whole = brokenManifests.filter(\.expected.isEmpty).map(\.text)
    let all = try Shipped.texts().sorted { $0.key < $1.key }.map(\.value) + whole
    return all.flatMap { text in
      let file = parse(Snapshot.File(path: "m.yaml", objectID: nil, bytes: Array(text.utf8)))
      return file.documents.filter { !$0.nodes.isEmpty }.map { Tree($0) }
    }
  }

  /// `TENURE_SCHEMA_ROUNDS` says how many documents (default 800), `TENURE_FUZZ_SEED` from which seed on.
  @Test(.enabled(if: SchemaValidator.isAvailable))
  func `agree on whatever becomes of valid documents`() throws {
    let environment = ProcessInfo.processInfo.environment
    let seed = UInt64(environment["TENURE_FUZZ_SEED"] ?? "") ?? UInt64.random(in: 0..<1_000_000)
    let rounds = Int(environment["TENURE_SCHEMA_ROUNDS"] ?? "") ?? 800
    print("schema property: TENURE_FUZZ_SEED=\(seed)")
    let seeds = try Self.seeds()
    var mutator = Mutator(seed, seeds)
    let texts = (0..<rounds).map { _ in
      var document = seeds.randomElement(using: &mutator.generator)!
      for _ in 0..<Int.random(in: 0..<4, using: &mutator.generator) { mutator.mutate(&document) }
      return document.text + "\n"
    }
    let documents = try Agreement(texts).documents.flatMap(\.self)
    let valid = documents.count(where: \.isValid)
    print("schema property: \(documents.count) documents, \(valid) of them valid")
    #expect(documents.count > rounds * 9 / 10)
    #expect(valid > rounds / 20 && valid < rounds * 9 / 10)
    for problem in documents.compactMap(Agreement.problem).prefix(5) {
      Issue.record("TENURE_FUZZ_SEED=\(seed): \(problem)")
    }
  }
}
