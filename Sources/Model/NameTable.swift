/// A name (an email, a role, a workspace …) as a small integer of one ``NameTable``.
///
/// Two symbols of the same table are equal exactly when their texts are, in Unicode's normal form C. Their order is the order of interning and
/// means nothing to people: sort by ``NameTable/precedes(_:_:)`` before anything is shown.
public struct Symbol: Hashable, Sendable, Comparable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public static func < (a: Symbol, b: Symbol) -> Bool { a.rawValue < b.rawValue }
}

/// Every name that desired and actual state speak of, stored once, so that matching compares integers.
///
/// A value: it is filled while manifests and store are read, and only read while planning.
public struct NameTable: Sendable {
  private var bytes: ContiguousArray<UInt8> = []
  private var ends: ContiguousArray<UInt32> = []
  /// Open addressing; 0 is a free slot, otherwise half of the hash above symbol + 1.
  private var slots: ContiguousArray<UInt64>
  private let key = Words.Key.ofThisProcess
  /// For each symbol the symbol of its caseless form, or `unknown`.
  private var folds: ContiguousArray<UInt32> = []
  private static let unknown = UInt32.max

  public init(minimumCapacity: Int = 1024) {
    var size = 1024
    while size * 3 < minimumCapacity * 4 { size *= 2 }
    slots = ContiguousArray(repeating: 0, count: size)
  }

  public var count: Int { ends.count }

  /// The symbol of this text (UTF-8), made when it is new.
  public mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> Symbol {
    if (ends.count + 1) * 4 > slots.count * 3 { grow() }
    let hash = hash(text)
    let found = slot(of: text, hash)
    if slots[found] != 0 { return NameTable.symbol(slots[found]) }
    // What is in the table is normal: only new text has to be looked at.
    if var normal = NameTable.normalized(text) { return normal.withUTF8 { intern($0) } }
    bytes.append(contentsOf: text)
    ends.append(UInt32(bytes.count))
    folds.append(NameTable.unknown)
    slots[found] = hash << 32 | UInt64(ends.count)
    return Symbol(rawValue: UInt32(ends.count - 1))
  }

  public mutating func intern(_ text: String) -> Symbol {
    var text = text
    return text.withUTF8 { intern($0) }
  }

  /// The symbol of `text` if it has one already.
  public func symbol(of text: String) -> Symbol? {
    var text = text.nfc
    let found = text.withUTF8 { slot(of: $0, hash($0)) }
    return slots[found] == 0 ? nil : NameTable.symbol(slots[found])
  }

  /// Nil where the text is in normal form already.
  private static func normalized(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    guard text.contains(where: { $0 >= 0x80 }) else { return nil }
    let normal = String(decoding: text, as: UTF8.self).nfc
    return normal.utf8.elementsEqual(text) ? nil : normal
  }

  public func text(_ symbol: Symbol) -> String {
    withBytes(of: symbol) { String(decoding: $0, as: UTF8.self) }
  }

  public func withBytes<R>(of symbol: Symbol, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let range = range(symbol)
    return try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// Byte order of the texts: the order of everything that is shown.
  public func precedes(_ a: Symbol, _ b: Symbol) -> Bool {
    if a == b { return false }
    let (x, y) = (range(a), range(b))
    return bytes.withUnsafeBufferPointer { all in
      let common = min(x.count, y.count)
      for i in 0..<common {
        let (l, r) = (all[x.lowerBound + i], all[y.lowerBound + i])
        if l != r { return l < r }
      }
      return x.count < y.count
    }
  }

  /// The symbol of the form in which emails are compared (SPEC section 1, «account»): ``Swift/String/emailKey``.
  public mutating func folded(_ symbol: Symbol) -> Symbol {
    let known = folds[Int(symbol.rawValue)]
    if known != NameTable.unknown { return Symbol(rawValue: known) }
    let isLower = withBytes(of: symbol) { Words($0).isLowercaseASCII }
    let result = isLower ? symbol : intern(text(symbol).emailKey)
    folds[Int(symbol.rawValue)] = result.rawValue
    folds[Int(result.rawValue)] = result.rawValue
    return result
  }

  private func range(_ symbol: Symbol) -> Range<Int> {
    let i = Int(symbol.rawValue)
    return (i == 0 ? 0 : Int(ends[i - 1]))..<Int(ends[i])
  }

  private static func symbol(_ slot: UInt64) -> Symbol { Symbol(rawValue: UInt32(truncatingIfNeeded: slot) - 1) }

  /// 32 bits, which say where the search begins and stay beside the symbol: other bytes seldom have the same.
  private func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 { Words(text).hash(key) & 0xFFFF_FFFF }

  /// The slot that holds these bytes, or the free one where they belong.
  private func slot(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    return bytes.withUnsafeBufferPointer { all in
      while slots[slot] != 0 {
        if slots[slot] >> 32 == hash {
          let range = range(NameTable.symbol(slots[slot]))
          if range.count == text.count, text.isEmpty || Words(text).areEqual(all.baseAddress! + range.lowerBound) {
            return slot
          }
        }
        slot = (slot + 1) & mask
      }
      return slot
    }
  }

  private mutating func grow() {
    let old = slots
    slots = ContiguousArray(repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}
