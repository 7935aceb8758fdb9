import CLibYAML

/// Owns libyaml's parser and hands its events to a ``TreeBuilder``.
struct EventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let input: UnsafeBufferPointer<UInt8>
  private var breaks: StrayBreaks

  /// `input` must outlive the parser.
  init(_ input: UnsafeBufferPointer<UInt8>) throws(YAMLFailure) {
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    self.input = input
    breaks = StrayBreaks(input)
    event.initialize(to: yaml_event_t())
    guard yaml_parser_initialize(parser) == 1 else {
      // deinit may delete what never was initialized only if it is zero.
      parser.initialize(to: yaml_parser_t())
      throw YAMLFailure(code: "yaml-syntax", message: "Out of memory.", line: 1, column: 1)
    }
    // No encoding is set: libyaml then drops a byte order mark before it counts columns.
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  /// Handles one event; false after the last.
  mutating func next(into builder: inout TreeBuilder) throws(YAMLFailure) -> Bool {
    guard yaml_parser_parse(parser, event) == 1 else {
      try breaks.check(before: parser.pointee.problem_mark.index)
      throw failure()
    }
    defer { yaml_event_delete(event) }
    if !breaks.isDone { try check(event.pointee) }
    let mark = event.pointee.start_mark
    let place = TreePlace(
      line: UInt32(truncatingIfNeeded: mark.line) + 1, column: UInt32(truncatingIfNeeded: mark.column) + 1)
    switch event.pointee.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.pointee.data.scalar
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      // A lone `!` leaves no tag, only a plain scalar that may not be read as one.
      if scalar.tag != nil || (isPlain && scalar.plain_implicit == 0) { throw place.tagged(scalar.tag) }
      try builder.scalar(
        UnsafeBufferPointer(start: scalar.value, count: scalar.length), isPlain: isPlain, anchor: scalar.anchor, place)
    case YAML_MAPPING_START_EVENT:
      let start = event.pointee.data.mapping_start
      if start.tag != nil { throw place.tagged(start.tag) }
      try builder.open(.mapping, anchor: start.anchor, place)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.pointee.data.sequence_start
      if start.tag != nil { throw place.tagged(start.tag) }
      try builder.open(.sequence, anchor: start.anchor, place)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: try builder.close()
    case YAML_ALIAS_EVENT: try builder.alias(event.pointee.data.alias.anchor, place)
    case YAML_DOCUMENT_END_EVENT: builder.endDocument()
    case YAML_STREAM_END_EVENT: return false
    default: break
    }
    return true
  }

  /// Lets the line breaks inside quoted text pass, and no other.
  private mutating func check(_ event: yaml_event_t) throws(YAMLFailure) {
    guard event.type != YAML_STREAM_END_EVENT else { return try breaks.check(before: .max) }
    let style = event.data.scalar.style
    let isQuoted =
      event.type == YAML_SCALAR_EVENT
      && (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
    try breaks.check(before: isQuoted ? quoteIndex(event) : event.end_mark.index)
    breaks.pass(event.end_mark.index)
  }

  /// Where the quoted text begins. The event itself begins with the anchor, and between both may be comments and breaks.
  private func quoteIndex(_ event: yaml_event_t) -> Int {
    event.data.scalar.anchor == nil && event.data.scalar.tag == nil
      ? event.start_mark.index : breaks.quote(from: event.start_mark.index, to: event.end_mark.index)
  }

  private func failure() -> YAMLFailure {
    let parser = parser.pointee
    let problem = parser.problem.map { String(cString: $0) } ?? "cannot be read"
    switch parser.error {
    case YAML_READER_ERROR:
      let (line, column) = Position.of(parser.problem_offset, in: input)
      let isControl = problem.hasPrefix("control characters")
      return YAMLFailure(
        code: isControl ? "yaml-syntax" : "not-utf8",
        message: isControl
          ? "A control character stands at byte \(parser.problem_offset)."
          : "The file is not UTF-8: \(problem) at byte \(parser.problem_offset).",
        line: line, column: column, hint: isControl ? "Write it as an escape in double quotes." : "Save it as UTF-8.")
    default:
      let context = parser.context.map { String(cString: $0) + ": " } ?? ""
      return YAMLFailure(
        code: "yaml-syntax", message: "This is not YAML: \(context)\(problem).",
        line: parser.problem_mark.line + 1, column: parser.problem_mark.column + 1, hint: hint(for: problem))
    }
  }

  private func hint(for problem: String) -> String? {
    let offset = parser.pointee.problem_mark.index
    if problem.hasPrefix("found character that cannot start any token"), offset < input.count {
      return "Indent with spaces, never with tabs; quote text that begins with `@`, `%` or a backquote."
    }
    if problem.hasPrefix("could not find expected ':'") { return "Is a `:` missing, or the indentation off?" }
    if problem.hasPrefix("mapping values are not allowed") { return "Quote text that has a `: ` in it." }
    return nil
  }
}

/// Where an event stands.
struct TreePlace {
  var line: UInt32
  var column: UInt32

  func failure(_ code: String, _ message: String, hint: String? = nil) -> YAMLFailure {
    YAMLFailure(code: code, message: message, line: Int(line), column: Int(column), hint: hint)
  }

  func tagged(_ tag: UnsafePointer<UInt8>?) -> YAMLFailure {
    let name = tag.map { " `\(String(cString: $0))`" } ?? ""
    return failure("tag", "The tag\(name) is not allowed.", hint: "Leave it out: values are read as text.")
  }
}
