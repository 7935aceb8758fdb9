import Model

/// Reads one document's tree against the schema, collecting everything that is wrong with it.
struct DocumentReader {
  let tree: TreeView
  var names: NameTable
  var scratch: ReadingScratch
  var findings: [Finding] = []
  var warnings: [Finding] = []
  /// Names that a warning of this document is about: one is enough.
  var warned: Set<Symbol> = []
  /// What the document's errors stop; known once its kind and name are.
  var scope = Diagnostic.Scope.everything

  init(_ tree: TreeView, names: NameTable, scratch: ReadingScratch) {
    (self.tree, self.names, self.scratch) = (tree, names, scratch)
  }

  // MARK: Reporting

  /// How many findings of one file are kept: beyond that they cost memory and help nobody.
  static let mostFindings = 1000

  mutating func report(_ code: String, _ message: String, at place: Place, hint: String? = nil) {
    guard findings.count < Self.mostFindings else {
      if findings.count == Self.mostFindings { findings.append(Self.tooMany(after: place)) }
      return
    }
    findings.append(Finding(code: code, message: message, place: place, hint: hint, scope: scope))
  }

  /// Stops everything: what is not told may concern anything.
  static func tooMany(after place: Place) -> Finding {
    Finding(
      code: "too-many-errors",
      message: "There are more than \(mostFindings) errors in this file; the rest is not shown.",
      place: place, hint: "Repair these first.", scope: .everything)
  }

  /// What was reported last is about nothing that could be a declaration.
  mutating func lastIsTrifle() { findings[findings.count - 1].isTrifle = true }

  mutating func report(_ code: String, _ message: String, at node: Int, hint: String? = nil) {
    report(code, message, at: place(node), hint: hint)
  }

  /// What stops nothing; it does not count among the errors of the file.
  mutating func warn(_ code: String, _ message: String, at node: Int, hint: String) {
    warnings.append(
      Finding(code: code, message: message, place: place(node), hint: hint, scope: .nothing, severity: .warning))
  }

  // MARK: Nodes

  func place(_ node: Int) -> Place { Place(line: tree.nodes[node].line, column: tree.nodes[node].column) }

  func isScalar(_ node: Int) -> Bool { tree.nodes[node].kind == .scalar }

  /// A plain scalar without a character: `key:` and nothing behind it.
  func hasNoValue(_ node: Int) -> Bool {
    let node = tree.nodes[node]
    return node.kind == .scalar && node.isPlain && node.length == 0
  }

  func string(_ node: Int) -> String { tree.string(node) }

  mutating func intern(_ node: Int) -> Symbol { names.intern(tree.bytes(node)) }

  func equals(_ node: Int, _ text: StaticString) -> Bool {
    let bytes = tree.bytes(node)
    return text.withUTF8Buffer { $0.count == bytes.count && bytes.elementsEqual($0) }
  }

  /// Index behind the node: the next sibling.
  func behind(_ node: Int) -> Int { Int(tree.nodes[node].end) }

  /// The items of a sequence.
  func items(_ node: Int) -> [Int] {
    var (found, item) = ([Int](), node + 1)
    while item < behind(node) {
      found.append(item)
      item = behind(item)
    }
    return found
  }

  // MARK: Types

  private func kindName(_ node: Int) -> String {
    switch tree.nodes[node].kind {
    case .scalar: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// Whether the node is of this kind; an error otherwise. A key without a value is reported by whoever saw the key.
  mutating func expect(_ kind: MarkedTree.Kind, _ node: Int, _ what: String, example: String? = nil) -> Bool {
    if tree.nodes[node].kind == kind { return true }
    let wanted =
      switch kind {
      case .scalar: "text"
      case .sequence: "a list"
      case .mapping: "a mapping"
      }
    report(
      "wrong-type", "`\(what)` takes \(wanted), not \(kindName(node)).", at: node,
      hint: example.map { "Write `\($0)`." })
    return false
  }

  /// The keys of a mapping with fixed keys.
  mutating func fields(_ node: Int, _ keys: KeySet) -> FieldTable {
    var table = FieldTable(keys: keys, mapping: node)
    var key = node + 1
    while key < behind(node) {
      let value = key + 1
      defer { key = behind(value) }
      guard let i = keys.index(of: tree.bytes(key)) else {
        let name = string(key)
        report(
          "unknown-key", "\(keys.what) has no key `\(shown(name))`.", at: key,
          hint: Suggestion.hint(for: name, among: keys.names) ?? "Its keys: \(keys.names.joined(separator: ", ")).")
        // A word names nobody.
        if isScalar(value), !tree.bytes(value).contains(UInt8(ascii: "@")) { lastIsTrifle() }
        continue
      }
      if table.isPresent(i) {
        report("duplicate-key", "The key `\(keys.names[i])` stands here twice.", at: key)
        continue
      }
      table.set(i, key: key, value: hasNoValue(value) ? nil : value)
      if hasNoValue(value) { reportNoValue(key) }
    }
    return table
  }

  mutating func reportNoValue(_ key: Int) {
    report(
      "no-value", "The key `\(shown(string(key)))` has no value.", at: key,
      hint: "Leave the key out to leave it as it is, or write `\"\"`, `{}` or `[]` for an empty value.")
  }

  /// The value of a key that must be there.
  mutating func required(_ key: String, _ fields: FieldTable) -> Int? {
    if !fields.isPresent(key) {
      report("missing-key", "\(fields.keys.what) needs the key `\(key)`.", at: fields.mapping)
    }
    return fields[key]
  }

  /// The keys of a mapping by name, with a value. One that stands there again is an error and not the first: what is
  /// below it is read for its errors alone.
  mutating func uniqueKeys(_ node: Int, _ what: String) -> [(key: Int, name: Symbol, isFirst: Bool)] {
    var found: [(key: Int, name: Symbol, isFirst: Bool)] = []
    let generation = scratch.stamps.next()
    var key = node + 1
    while key < behind(node) {
      let value = key + 1
      defer { key = behind(value) }
      let name = intern(key)
      let isFirst = scratch.stamps.mark(name, generation)
      if !isFirst { report("duplicate-key", "\(what) `\(shown(names.text(name)))` stands here twice.", at: key) }
      guard !hasNoValue(value) else {
        reportNoValue(key)
        continue
      }
      found.append((key, name, isFirst))
    }
    return found
  }

  /// Text for a message: cut, and on one line.
  func shown(_ text: String) -> String { Shown.text(text) }
}

/// Names as messages quote them.
enum Shown {
  /// At most 80 characters, none of them a control.
  static func text(_ text: String) -> String {
    var cut = ""
    for scalar in text.unicodeScalars.prefix(80) {
      cut.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return text.unicodeScalars.count > 80 ? cut + "…" : cut
  }
}
