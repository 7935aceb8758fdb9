import Model

/// A tree while a document is read from it. Copies count no references, of which member lists would take a dozen a row.
struct TreeView {
  let nodes: UnsafeBufferPointer<MarkedTree.Node>
  private let text: UnsafeBufferPointer<UInt8>

  /// `body` must not let the view escape.
  static func of<R>(_ tree: MarkedTree, _ body: (TreeView) -> R) -> R {
    tree.nodes.withUnsafeBufferPointer { nodes in
      tree.text.withUnsafeBufferPointer { text in body(TreeView(nodes: nodes, text: text)) }
    }
  }

  /// The bytes of a scalar.
  func bytes(_ node: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[Int(nodes[node].start)..<Int(nodes[node].start + nodes[node].length)])
  }

  func string(_ node: Int) -> String { String(decoding: bytes(node), as: UTF8.self) }
}
