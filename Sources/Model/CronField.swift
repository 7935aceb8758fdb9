/// One of the five fields of a ``CronSchedule``: its values, its names, and how it is read.
enum CronField: CaseIterable {
  case minute, hour, day, month, weekday

  private var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .day: 1...31
    case .month: 1...12
    case .weekday: 0...7
    }
  }

  private var word: String {
    switch self {
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day of month"
    case .month: "month"
    case .weekday: "day of week"
    }
  }

  /// The first stands for the lowest value.
  private var names: [String] {
    switch self {
    case .minute, .hour, .day: []
    case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    }
  }

  /// Bit n stands for the value n; Sunday is 0.
  func values(_ field: ArraySlice<UInt8>) throws(CronSchedule.Problem) -> UInt64 {
    var bits: UInt64 = 0
    for part in field.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let halves = part.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard halves.count <= 2, let span = halves.first else { throw problem("has two steps in one") }
      let step = halves.count == 2 ? Self.number(halves[1]) : 1
      guard let step, step > 0 else { throw problem("has a step that is no number from 1") }
      let ends = try ends(span, isStepped: halves.count == 2)
      for value in stride(from: ends.lowerBound, through: ends.upperBound, by: step) { bits |= 1 << UInt64(value) }
    }
    guard self == .weekday else { return bits }
    return bits.has(7) ? bits & 0x7F | 1 : bits
  }

  private func ends(_ span: ArraySlice<UInt8>, isStepped: Bool) throws(CronSchedule.Problem) -> ClosedRange<Int> {
    if span.elementsEqual([UInt8(ascii: "*")]) {
      // Not Sunday twice: steps would count from both.
      return self == .weekday ? 0...6 : range
    }
    let parts = span.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, let last = parts.last, let low = value(first),
      var high = value(last)
    else { throw problem("must be \(range.lowerBound) to \(range.upperBound)") }
    // `FRI-SUN`: the week ends with the Sunday that is 7.
    if self == .weekday, parts.count == 2, high == 0, low > 0, Self.number(last) == nil { high = 7 }
    guard low <= high else { throw problem("has a range that runs backwards") }
    return low...(parts.count == 1 && isStepped ? range.upperBound : high)
  }

  private func value(_ text: ArraySlice<UInt8>) -> Int? {
    if let name = names.firstIndex(where: { $0.utf8.elementsEqual(text.map { $0 | 0x20 }) }) {
      return name + range.lowerBound
    }
    return Self.number(text).flatMap { range.contains($0) ? $0 : nil }
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    guard (1...4).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private func problem(_ message: String) -> CronSchedule.Problem {
    let named = names.isEmpty ? "" : ", or names like `\(names[1].uppercased())`"
    return CronSchedule.Problem(
      message: "the \(word) \(message)",
      hint: "Numbers from \(range.lowerBound) to \(range.upperBound)\(named); `*`, `1,2`, `1-5` and `*/2` work too.")
  }
}

extension UInt64 {
  /// Whether the bit of `value` is set.
  func has(_ value: Int) -> Bool { self & (1 << UInt64(value)) != 0 }

  /// The highest value up to `limit` whose bit is set.
  func highest(upTo limit: Int) -> Int? {
    guard limit >= 0 else { return nil }
    let low = limit >= 63 ? self : self & ((1 << UInt64(limit + 1)) - 1)
    return low == 0 ? nil : 63 - low.leadingZeroBitCount
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  func floored(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
