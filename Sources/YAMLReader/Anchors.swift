/// The anchors of one document, in the order of their nodes. A name may be given again: the later one counts.
struct Anchors {
  enum Target {
    case node(Int)
    case merged
  }

  private var byName: [String: Int] = [:]
  /// Ascending but for the merged ones.
  private var targets: [Target] = []

  subscript(name: String) -> Target? { byName[name].map { targets[$0] } }

  mutating func add(_ name: UnsafePointer<UInt8>, node: Int) {
    byName[String(cString: name)] = targets.count
    targets.append(.node(node))
  }

  /// Follows nodes behind `root` to where `moved` says they went; nil: they are gone.
  mutating func move(behind root: Int, _ moved: (Int) -> Int?) {
    for i in targets.indices.reversed() {
      switch targets[i] {
      case .merged: continue
      case .node(let node):
        if node <= root { return }
        targets[i] = moved(node).map { .node($0) } ?? .merged
      }
    }
  }
}
