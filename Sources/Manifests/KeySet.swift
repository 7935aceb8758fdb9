/// The keys that a mapping may have.
final class KeySet: Sendable {
  /// The mapping in a message: «An Organization».
  let what: String
  let names: [String]
  private let bytes: [[UInt8]]
  /// Few names are equally long: most comparisons end here.
  private let lengths: InlineArray<16, UInt8>

  init(_ what: String, _ names: [String]) {
    precondition(names.count <= FieldTable.capacity)
    (self.what, self.names) = (what, names)
    bytes = names.map { Array($0.utf8) }
    lengths = InlineArray { $0 < names.count ? UInt8(names[$0].utf8.count) : 0 }
  }

  func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
    for i in 0..<names.count where Int(lengths[i]) == key.count {
      if bytes[i].elementsEqual(key) { return i }
    }
    return nil
  }

  func index(of key: String) -> Int? {
    let length = key.utf8.count
    for i in 0..<names.count where Int(lengths[i]) == length {
      if names[i] == key { return i }
    }
    return nil
  }
}

/// Where the values of a mapping with fixed keys are.
struct FieldTable {
  static let capacity = 16
  private static let absent: Int32 = -1
  private static let noValue: Int32 = -2

  let keys: KeySet
  /// The mapping's node.
  let mapping: Int
  private var values = InlineArray<16, Int32>(repeating: FieldTable.absent)
  private var keyNodes = InlineArray<16, Int32>(repeating: 0)

  init(keys: KeySet, mapping: Int) { (self.keys, self.mapping) = (keys, mapping) }

  /// The value's node; nil where the key is absent or has none.
  subscript(key: String) -> Int? { keys.index(of: key).flatMap { values[$0] < 0 ? nil : Int(values[$0]) } }

  func isPresent(_ key: String) -> Bool { keys.index(of: key).map(isPresent) ?? false }
  func isPresent(_ i: Int) -> Bool { values[i] != FieldTable.absent }

  /// The node of a key that is there.
  func keyNode(_ key: String) -> Int? { keys.index(of: key).flatMap { isPresent($0) ? Int(keyNodes[$0]) : nil } }

  mutating func set(_ i: Int, key: Int, value: Int?) {
    keyNodes[i] = Int32(key)
    values[i] = value.map(Int32.init) ?? FieldTable.noValue
  }
}
