import Model

/// Scalars and flow collections.
extension PlainReader {
  /// libyaml looks no further than 1024 characters back for the key of a colon.
  private static var longestKey: Int { 1000 }

  /// Whether a colon that ends a key is next. Behind a plain scalar it can only be one.
  var isAtColon: Bool { at < count && bytes[at] == UInt8(ascii: ":") && isBlank(at + 1) }

  /// A colon must follow on the same line, and merge keys are libyaml's.
  func checkKey(_ key: MarkedTree.Node) throws(GivenUp) {
    let start = Int(key.start)
    guard isAtColon, at - start <= Self.longestKey else { throw GivenUp() }
    if key.isPlain, key.length == 2, bytes[start] == UInt8(ascii: "<"), bytes[start + 1] == UInt8(ascii: "<") {
      throw GivenUp()
    }
  }

  /// A scalar on one line. Behind it are blanks, at most, and what does not belong to it.
  mutating func scalar() throws(GivenUp) -> MarkedTree.Node {
    let column = column
    var start = at
    let end: Int
    var isPlain = false
    switch bytes[at] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      start += 1
      end = try quoted()
    case UInt8(ascii: "-"):
      if isBlank(at + 1) { throw GivenUp() }
      isPlain = true
      end = flowDepth == 0 ? try plain() : try plainInFlow()
    case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"),
      UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      throw GivenUp()
    default:
      isPlain = true
      end = flowDepth == 0 ? try plain() : try plainInFlow()
    }
    return MarkedTree.Node(
      kind: .scalar, isPlain: isPlain, line: line, column: column, start: UInt32(truncatingIfNeeded: start),
      length: UInt32(truncatingIfNeeded: end - start))
  }

  /// Where the text of a plain scalar ends: before blanks and `: `, ` #` or the line's end, where the reader then is.
  private mutating func plain() throws(GivenUp) -> Int {
    while true {
      skipPlain()
      guard at < count else { break }
      switch bytes[at] {
      case UInt8(ascii: ":"):
        if isBlank(at + 1) { return textEnd }
        at += 1
      case UInt8(ascii: "#"):
        if bytes[at - 1] == UInt8(ascii: " ") { return textEnd }
        at += 1
      case UInt8(ascii: "\n"): return textEnd
      default: try character()
      }
    }
    return textEnd
  }

  /// The same inside a flow collection, where more indicators end it.
  private mutating func plainInFlow() throws(GivenUp) -> Int {
    // The end of a document, it may be.
    if at == origin, bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: "-") { throw GivenUp() }
    while at < count {
      switch bytes[at] {
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\n"): return textEnd
      case UInt8(ascii: ":"):
        if isBlank(at + 1) { return textEnd }
        switch bytes[at + 1] {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
          throw GivenUp()
        default: at += 1
        }
      case UInt8(ascii: "#"):
        if bytes[at - 1] == UInt8(ascii: " ") { return textEnd }
        at += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "?"): throw GivenUp()
      case 0x20...0x7E: at += 1
      default: try character()
      }
    }
    throw GivenUp()
  }

  /// Where the text behind an opening quote ends. The reader then is behind the closing one and any blanks.
  private mutating func quoted() throws(GivenUp) -> Int {
    let quote = bytes[at]
    at += 1
    while at < count {
      switch bytes[at] {
      case quote:
        let end = at
        at += 1
        // Where two single quotes mean one, the second is in nobody's place.
        skipGap()
        return end
      case UInt8(ascii: "\\"):
        if quote == UInt8(ascii: "\"") { throw GivenUp() }
        at += 1
      case 0x20...0x7E: at += 1
      default: try character()
      }
    }
    throw GivenUp()
  }

  /// A flow collection, of which the reader is at the opening bracket.
  mutating func flow() throws(GivenUp) {
    let isMapping = bytes[at] == UInt8(ascii: "{")
    let close = isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")
    guard open.count + flowDepth < mostDepth else { throw GivenUp() }
    flowDepth += 1
    let collection = nodes.count
    nodes.append(MarkedTree.Node(kind: isMapping ? .mapping : .sequence, line: line, column: column))
    at += 1
    while true {
      try skipInFlow()
      if bytes[at] == close { break }
      if isMapping {
        let key = try scalar()
        try checkKey(key)
        nodes.append(scalar: key)
        at += 1
        try skipInFlow()
      }
      if bytes[at] == UInt8(ascii: "[") || bytes[at] == UInt8(ascii: "{") {
        try flow()
      } else {
        let value = try scalar()
        nodes.append(scalar: value)
      }
      try skipInFlow()
      if bytes[at] == close { break }
      guard bytes[at] == UInt8(ascii: ",") else { throw GivenUp() }
      at += 1
    }
    at += 1
    flowDepth -= 1
    nodes.end(collection)
  }

  /// Goes to the next token of a flow collection, which may be lines away: there must be one.
  private mutating func skipInFlow() throws(GivenUp) {
    while true {
      skipGap()
      guard at < count else { throw GivenUp() }
      switch bytes[at] {
      case UInt8(ascii: "\n"):
        endLine()
        origin = at
      case UInt8(ascii: "#"):
        try comment()
        origin = at
      default: return
      }
    }
  }
}
