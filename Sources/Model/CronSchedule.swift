/// The wall-clock minutes that a cron expression names: `0 18 * * FRI`.
///
/// | field         | values                | also                                                     |
/// |---------------|-----------------------|----------------------------------------------------------|
/// | minute        | 0 to 59               | `*`, lists `0,30`, ranges `9-17`, steps `*/15`, `9-17/2` |
/// | hour          | 0 to 23               | the same                                                 |
/// | day of month  | 1 to 31               | the same                                                 |
/// | month         | 1 to 12               | the same, and names: `JAN`                               |
/// | day of week   | 0 to 7, Sunday 0 or 7 | the same, and names: `MON`, `FRI-SUN`                    |
///
/// As in Vixie cron a day is named where both its fields name it; where neither of them begins with `*`, where one does.
/// `5/15` means `5-59/15`.
public struct CronSchedule: Hashable, Sendable {
  /// What is wrong with an expression, as a value: no part of it is quoted.
  public struct Problem: Error, Hashable, Sendable {
    /// A clause: `the hour must be 0 to 23`.
    public var message: String
    /// What to write instead, as a sentence.
    public var hint: String
  }

  /// Bit n stands for the value n.
  let minutes: UInt64
  let hours: UInt64
  let days: UInt64
  let months: UInt64
  /// Sunday is 0.
  let weekdays: UInt64
  /// Neither field of the day begins with `*`.
  let isEitherDay: Bool

  /// - Returns: a problem for a text that is no five-field expression, and for one that never comes, such as 31 February.
  public static func parse(_ text: some StringProtocol) -> Result<CronSchedule, Problem> {
    let fields = Array(text.utf8).split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
    guard fields.count == CronField.allCases.count else {
      return .failure(
        Problem(
          message: "it has \(fields.count) of five fields",
          hint: "Write minute, hour, day of month, month and day of week: `0 18 * * FRI`."))
    }
    do throws(Problem) {
      let schedule = CronSchedule(
        minutes: try CronField.minute.values(fields[0]), hours: try CronField.hour.values(fields[1]),
        days: try CronField.day.values(fields[2]), months: try CronField.month.values(fields[3]),
        weekdays: try CronField.weekday.values(fields[4]),
        isEitherDay: fields[2].first != UInt8(ascii: "*") && fields[4].first != UInt8(ascii: "*"))
      guard schedule.comes else {
        throw Problem(message: "no such day ever comes", hint: "Name a day that one of the months has.")
      }
      return .success(schedule)
    } catch {
      return .failure(error)
    }
  }

  private var comes: Bool {
    if isEitherDay { return true }
    // Any day of any month falls on any day of the week some year.
    return (1...12).contains { month in
      guard months.has(month) else { return false }
      return (1...Instant.days(in: month, of: 2000)).contains { days.has($0) }
    }
  }

  /// Whether the schedule names a day, given as days since 1970-01-01.
  func names(day number: Int64) -> Bool {
    let date = Instant.date(ofDay: number)
    guard months.has(Int(date.month)) else { return false }
    // 1970-01-01 was a Thursday.
    let weekday = Int(((number % 7) + 11) % 7)
    let (byDate, byWeekday) = (days.has(Int(date.day)), weekdays.has(weekday))
    return isEitherDay ? byDate || byWeekday : byDate && byWeekday
  }

  /// The latest minute named between two wall-clock times, both included; all in seconds since 1970 on that clock.
  public func latest(from low: Int64, to high: Int64) -> Int64? {
    guard low <= high else { return nil }
    let (first, last) = (low.floored(by: 86_400), high.floored(by: 86_400))
    for day in stride(from: last, through: first, by: -1) where names(day: day) {
      let limit = day == last ? high - day * 86_400 : 86_399
      guard let second = latest(ofDay: limit) else { continue }
      return day * 86_400 + second >= low ? day * 86_400 + second : nil
    }
    return nil
  }

  /// The latest minute of any day that begins no later than `limit` seconds into it.
  private func latest(ofDay limit: Int64) -> Int64? {
    let (lastHour, lastMinute) = (Int(limit / 3600), Int(limit % 3600 / 60))
    if hours.has(lastHour), let minute = minutes.highest(upTo: lastMinute) {
      return Int64(lastHour * 3600 + minute * 60)
    }
    guard let hour = hours.highest(upTo: lastHour - 1), let minute = minutes.highest(upTo: 59) else { return nil }
    return Int64(hour * 3600 + minute * 60)
  }
}
