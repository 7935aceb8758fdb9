import Model

/// Builds ``MarkedTree``s from events: one flat array of nodes, one of text, nothing allocated per node.
struct TreeBuilder {
  private struct Open {
    var node: Int
    var isMapping: Bool
    var expectsKey: Bool
    var merges = false
  }

  private(set) var documents: [MarkedTree] = []
  private var tree = MarkedTree()
  private var stack: [Open] = []
  private var anchors = Anchors()
  private var expandedNodes = 0
  private var expandedBytes = 0
  private let limits: YAMLLimits

  init(limits: YAMLLimits) {
    self.limits = limits
    stack.reserveCapacity(limits.depth)
  }

  mutating func scalar(
    _ bytes: UnsafeBufferPointer<UInt8>, isPlain: Bool, anchor: UnsafePointer<UInt8>?, _ place: TreePlace
  ) throws(YAMLFailure) {
    // Only double quotes can make one: the file itself has none.
    if !isPlain, bytes.contains(0) {
      throw place.failure("nul-byte", "The text has a NUL character.", hint: "Leave out the `\\0`.")
    }
    if let last = stack.indices.last, stack[last].isMapping {
      if stack[last].expectsKey, isPlain, bytes.count == 2, bytes[0] == 0x3C, bytes[1] == 0x3C {
        if stack[last].merges {
          throw place.failure(
            "duplicate-key", "The merge key `<<` stands here twice.", hint: "Write one: `<<: [*first, *second]`.")
        }
        stack[last].merges = true
      }
      stack[last].expectsKey.toggle()
    }
    if let anchor { anchors.add(anchor, node: tree.nodes.count) }
    let start = UInt32(tree.text.count)
    tree.text.append(contentsOf: bytes)
    tree.nodes.append(
      MarkedTree.Node(
        kind: .scalar, isPlain: isPlain, line: place.line, column: place.column, start: start,
        length: UInt32(bytes.count), end: UInt32(tree.nodes.count + 1)))
  }

  mutating func open(
    _ kind: MarkedTree.Kind, anchor: UnsafePointer<UInt8>?, _ place: TreePlace
  ) throws(YAMLFailure) {
    try willAddContainer(place)
    guard stack.count < limits.depth else {
      throw place.failure("too-deep", "The document is nested deeper than \(limits.depth) levels.")
    }
    if let anchor { anchors.add(anchor, node: tree.nodes.count) }
    stack.append(Open(node: tree.nodes.count, isMapping: kind == .mapping, expectsKey: true))
    // end stays 0 while the node is open: an alias to it would contain itself.
    tree.nodes.append(MarkedTree.Node(kind: kind, line: place.line, column: place.column))
  }

  mutating func close() throws(YAMLFailure) {
    guard let closed = stack.popLast() else { return }
    if closed.merges { try MergeKeys.expand(in: closed.node, of: &tree, anchors: &anchors) }
    tree.nodes[closed.node].end = UInt32(tree.nodes.count)
  }

  mutating func alias(_ name: UnsafePointer<UInt8>?, _ place: TreePlace) throws(YAMLFailure) {
    let name = name.map { String(cString: $0) } ?? ""
    let start: Int
    switch anchors[name] {
    case nil:
      throw place.failure(
        "undefined-alias", "The alias `*\(name)` names no anchor of this document.",
        hint: "Anchors (`&\(name)`) stand before their aliases, in the same document.")
    case .merged?:
      throw place.failure(
        "merge-key", "The anchor `&\(name)` stands inside a merge key's value and cannot be used again.",
        hint: "Put the anchor where the mapping is an entry of its own.")
    case .node(let node)?: start = node
    }
    let end = Int(tree.nodes[start].end)
    guard end != 0 else {
      throw place.failure("recursive-alias", "The alias `*\(name)` stands inside what it names.")
    }
    if tree.nodes[start].kind == .scalar {
      if let last = stack.indices.last, stack[last].isMapping { stack[last].expectsKey.toggle() }
    } else {
      try willAddContainer(place)
    }
    try expand(start..<end, place)
  }

  mutating func endDocument() {
    documents.append(tree)
    tree = MarkedTree()
    anchors = Anchors()
    stack.removeAll(keepingCapacity: true)
  }

  private mutating func willAddContainer(_ place: TreePlace) throws(YAMLFailure) {
    guard let last = stack.indices.last, stack[last].isMapping else { return }
    if stack[last].expectsKey {
      throw place.failure(
        "non-scalar-key", "A key must be a name, not a mapping or a list.",
        hint: "Quote a key that begins with `{` or `[`.")
    }
    stack[last].expectsKey = true
  }

  /// Copies the nodes; their text is shared, but counted as if it were not: what reads the tree pays for it.
  private mutating func expand(_ range: Range<Int>, _ place: TreePlace) throws(YAMLFailure) {
    expandedNodes += range.count
    guard expandedNodes <= limits.expandedNodes else {
      throw place.failure("alias-expansion", "Aliases expand to more than \(limits.expandedNodes) nodes.")
    }
    let delta = UInt32(tree.nodes.count - range.lowerBound)
    var ends: [UInt32] = []
    for i in range {
      var node = tree.nodes[i]
      if node.kind == .scalar {
        expandedBytes += Int(node.length)
      } else {
        while let end = ends.last, end <= UInt32(i) { ends.removeLast() }
        ends.append(node.end)
        guard stack.count + ends.count <= limits.depth else {
          throw place.failure("too-deep", "The document is nested deeper than \(limits.depth) levels.")
        }
      }
      node.end += delta
      tree.nodes.append(node)
    }
    guard expandedBytes <= limits.expandedBytes else {
      throw place.failure("alias-expansion", "Aliases expand to more than \(limits.expandedBytes) bytes.")
    }
  }
}
