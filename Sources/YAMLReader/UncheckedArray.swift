import Model

/// An array with one owner and without checks, for the plain reader's innermost loops. An index must be below `count`.
struct UncheckedArray<Element>: ~Copyable {
  fileprivate var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  subscript(i: Int) -> Element {
    get { base[i] }
    set { base[i] = newValue }
  }

  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count &+= 1
  }

  mutating func removeLast() {
    count &-= 1
    (base + count).deinitialize(count: 1)
  }

  /// The elements, in an array of their own; none are left.
  mutating func take() -> ContiguousArray<Element> {
    defer { count = 0 }
    return ContiguousArray(unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.baseAddress?.moveInitialize(from: base, count: count)
      initialized = count
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    (base, capacity) = (larger, capacity * 2)
  }
}

/// The nodes of the document that is being read.
extension UncheckedArray<MarkedTree.Node> {
  mutating func append(scalar node: MarkedTree.Node) {
    append(node)
    end(count &- 1)
  }

  /// Says that the last node so far is also the last below `node`.
  mutating func end(_ node: Int) { base[node].end = UInt32(truncatingIfNeeded: count) }
}
