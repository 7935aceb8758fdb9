import Model

@testable import YAMLReader

/// What the plain reader and libyaml make of the same bytes.
enum Disagreement {
  /// How they differ; nil where they do not.
  static func between(
    _ ours: YAMLResult, _ theirs: YAMLResult
  ) -> String? {
    if ours.failure != theirs.failure {
      return "failures: \(String(describing: ours.failure)), \(String(describing: theirs.failure))"
    }
    guard ours.documents.count == theirs.documents.count else {
      return "documents: \(ours.documents.count), \(theirs.documents.count)"
    }
    for (i, (a, b)) in zip(ours.documents, theirs.documents).enumerated() {
      guard a.nodes.count == b.nodes.count else { return "document \(i): \(a.nodes.count) nodes, \(b.nodes.count)" }
      for node in a.nodes.indices where !areEqual(a, b, node) {
        return "document \(i), node \(node): \(shown(a, node)), \(shown(b, node))"
      }
    }
    return nil
  }

  /// Everything but where in the text a scalar lies, which is each reader's own affair.
  private static func areEqual(_ a: MarkedTree, _ b: MarkedTree, _ node: Int) -> Bool {
    let (x, y) = (a.nodes[node], b.nodes[node])
    guard
      x.kind == y.kind, x.isPlain == y.isPlain, x.line == y.line, x.column == y.column, x.length == y.length,
      x.end == y.end
    else { return false }
    return a.withBytes(node) { left in b.withBytes(node) { right in left.elementsEqual(right) } }
  }

  private static func shown(_ tree: MarkedTree, _ node: Int) -> String {
    let x = tree.nodes[node]
    return "\(x.kind) \(x.isPlain ? "plain" : "") \(x.line):\(x.column) end \(x.end) `\(tree.string(node))`"
  }

  /// Reads the bytes in both ways, through the door too: how they differ, and whether the plain reader took them.
  static func reading(_ bytes: [UInt8], limits: YAMLLimits = .init()) -> (problem: String?, isTaken: Bool) {
    let theirs = YAMLReader.readAnything(bytes, limits: limits)
    return (
      between(YAMLReader.read(bytes, limits: limits), theirs), PlainReader.documents(of: bytes, limits: limits) != nil
    )
  }
}
