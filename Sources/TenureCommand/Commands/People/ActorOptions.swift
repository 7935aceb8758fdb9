import ArgumentParser
import Model
import Reconciling
import Reports

/// Who acts in a command by hand, where and when.
struct ActorOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Who acts (default: the operator); always checked against their permissions.", valueName: "email"))
  var actor: String?

  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  /// Whom `--as` names; nil: the operator.
  func email() throws -> String? { try actor.map { try Self.email($0) } }

  /// Whom `--as` has to name, since nobody does this for others.
  func own(_ what: String) throws -> String {
    guard let email = try email() else { throw Failure(.usage, "nobody is named who \(what)", hint: "add --as EMAIL") }
    return email
  }

  static func email(_ text: String) throws -> String {
    guard Email.isValid(text) else { throw Failure(.usage, "'\(text)' is no email") }
    return text.nfc
  }

  /// Each person once.
  static func people(_ emails: [String]) throws -> [String] {
    var seen: Set<String> = []
    return try emails.map(email).filter { seen.insert($0.emailKey).inserted }
  }

  static func path(_ text: String) throws -> Path {
    guard let path = Path(text) else {
      throw Failure(.usage, "'\(text)' is no path", hint: "write acme, acme/ml or ~EMAIL/Personal")
    }
    return path
  }

  /// To write to a store that is there; `what` is said to be missing where it is not.
  func work(on what: String) throws -> Handwork {
    let settings = try Settings.load()
    guard try state.openForReading(settings) != nil else {
      throw Failure(
        .failure, "there is no \(what): nothing is stored yet", hint: "tenure apply, or tenure account sign-up")
    }
    return Handwork(store: try state.openForWriting(settings), actor: try email(), now: try clock.instant())
  }

  /// To write to a store that is made on first use.
  func work() throws -> Handwork {
    Handwork(store: try state.openForWriting(try Settings.load()), actor: try email(), now: try clock.instant())
  }

  /// Nil where there is no store yet, which is an empty one.
  func view() throws -> HandView? {
    guard let store = try state.openForReading(try Settings.load()) else { return nil }
    return HandView(reader: store, actor: try email(), now: try clock.instant())
  }
}

extension JSONValue {
  /// RFC 3339 in UTC, or `null`.
  init(_ instant: Instant?) { self.init(instant?.description) }
}
