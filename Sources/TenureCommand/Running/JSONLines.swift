import Logging
import Model
import Reports

/// A log handler that prints each event as one line of JSON on stdout: `time`, `level`, `message`, then the metadata in
/// key order. Numbers and truth values stay what they are.
struct JSONLines: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  private let console: Console

  init(_ console: Console) { self.console = console }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let members: [JSONValue.Member] = [
      .init("time", .string(Instant.current.description)), .init("level", .string(event.level.rawValue)),
      .init("message", .string(event.message.description)),
    ]
    console.out(JSONValue.object(members + Self.members(all)).compact() + "\n")
  }

  private static func members(_ metadata: Logger.Metadata) -> [JSONValue.Member] {
    metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, value($0.value)) }
  }

  private static func value(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .array(let values): .array(values.map(self.value))
    case .dictionary(let metadata): .object(members(metadata))
    case .stringConvertible(let number as Int): JSONValue(number)
    case .stringConvertible(let number as Int64): .number(number)
    case .stringConvertible(let flag as Bool): .bool(flag)
    case .stringConvertible(let other): .string(other.description)
    }
  }
}
