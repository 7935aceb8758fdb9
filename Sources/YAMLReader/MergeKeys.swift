import Model

/// Expands `<<`: the keys of the mappings it names, where the mapping has none of its own; the first mapping named wins.
enum MergeKeys {
  /// Rewrites the last mapping of the tree, `root`, all of whose children are there. Its own keys stay as they are,
  /// duplicates included, so that those can be reported.
  static func expand(in root: Int, of tree: inout MarkedTree, anchors: inout Anchors) throws(YAMLFailure) {
    var seen: Set<[UInt8]> = []
    var nodes: ContiguousArray<MarkedTree.Node> = []
    nodes.reserveCapacity(tree.nodes.count - root)
    // Runs of nodes that stay: where they began, how many, where they begin now.
    var runs: [(old: Int, count: Int, new: Int)] = []
    var sources: [Int] = []

    var key = root + 1
    while key < tree.nodes.count {
      let value = key + 1
      let end = Int(tree.nodes[value].end)
      if isMergeKey(key, of: tree) {
        sources += try mappings(value, of: tree)
      } else {
        seen.insert(tree.withBytes(key) { Array($0) })
        runs.append((key, end - key, root + 1 + nodes.count))
        append(key..<end, of: tree, to: &nodes, base: root + 1)
      }
      key = end
    }
    for source in sources {
      var key = source + 1
      let last = Int(tree.nodes[source].end)
      while key < last {
        let end = Int(tree.nodes[key + 1].end)
        if seen.insert(tree.withBytes(key) { Array($0) }).inserted {
          append(key..<end, of: tree, to: &nodes, base: root + 1)
        }
        key = end
      }
    }
    tree.nodes.removeSubrange((root + 1)...)
    tree.nodes.append(contentsOf: nodes)
    anchors.move(behind: root) { node in
      // The last run that begins at or before the node; runs are ascending.
      var (low, high) = (0, runs.count)
      while low < high {
        let middle = (low + high) / 2
        if runs[middle].old <= node { low = middle + 1 } else { high = middle }
      }
      guard low > 0, node < runs[low - 1].old + runs[low - 1].count else { return nil }
      return node - runs[low - 1].old + runs[low - 1].new
    }
  }

  private static func isMergeKey(_ node: Int, of tree: MarkedTree) -> Bool {
    tree.nodes[node].isPlain && tree.nodes[node].length == 2 && tree.withBytes(node) { $0[0] == 0x3C && $0[1] == 0x3C }
  }

  /// The mappings that a merge key names: one, or a sequence of them.
  private static func mappings(_ value: Int, of tree: MarkedTree) throws(YAMLFailure) -> [Int] {
    var found: [Int] = []
    switch tree.nodes[value].kind {
    case .mapping: return [value]
    case .sequence:
      var item = value + 1
      while item < Int(tree.nodes[value].end) {
        guard tree.nodes[item].kind == .mapping else { throw notAMapping(tree.nodes[item]) }
        found.append(item)
        item = Int(tree.nodes[item].end)
      }
      return found
    case .scalar: throw notAMapping(tree.nodes[value])
    }
  }

  private static func notAMapping(_ node: MarkedTree.Node) -> YAMLFailure {
    TreePlace(line: node.line, column: node.column).failure(
      "merge-key", "`<<` takes a mapping or a list of mappings.", hint: "Write `<<: *anchor`.")
  }

  private static func append(
    _ range: Range<Int>, of tree: MarkedTree, to nodes: inout ContiguousArray<MarkedTree.Node>, base: Int
  ) {
    let delta = base + nodes.count - range.lowerBound
    for i in range {
      var node = tree.nodes[i]
      node.end = UInt32(Int(node.end) + delta)
      nodes.append(node)
    }
  }
}
