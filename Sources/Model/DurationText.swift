/// Durations as people write them in flags and manifests: `30s`, `5m`, `1h30m`, `14d`.
///
/// Whole numbers with the units `d`, `h`, `m`, `s`, the larger unit first and each at most once.
public enum DurationText {
  /// What is wrong with a duration, as a value.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// In one sentence, the text quoted.
    public var message: String
    /// What to write instead.
    public var hint: String
    public var description: String { "\(message) (\(hint))" }
  }

  private static let units: [(letter: UInt8, seconds: Int64)] = [
    (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
  ]

  /// The duration in seconds. `0s` is one; whether it makes sense is for the caller to say.
  public static func parse(_ text: some StringProtocol) -> Result<Int64, Problem> {
    func problem(_ what: String, _ hint: String = "write 30s, 5m, 1h30m or 14d") -> Result<Int64, Problem> {
      .failure(Problem(message: "'\(text)' is not a duration: \(what)", hint: hint))
    }
    var total: Int64 = 0
    var number: Int64?
    var next = 0
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) {
        let (scaled, over) = (number ?? 0).multipliedReportingOverflow(by: 10)
        let (sum, carry) = scaled.addingReportingOverflow(Int64(byte - 0x30))
        if over || carry { return problem("it is too long", "at most about 290 billion years") }
        number = sum
        continue
      }
      guard let unit = units.firstIndex(where: { $0.letter == byte }) else {
        return problem("the units are d, h, m and s, the numbers whole")
      }
      guard let value = number else { return problem("a unit needs a number before it") }
      guard unit >= next else { return problem("larger units come first, each at most once") }
      let (seconds, over) = value.multipliedReportingOverflow(by: units[unit].seconds)
      let (sum, carry) = total.addingReportingOverflow(seconds)
      if over || carry { return problem("it is too long", "at most about 290 billion years") }
      (total, number, next) = (sum, nil, unit + 1)
    }
    if let number { return problem("it ends without a unit", "write \(number)s for seconds, \(number)m for minutes") }
    return next == 0 ? problem("it is empty") : .success(total)
  }

  /// The shortest text that ``parse(_:)`` reads back: `1h30m`, `0s`. Negative durations print with a leading `-`.
  public static func text(seconds: Int64) -> String {
    var rest = seconds.magnitude
    var text = seconds < 0 ? "-" : ""
    for unit in units {
      let (count, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(unit.seconds))
      if count > 0 { text += "\(count)\(Character(UnicodeScalar(unit.letter)))" }
      rest = remainder
    }
    return seconds == 0 ? "0s" : text
  }
}
