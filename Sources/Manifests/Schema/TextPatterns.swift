/// The reader's checks of text as regular expressions.
///
/// Only what every engine has (ECMA-262, RE2, Python, Rust): classes, groups, alternation, counts, `^` and `$`. Characters
/// beyond ASCII stand as themselves, since engines write escapes differently.
enum TextPatterns {
  private static let identifierBody = "[a-z0-9][a-z0-9._-]*"
  static let identifier = "^\(identifierBody)$"
  /// The permission to write one kind of resource.
  static let writingKind = "^resources\\.write:\(identifierBody)$"

  /// As ``Email`` reads them. The local part may have what HTML's `input type=email` admits, and what can be seen beyond
  /// ASCII; which characters combine with others, and which are not assigned, is left to the reader.
  static let email: String = {
    let hidden = #"\x80-\x9f"# + ranges(hiddenInEmails)
    let local = #"[^\x00-\x20"(),:;<>@\[\\\]\x7f\#(hidden)]{1,64}"#
    let outer = #"[^\x00-/:-@\[-`{-\x7f\#(hidden)]"#
    let inner = #"[^\x00-,./:-@\[-`{-\x7f\#(hidden)]"#
    let label = "\(outer)(\(inner){0,61}\(outer))?"
    return "^\(local)@\(label)(\\.\(label))*$"
  }()

  /// Spaces, controls, formats, quotes and what has no picture, of the basic plane beyond ASCII.
  static let hiddenInEmails: [(UInt32, UInt32)] = [
    (0xA0, 0xA0), (0xAB, 0xAB), (0xAD, 0xAD), (0xB4, 0xB4), (0xBB, 0xBB), (0x2B9, 0x2BA), (0x34F, 0x34F),
    (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2),
    (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2018, 0x201F),
    (0x2028, 0x202F), (0x2032, 0x2037), (0x2039, 0x203A), (0x2057, 0x2057), (0x205F, 0x206F), (0x2E02, 0x2E05),
    (0x2E09, 0x2E0A), (0x2E0C, 0x2E0D), (0x2E1C, 0x2E1D), (0x2E20, 0x2E21), (0x2E42, 0x2E42), (0x3000, 0x3000),
    (0x300C, 0x300F), (0x301D, 0x301F), (0x3164, 0x3164), (0xE000, 0xF8FF), (0xFE00, 0xFE0F), (0xFE41, 0xFE44),
    (0xFEFF, 0xFEFF), (0xFF02, 0xFF02), (0xFF07, 0xFF07), (0xFF40, 0xFF40), (0xFF62, 0xFF63), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
  ]

