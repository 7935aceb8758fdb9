/// Serials by tenant, in byte order of the tenants' names.
public struct Serials: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Entry: Hashable, Sendable {
    public var tenant: String
    public var serial: Int64
    public init(_ tenant: String, _ serial: Int64) { (self.tenant, self.serial) = (tenant, serial) }
  }

  public let entries: [Entry]

  /// In any order.
  public init(_ entries: [Entry]) {
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.tenant.utf8.precedes($1.tenant.utf8) }
    self.entries = isSorted ? entries : entries.sorted { $0.tenant.utf8.precedes($1.tenant.utf8) }
  }

  public init(dictionaryLiteral elements: (String, Int64)...) { self.init(elements.map { Entry($0.0, $0.1) }) }

  public subscript(tenant: String) -> Int64? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].tenant.utf8.precedes(tenant.utf8) { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].tenant == tenant ? entries[low].serial : nil
  }
}

extension String.UTF8View {
  fileprivate func precedes(_ other: String.UTF8View) -> Bool { lexicographicallyPrecedes(other) }
}
