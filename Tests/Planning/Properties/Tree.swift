import TestSupport

/// YAML to be written.
indirect enum Tree: ExpressibleByStringLiteral {
  case text(String)
  case list([Tree])
  case map([(String, Tree)])

  init(stringLiteral value: String) { self = .text(value) }

  /// The same in another order of keys and of lists whose order has no meaning.
  func shuffled(_ random: inout SplitMix) -> Tree {
    switch self {
    case .text: self
    case .list(let items): .list(items.map { $0.shuffled(&random) }.shuffled(using: &random))
    case .map(let entries): .map(entries.map { ($0, $1.shuffled(&random)) }.shuffled(using: &random))
    }
  }

  /// A document: one line a key, and one for each entry of what holds more than words.
  func rendered(indent: String = "") -> String {
    guard case .map(let entries) = self else { return indent + flow + "\n" }
    return entries.map { key, value in
      if case .map(let inner) = value, inner.contains(where: { $0.1.isMap }), indent.count < 4 {
        return "\(indent)\(key):\n" + value.rendered(indent: indent + "  ")
      }
      return "\(indent)\(key): \(value.flow)\n"
    }.joined()
  }

  private var isMap: Bool { if case .map = self { true } else { false } }

  private var flow: String {
    switch self {
    case .text(let text): text
    case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0): \($1.flow)" }.joined(separator: ", ") + "}"
    }
  }
}

extension SplitMix {
  /// True in so many of a hundred cases.
  mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &self)] }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