  /// What ``DisplayName/isPrintable(_:)`` refuses of the basic plane: controls, separators of lines, formats, private use.
  private static let unprintable =
    #"\x00-\x1f\x7f-\x9f"#
    + ranges([
      (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2),
      (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F),
      (0xE000, 0xF8FF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    ])
  private static let spaces =
    " "
    + ranges([
      (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
    ])

  static let printable = "^[^\(unprintable)]*$"
  static let title = "^[^\(unprintable)\(spaces)]([^\(unprintable)]*[^\(unprintable)\(spaces)])?$"
  static let notBlank = "[^\\t-\\r\\x85\(spaces)\(ranges([(0x2028, 0x2029)]))]"

  private static func ranges(_ ranges: [(UInt32, UInt32)]) -> String {
    ranges.map { low, high in
      let ends = [low, high].compactMap(Unicode.Scalar.init).map { String(Character($0)) }
      return low == high ? ends[0] : ends.joined(separator: "-")
    }.joined()
  }

  // MARK: Numbers

  /// Digits, leading zeros among them, that make a number from `low` (0 or 1) to `high`.
  static func digits(from low: Int, to high: Int) -> String {
    "0*(\(low == 0 ? "0|" : "")\(upTo(high)))"
  }

  /// Numbers from 1 to `high` without leading zeros.
  private static func upTo(_ high: Int) -> String {
    let digits = Array(String(high).utf8.map { Int($0 - 0x30) })
    var parts: [String] = []
    if digits.count > 1 { parts.append("[1-9][0-9]{0,\(digits.count - 2)}") }
    var prefix = ""
    for (i, digit) in digits.enumerated() {
      let (low, rest) = (i == 0 ? 1 : 0, digits.count - i - 1)
      if digit > low {
        let range = digit - 1 == low ? "\(low)" : "[\(low)-\(digit - 1)]"
        parts.append(prefix + range + (rest == 0 ? "" : "[0-9]{\(rest)}"))
      }
      prefix += "\(digit)"
    }
    return (parts + [prefix]).joined(separator: "|")
  }

  static let percent = "^\(digits(from: 0, to: 100))%$"

  /// As ``PolicyText/duration(_:)`` reads them.
  static let duration = PolicyText.units.map {
    digits(from: 1, to: Int(PolicyText.longest / $0.seconds)) + String($0.suffix)
  }.joined(separator: "|")

  // MARK: Time

  private static let dayBody: String = {
    let year = "[0-9]{4}"
    let common = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
    let four = "(0[48]|[2468][048]|[13579][26])"
    return "(\(year)-(\(common))|([0-9]{2}\(four)|(00|\(four))00)-02-29)"
  }()
  /// A day of the calendar, leap years and all.
  static let day = "^\(dayBody)$"

  /// As ``Instant/init(rfc3339:)`` reads them.
  static let dayOrInstant: String = {
    let (hour, minute) = ("([01][0-9]|2[0-3])", "[0-5][0-9]")
    let second = "([0-5][0-9]|60)"
    return "^\(dayBody)([Tt]\(hour):\(minute):\(second)(\\.[0-9]+)?([Zz]|[+-]\(hour):\(minute)))?$"
  }()

  /// As ``PolicyText/isTimeZone(_:)`` reads them.
  static let timeZone: String =
    "^(\(PolicyText.withoutArea.sorted().joined(separator: "|"))|"
    + "(\(PolicyText.areas.sorted().joined(separator: "|")))(/[A-Za-z0-9_+-]+){1,2})$"

  /// The ranges and names of the five fields of a ``CronSchedule``.
  private static let cronFields: [(values: ClosedRange<Int>, names: [String])] = [
    (0...59, []), (0...23, []), (1...31, []),
    (1...12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    (0...7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]

  /// As ``CronSchedule/parse(_:)`` reads them, but for ranges that run backwards and days that never come.
  static let cron: String = {
    let fields = cronFields.map { field in
      let value = "(\(cronNumber(field.values))\(field.names.map { "|" + caseless($0) }.joined()))"
      let part = "(\\*|\(value)(-\(value))?)(/\(cronStep))?"
      return "\(part)(,\(part))*"
    }
    return "^[ \\t]*\(fields.joined(separator: "[ \\t]+"))[ \\t]*$"
  }()

  /// One to four digits that are not all zeros.
  private static let cronStep = "(0{0,3}[1-9]|0{0,2}[1-9][0-9]|0?[1-9][0-9]{2}|[1-9][0-9]{3})"

  /// One to four digits in the range, whose numbers have at most two.
  private static func cronNumber(_ range: ClosedRange<Int>) -> String {
    let (tens, ones) = range.upperBound.quotientAndRemainder(dividingBy: 10)
    let single = "0{0,3}[\(range.lowerBound)-\(min(9, range.upperBound))]"
    guard tens > 0 else { return single }
    let full = ones == 9 ? tens : tens - 1
    let twoDigits = [
      full > 0 ? "0{0,2}[1-\(full)][0-9]" : nil, ones == 9 ? nil : "0{0,2}\(tens)[0-\(ones)]",
    ]
    return ([single] + twoDigits.compactMap(\.self)).joined(separator: "|")
  }

  private static func caseless(_ name: String) -> String { name.map { "[\($0)\($0.uppercased())]" }.joined() }
}
