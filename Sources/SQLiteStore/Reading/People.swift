import Model

/// Accounts by id, and roles by their bytes, as symbols: the joins of a read, in memory and over integers.
struct People {
  private(set) var records: [AccountRecord] = []
  /// By id, for the small ids that there normally are; `unknown` where none is.
  private var dense: ContiguousArray<UInt32> = []
  private var sparse: [Int64: Symbol] = [:]
  private static let unknown = UInt32.max
  private static let denseLimit: Int64 = 1 << 24

  subscript(id: Int64) -> Symbol? {
    if id >= 0, id < dense.count {
      let symbol = dense[Int(id)]
      return symbol == People.unknown ? nil : Symbol(rawValue: symbol)
    }
    return sparse.isEmpty ? nil : sparse[id]
  }

  mutating func reserve(_ count: Int) { records.reserveCapacity(count) }

  mutating func add(_ record: AccountRecord) {
    records.append(record)
    // Only where ids come close together: one odd id must not cost memory for all below it.
    guard record.id >= 0, record.id < People.denseLimit, record.id < Int64(dense.count) + 1024 else {
      sparse[record.id] = record.person
      return
    }
    while dense.count <= record.id { dense.append(People.unknown) }
    dense[Int(record.id)] = record.person.rawValue
  }
}

/// The few roles there are: found by comparing bytes, without hashing them for every member.
struct RoleSymbols {
  private var known: [(bytes: [UInt8], symbol: Symbol)] = []

  mutating func symbol(_ role: UnsafeBufferPointer<UInt8>, _ names: inout NameTable) -> Symbol {
    for (bytes, symbol) in known where bytes.count == role.count && bytes.elementsEqual(role) { return symbol }
    let symbol = names.intern(role)
    if known.count < 16 { known.append((Array(role), symbol)) }
    return symbol
  }
}
