import Model

/// Values of a policy as text, and back. What is written in several ways has one canonical text.
enum PolicyText {
  /// A whole number from 0, in digits.
  static func number(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  static let units: [(suffix: Character, seconds: Int64)] = [
    ("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]
  /// About a century, in seconds.
  static let longest: Int64 = 3_200_000_000

  /// `14d`, `12h`, `30m`, `45s`, `2w` in seconds; more than nothing, at most about a century.
  static func duration(_ text: String) -> Int64? {
    guard let suffix = text.last, let unit = units.first(where: { $0.suffix == suffix }),
      let count = number(String(text.dropLast())), count > 0, count <= longest / unit.seconds
    else { return nil }
    return Int64(count) * unit.seconds
  }

  /// In the largest unit below weeks that divides it.
  static func text(duration seconds: Int64) -> String {
    let unit = units.dropFirst().first { seconds % $0.seconds == 0 } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.suffix)"
  }

  /// A list that is a set: sorted, so that its order does not matter.
  static func text(list: some Sequence<String>) -> String {
    list.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ",")
  }

  static func list(_ text: String) -> [String] { text.isEmpty ? [] : text.split(separator: ",").map(String.init) }

  static func text(windows: [Policy.FreezeWindow]) -> String {
    windows.map { "\($0.cron);\(text(duration: $0.duration));\($0.timeZone)" }.sorted().joined(separator: "|")
  }

  static func windows(_ text: String) -> [Policy.FreezeWindow]? {
    var found: [Policy.FreezeWindow] = []
    for part in text.split(separator: "|") {
      let fields = part.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, let cron = cron(fields[0]), let duration = duration(fields[1]), isTimeZone(fields[2])
      else { return nil }
      found.append(Policy.FreezeWindow(cron: cron, duration: duration, timeZone: fields[2]))
    }
    return found
  }

  /// The expression with single spaces between its fields; nil where ``CronSchedule`` cannot read it.
  static func cron(_ text: String) -> String? {
    guard case .success = CronSchedule.parse(text) else { return nil }
    return text.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }

  /// The areas of the IANA time zone database (https://www.iana.org/time-zones), and its names without one.
  static let areas: Set<Substring> = [
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "Etc",
  ]
  static let withoutArea: Set<String> = ["UTC", "GMT"]

  /// The shape of an IANA name in a known area; whether the place exists is for whoever has the zones.
  static func isTimeZone(_ text: String) -> Bool {
    if withoutArea.contains(text) { return true }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), areas.contains(parts[0]), text.utf8.count <= 64, !parts.contains("") else {
      return false
    }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
      default: "_-+/".utf8.contains(byte)
      }
    }
  }
}
