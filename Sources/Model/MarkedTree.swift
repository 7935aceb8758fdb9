/// One YAML document as a flat tree in preorder, every node with its place. Aliases and merge keys are already expanded.
///
/// Scalars are bytes, not Swift strings: interning reads them where they lie.
public struct MarkedTree: Sendable {
  public enum Kind: UInt8, Sendable { case scalar, sequence, mapping }

  public struct Node: Sendable {
    public var kind: Kind
    /// Scalars only: written plain, neither quoted nor as a block. A plain empty scalar is «no value».
    public var isPlain: Bool
    public var line: UInt32
    public var column: UInt32
    /// Scalars only: where its bytes lie in ``MarkedTree/text``.
    public var start: UInt32
    public var length: UInt32
    /// Index just behind the last node of its subtree. The children of a mapping alternate key, value.
    public var end: UInt32

    public init(
      kind: Kind, isPlain: Bool = false, line: UInt32, column: UInt32, start: UInt32 = 0, length: UInt32 = 0,
      end: UInt32 = 0
    ) {
      self.kind = kind
      self.isPlain = isPlain
      self.line = line
      self.column = column
      self.start = start
      self.length = length
      self.end = end
    }
  }

  /// The root is node 0; empty for a document without a node.
  public var nodes: ContiguousArray<Node>
  /// Bytes among which the UTF-8 of all scalars lies: may be those of the whole file, which trees then share.
  public var text: [UInt8]

  public init(nodes: ContiguousArray<Node> = [], text: [UInt8] = []) {
    (self.nodes, self.text) = (nodes, text)
  }

  public func string(_ node: Int) -> String { withBytes(node) { String(decoding: $0, as: UTF8.self) } }

  @inlinable public func withBytes<R>(_ node: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let start = Int(nodes[node].start)
    return try text.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(nodes[node].length)]))
    }
  }
}
