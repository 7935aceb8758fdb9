/// The keys that a mapping may have.
struct KeySet: Sendable {
  /// The mapping in a message: «An Organization».
  let what: String
  let names: [String]
  private let bytes: [[UInt8]]

  init(_ what: String, _ names: [String]) {
    precondition(names.count <= FieldTable.capacity)
    (self.what, self.names) = (what, names)
    bytes = names.map { Array($0.utf8) }
  }

  func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
    for i in bytes.indices where bytes[i].count == key.count {
      if bytes[i].elementsEqual(key) { return i }
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
  subscript(key: String) -> Int? { index(key).flatMap { values[$0] < 0 ? nil : Int(values[$0]) } }

  func isPresent(_ key: String) -> Bool { index(key).map(isPresent) ?? false }
  func isPresent(_ i: Int) -> Bool { values[i] != FieldTable.absent }

  /// The node of a key that is there.
  func keyNode(_ key: String) -> Int? { index(key).flatMap { isPresent($0) ? Int(keyNodes[$0]) : nil } }

  mutating func set(_ i: Int, key: Int, value: Int?) {
    keyNodes[i] = Int32(key)
    values[i] = value.map(Int32.init) ?? FieldTable.noValue
  }

  private func index(_ key: String) -> Int? { keys.names.firstIndex(of: key) }
}
