/// A point in time, in milliseconds since 1970-01-01T00:00:00Z. Always UTC.
///
/// Always of the years 0 to 9999, which RFC 3339 can write: whatever lies beyond is cut to ``earliest`` or ``latest``.
/// So no sum or difference of instants overflows, wherever a number came from.
public struct Instant: Hashable, Comparable, Sendable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = min(max(milliseconds, Instant.earliestMilliseconds), Instant.latestMilliseconds)
  }

  public init(seconds: Int64) {
    let (product, isOver) = seconds.multipliedReportingOverflow(by: 1000)
    self.init(milliseconds: isOver ? (seconds < 0 ? .min : .max) : product)
  }

  private static let earliestMilliseconds: Int64 = -62_167_219_200_000
  private static let latestMilliseconds: Int64 = 253_402_300_799_999

  /// `0000-01-01T00:00:00Z`
  public static let earliest = Instant(milliseconds: .min)
  /// `9999-12-31T23:59:59.999Z`; also where the day `9999-12-31` ends.
  public static let latest = Instant(milliseconds: .max)

  /// Since 1970, rounded down.
  public var wholeSeconds: Int64 { milliseconds.floored(by: 1000) }

  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  /// Further than there are instants is the last one.
  public func advanced(byMilliseconds count: Int64) -> Instant {
    let (sum, isOver) = milliseconds.addingReportingOverflow(count)
    return Instant(milliseconds: isOver ? (count < 0 ? .min : .max) : sum)
  }

  public func advanced(bySeconds seconds: Int64) -> Instant {
    let (product, isOver) = seconds.multipliedReportingOverflow(by: 1000)
    return advanced(byMilliseconds: isOver ? (seconds < 0 ? .min : .max) : product)
  }

  /// The start of a day of the proleptic Gregorian calendar; nil for a day that does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1, day <= Instant.days(in: month, of: year)
    else { return nil }
    self.init(seconds: Instant.dayNumber(year: year, month: month, day: day) * 86_400)
  }

  /// Reads an RFC 3339 instant (`2027-01-31T12:00:00Z`, `…T12:00:00.5+02:00`); digits beyond milliseconds are cut.
  public init?(rfc3339 text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let day = reader.day(), reader.skip(UInt8(ascii: "T"), or: UInt8(ascii: "t")),
      let hour = reader.number(2), hour < 24, reader.skip(UInt8(ascii: ":")),
      let minute = reader.number(2), minute < 60, reader.skip(UInt8(ascii: ":")),
      let second = reader.number(2), second <= 60
    else { return nil }
    var fraction: Int64 = 0
    if reader.skip(UInt8(ascii: ".")) {
      guard let read = reader.milliseconds() else { return nil }
      fraction = read
    }
    var offset: Int64 = 0
    if !reader.skip(UInt8(ascii: "Z"), or: UInt8(ascii: "z")) {
      let sign: Int64
      if reader.skip(UInt8(ascii: "+")) {
        sign = 1
      } else if reader.skip(UInt8(ascii: "-")) {
        sign = -1
      } else {
        return nil
      }
      guard let h = reader.number(2), h < 24, reader.skip(UInt8(ascii: ":")), let m = reader.number(2), m < 60
      else { return nil }
      offset = sign * Int64(h * 60 + m) * 60
    }
    guard reader.isAtEnd else { return nil }
    let seconds = Int64(hour * 3600 + minute * 60 + second) - offset
    self.init(milliseconds: day.milliseconds + seconds * 1000 + fraction)
  }

  /// Reads a day (`2027-01-31`) as its first moment.
  public init?(day text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let day = reader.day(), reader.isAtEnd else { return nil }
    self = day
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01, counted in years that begin in March so that a leap day is the last one.
  private static func dayNumber(year: Int, month: Int, day: Int) -> Int64 {
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = Int64((153 * ((month + 9) % 12) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let z = number + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension Instant: CustomStringConvertible {
  /// RFC 3339 in UTC; milliseconds only where there are any.
  public var description: String {
    func pad(_ value: Int64, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    var second = milliseconds / 1000
    var rest = milliseconds % 1000
    if rest < 0 { (second, rest) = (second - 1, rest + 1000) }
    var day = second / 86_400
    var time = second % 86_400
    if time < 0 { (day, time) = (day - 1, time + 86_400) }
    let date = Instant.date(ofDay: day)
    let fraction = rest == 0 ? "" : ".\(pad(rest, 3))"
    return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
      + "T\(pad(time / 3600, 2)):\(pad(time / 60 % 60, 2)):\(pad(time % 60, 2))\(fraction)Z"
  }
}

private struct DigitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ byte: UInt8, or other: UInt8? = nil) -> Bool {
    guard position < bytes.count, bytes[position] == byte || bytes[position] == other else { return false }
    position += 1
    return true
  }

  mutating func number(_ digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    position += digits
    return value
  }

  mutating func day() -> Instant? {
    guard let year = number(4), skip(UInt8(ascii: "-")), let month = number(2), skip(UInt8(ascii: "-")),
      let day = number(2)
    else { return nil }
    return Instant(year: year, month: month, day: day)
  }

  mutating func milliseconds() -> Int64? {
    var (value, digits): (Int64, Int) = (0, 0)
    while let digit = number(1) {
      if digits < 3 { value = value * 10 + Int64(digit) }
      digits += 1
    }
    guard digits > 0 else { return nil }
    while digits < 3 { (value, digits) = (value * 10, digits + 1) }
    return value
  }
}
