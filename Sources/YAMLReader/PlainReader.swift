import Model

/// Reads the plain subset of YAML that nearly all manifests are, straight from the bytes, into the same trees as libyaml.
///
/// It only exists for speed. At the first thing it does not know it gives up, and libyaml reads the whole file: errors
/// never come from here, and what libyaml would refuse is never taken. Tests hold the two against each other.
///
/// | taken | given up |
/// |---|---|
/// | block mappings and sequences, compact ones too | `? key`, `<<`, anchors, aliases, tags |
/// | flow mappings and sequences, over lines too | in them: pairs in lists, empty values, `?`, `"a":b` |
/// | scalars on one line, plain or quoted | on several lines, block scalars, escapes, `''` |
/// | comments, blank lines, `---` alone on its line | directives, `...`, a document without a node |
/// | printable ASCII, UTF-8 from U+00A0 on | tabs but in comments, `\r`, U+0085, U+2028, U+2029, U+FEFF, controls |
struct PlainReader: ~Copyable {
  /// Something that this reader does not know, or an error.
  struct GivenUp: Error {}

  /// A block collection whose end is not reached.
  struct Open {
    enum Kind { case mapping, sequence, sequenceAtItsKey }
    var kind: Kind
    var node: Int
    /// The column, from 0, of its keys or dashes. A sequence may have its key's.
    var indent: Int
    /// A key or a dash waits for what it stands before; at the end it is an empty scalar, with its place.
    var waits = false
    var line: UInt32 = 0
    var column: UInt32 = 0
  }

  let bytes: UnsafePointer<UInt8>
  let count: Int
  var at = 0
  var line: UInt32 = 1
  /// Where the line begins, moved on by bytes that only continue a character: columns are the distance from here.
  var origin = 0
  var nodes: UncheckedArray<MarkedTree.Node>
  /// Block collections, the outermost first.
  var open: UncheckedArray<Open>
  /// Flow collections inside one another, at this moment.
  var flowDepth = 0
  let mostDepth: Int
  private var hasRoot = false
  private var followsMarker = false

  private init(_ input: UnsafeBufferPointer<UInt8>, base: UnsafePointer<UInt8>, limits: YAMLLimits) {
    (bytes, count, mostDepth) = (base, input.count, limits.depth)
    // A line is about 40 bytes and two nodes.
    nodes = UncheckedArray(capacity: input.count / 16 + 16)
    open = UncheckedArray(capacity: 16)
  }

  /// The documents of a file, whose bytes they share; nil where libyaml is to read it.
  static func documents(of bytes: [UInt8], limits: YAMLLimits) -> [MarkedTree]? {
    guard bytes.count <= limits.bytes, bytes.count <= Int32.max else { return nil }
    return bytes.withUnsafeBufferPointer { input in
      guard let base = input.baseAddress else { return nil }
      var reader = PlainReader(input, base: base, limits: limits)
      return try? reader.documents(text: bytes)
    }
  }

  private mutating func documents(text: [UInt8]) throws(GivenUp) -> [MarkedTree] {
    var found: [MarkedTree] = []
    while at < count {
      origin = at
      skipSpaces()
      guard at < count else { break }
      switch bytes[at] {
      case UInt8(ascii: "\n"): endLine()
      case UInt8(ascii: "#"): try comment()
      case UInt8(ascii: "-"):
        if at == origin, try skipMarker() {
          try endDocument(of: text, into: &found)
          followsMarker = true
        } else if isBlank(at + 1) {
          try dash()
        } else {
          try content()
        }
      case UInt8(ascii: "%"), UInt8(ascii: "."):
        // A directive, or the end of a document.
        if at == origin { throw GivenUp() }
        try content()
      default: try content()
      }
    }
    try endDocument(of: text, into: &found)
    return found
  }

  private mutating func endDocument(of text: [UInt8], into found: inout [MarkedTree]) throws(GivenUp) {
    guard hasRoot else {
      // Before the first marker there need not be one.
      if followsMarker { throw GivenUp() }
      return
    }
    close(deeperThan: -1)
    found.append(MarkedTree(nodes: nodes.take(), text: text))
    hasRoot = false
  }

