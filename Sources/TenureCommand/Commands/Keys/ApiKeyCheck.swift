import ArgumentParser
import Glibc
import Model
import Reconciling
import Reports

struct ApiKeyCheck: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Whether the key on stdin opens a workspace: exit code 0, else 1.",
    discussion: """
      Says the key's name and limits. Why a key does not open the workspace is not said: no such workspace, a key of \
      another one, revoked, stopped with its creator, or no key at all.

      EXAMPLE: tenure api-key check acme/ml < key.txt
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Option(help: "How to say it.") var format = ListFormat.text
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    if console.isInputTerminal { console.note("reading the key from stdin") }
    let secret = Self.secret()
    guard let store = try state.openForReading(try Settings.load()),
      let key = try KeyCheck(reader: store, now: clock.instant()).check(secret, of: place)
    else { throw Failure(.failure, "this is no live key of \(place)") }
    switch format {
    case .json:
      let value: JSONValue = [
        "path": .string(key.path), "name": .string(key.name), "monthlyLimit": JSONValue(key.limits.monthly),
        "dailyRateLimit": JSONValue(key.limits.daily),
      ]
      console.out(value.pretty() + "\n")
    case .text:
      let facts = [
        ["key", key.name], ["monthly limit", key.limits.monthly.map(String.init) ?? "none"],
        ["daily rate limit", key.limits.daily.map(String.init) ?? "none"],
      ]
      console.out(Facts.render(facts))
    }
    return .success
  }

  /// Stdin without its last newline; no more of it than a key could be.
  private static func secret() -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress! + count, $0.count - count) }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { break }
      count += got
    }
    bytes.removeSubrange(count...)
    if bytes.last == 0x0A { bytes.removeLast() }
    if bytes.last == 0x0D { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
