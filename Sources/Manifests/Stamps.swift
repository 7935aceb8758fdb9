import Model

/// Which symbols were seen in the mapping at hand: duplicates cost one array access, and nothing is cleared.
struct Stamps {
  private var stamps: ContiguousArray<UInt32> = []
  private var generation: UInt32 = 0

  mutating func next() -> UInt32 {
    generation += 1
    return generation
  }

  /// False if the symbol was marked before in this generation.
  mutating func mark(_ symbol: Symbol, _ generation: UInt32) -> Bool {
    let i = Int(symbol.rawValue)
    if i >= stamps.count {
      stamps.append(contentsOf: repeatElement(0, count: max(i + 1 - stamps.count, stamps.count, 1024)))
    }
    if stamps[i] == generation { return false }
    stamps[i] = generation
    return true
  }
}

/// Symbols that something was found out about, once and for all.
struct SymbolSet {
  private var members: ContiguousArray<Bool> = []

  func contains(_ symbol: Symbol) -> Bool {
    let i = Int(symbol.rawValue)
    return i < members.count && members[i]
  }

  mutating func insert(_ symbol: Symbol) {
    let i = Int(symbol.rawValue)
    if i >= members.count {
      members.append(contentsOf: repeatElement(false, count: max(i + 1 - members.count, members.count, 1024)))
    }
    members[i] = true
  }
}

/// Memory that reading many files with one name table shares.
public struct ReadingScratch: Sendable {
  var stamps = Stamps()
  /// A person stands in many lists: their email is looked at once.
  var emails = SymbolSet()

  public init() {}
}