  // MARK: Lines

  /// A line that begins with `- `.
  private mutating func dash() throws(GivenUp) {
    let indent = at - origin
    close(deeperThan: indent)
    let last = open.count - 1
    if last >= 0, open[last].indent == indent {
      switch open[last].kind {
      case .sequence, .sequenceAtItsKey:
        if open[last].waits { fillEmpty(last) }
      case .mapping: try begin(.sequenceAtItsKey, .sequence, at: indent)
      }
    } else {
      try begin(.sequence, .sequence, at: indent)
    }
    try item()
  }

  /// A line that begins with neither: with a key, or it is what the key or dash above waits for.
  private mutating func content() throws(GivenUp) {
    let indent = at - origin
    close(deeperThan: indent)
    var last = open.count - 1
    guard last >= 0, open[last].indent == indent else { return try node() }
    if open[last].kind == .sequenceAtItsKey {
      closeLast()
      last -= 1
    }
    guard open[last].kind == .mapping else { throw GivenUp() }
    if open[last].waits { fillEmpty(last) }
    try entry(scalar(), of: last)
  }

  // MARK: Nodes

  /// What stands behind a dash.
  private mutating func item() throws(GivenUp) {
    while true {
      at += 1
      let (last, column) = (open.count - 1, column)
      skipSpaces()
      if isAtLineEnd {
        wait(last, column)
        return try restOfLine()
      }
      open[last].waits = true
      guard bytes[at] == UInt8(ascii: "-"), isBlank(at + 1) else { return try node() }
      try begin(.sequence, .sequence, at: at - origin)
    }
  }

  /// A flow collection, a mapping that begins with the key here, or a scalar.
  private mutating func node() throws(GivenUp) {
    switch bytes[at] {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      try fillNext()
      try flow()
      try restOfLine()
    default:
      let indent = at - origin
      let scalar = try scalar()
      if isAtColon {
        try begin(.mapping, .mapping, at: indent, column: scalar.column)
        try entry(scalar, of: open.count - 1)
      } else {
        try fillNext()
        nodes.append(scalar: scalar)
        try restOfLine()
      }
    }
  }

  /// A key that was just read, and what stands behind it.
  private mutating func entry(_ key: MarkedTree.Node, of last: Int) throws(GivenUp) {
    try checkKey(key)
    nodes.append(scalar: key)
    at += 1
    let column = column
    skipGap()
    if isAtLineEnd {
      wait(last, column)
    } else if bytes[at] == UInt8(ascii: "[") || bytes[at] == UInt8(ascii: "{") {
      try flow()
    } else {
      let value = try scalar()
      nodes.append(scalar: value)
    }
    try restOfLine()
  }

  // MARK: Open collections

  /// Makes the last open collection, or a document without a root, take the next node.
  private mutating func fillNext() throws(GivenUp) {
    let last = open.count - 1
    if last >= 0 {
      guard open[last].waits else { throw GivenUp() }
      open[last].waits = false
    } else {
      guard !hasRoot else { throw GivenUp() }
      hasRoot = true
    }
  }

  private mutating func begin(
    _ kind: Open.Kind, _ node: MarkedTree.Kind, at indent: Int, column: UInt32? = nil
  ) throws(GivenUp) {
    try fillNext()
    guard open.count < mostDepth else { throw GivenUp() }
    open.append(Open(kind: kind, node: nodes.count, indent: indent))
    nodes.append(MarkedTree.Node(kind: node, line: line, column: column ?? self.column))
  }

  private mutating func wait(_ last: Int, _ column: UInt32) {
    open[last].waits = true
    open[last].line = line
    open[last].column = column
  }

  private mutating func fillEmpty(_ last: Int) {
    open[last].waits = false
    nodes.append(
      scalar: MarkedTree.Node(kind: .scalar, isPlain: true, line: open[last].line, column: open[last].column))
  }

  private mutating func close(deeperThan indent: Int) {
    while open.count > 0, open[open.count - 1].indent > indent { closeLast() }
  }

  private mutating func closeLast() {
    let last = open.count - 1
    if open[last].waits { fillEmpty(last) }
    nodes.end(open[last].node)
    open.removeLast()
  }
}
