import Testing

@testable import Model

/// Days since 1970-01-01.
private func number(_ day: String) throws -> Int64 {
  try #require(Instant(day: day)).milliseconds / 86_400_000
}

private func schedule(_ text: String) throws -> CronSchedule { try CronSchedule.parse(text).get() }

@Suite struct CronScheduleTests {
  @Test(
    arguments: [
      ("* * * * *", "* * * * *"), ("0 18 * * 5", "0 18 * * FRI"), ("0 0 1 1 *", "0 0 1 jan *"),
      ("*/15 * * * *", "0,15,30,45 * * * *"), ("5/15 * * * *", "5-59/15 * * * *"),
      ("0 9-17/4 * * *", "0 9,13,17 * * *"),
      ("0 0 * * 7", "0 0 * * 0"), ("0 0 * * 5-7", "0 0 * * 0,5,6"), ("0 0 * * fri-sun", "0 0 * * 5-7"),
      ("0 0 * * MON-FRI", "0 0 * * 1-5"), ("0  0\t* *  1", "0 0 * * 1"), ("59 23 31 12 6", "59 23 31 DEC SAT"),
      ("007 0 * * *", "7 0 * * *"), ("0 0 29 2 *", "0 0 29 feb *"), ("0 0 * * */2", "0 0 * * */2"),
    ] as [(String, String)])
  func `two ways to write one schedule`(a: String, b: String) throws {
    #expect(try schedule(a) == schedule(b))
  }

  @Test(
    arguments: [
      ("", "it has 0 of five fields"), ("0 18 * *", "it has 4 of five fields"),
      ("0 18 * * 5 2027", "it has 6 of five fields"), ("@daily", "it has 1 of five fields"),
      ("60 0 * * *", "the minute must be 0 to 59"), ("0 24 * * *", "the hour must be 0 to 23"),
      ("0 0 0 * *", "the day of month must be 1 to 31"), ("0 0 32 * *", "the day of month must be 1 to 31"),
      ("0 0 * 13 *", "the month must be 1 to 12"), ("0 0 * 0 *", "the month must be 1 to 12"),
      ("0 0 * * 8", "the day of week must be 0 to 7"), ("0 0 * * FRIDAY", "the day of week must be 0 to 7"),
      ("0 0 MON * *", "the day of month must be 1 to 31"), ("0 0 * MON *", "the month must be 1 to 12"),
      ("-1 0 * * *", "the minute must be 0 to 59"), ("1- 0 * * *", "the minute must be 0 to 59"),
      (", 0 * * *", "the minute must be 0 to 59"), ("1,,2 0 * * *", "the minute must be 0 to 59"),
      ("1-2-3 0 * * *", "the minute must be 0 to 59"), ("1.5 0 * * *", "the minute must be 0 to 59"),
      ("*5 0 * * *", "the minute must be 0 to 59"), ("? 0 * * *", "the minute must be 0 to 59"),
      ("0 0 L * *", "the day of month must be 1 to 31"), ("0 17-9 * * *", "the hour has a range that runs backwards"),
      ("0 0 * DEC-JAN *", "the month has a range that runs backwards"),
      ("0 0 * * 5-0", "the day of week has a range that runs backwards"),
      ("*/0 0 * * *", "the minute has a step that is no number from 1"),
      ("*/ 0 * * *", "the minute has a step that is no number from 1"),
      ("*/-2 0 * * *", "the minute has a step that is no number from 1"),
      ("*/99999999999999999999 0 * * *", "the minute has a step that is no number from 1"),
      ("*/2/2 0 * * *", "the minute has two steps in one"),
      ("0 0 31 2 *", "no such day ever comes"), ("0 0 30 FEB *", "no such day ever comes"),
      ("0 0 31 2,4,6,9,11 *", "no such day ever comes"), ("0 0 31 4 */2", "no such day ever comes"),
    ] as [(String, String)])
  func `what is no schedule`(text: String, message: String) {
    guard case .failure(let problem) = CronSchedule.parse(text) else {
      Issue.record("'\(text)' was read")
      return
    }
    #expect(problem.message == message)
    #expect(!problem.hint.isEmpty)
  }

  @Test(
    arguments: [
      // 2026-11-13 is a Friday, 2026-11-01 a Sunday.
      ("0 0 * * 5", "2026-11-13", true), ("0 0 * * 5", "2026-11-14", false), ("0 0 * * 0", "2026-11-01", true),
      ("0 0 * * 7", "2026-11-01", true), ("0 0 * * 4", "1970-01-01", true), ("0 0 * * 3", "1969-12-31", true),
      ("0 0 13 * *", "2026-11-13", true), ("0 0 13 * *", "2026-11-14", false), ("0 0 * 12 *", "2026-11-30", false),
      ("0 0 29 2 *", "2028-02-29", true), ("0 0 29 2 *", "2027-03-01", false),
      // Both restricted: either one will do.
      ("0 0 13 * 5", "2026-11-13", true), ("0 0 13 * 5", "2026-11-20", true), ("0 0 13 * 5", "2026-10-13", true),
      ("0 0 13 * 5", "2026-10-14", false), ("0 0 31 2 5", "2026-02-06", true), ("0 0 31 2 5", "2026-03-06", false),
      // What begins with a star is not restricted: both must name the day.
      ("0 0 */2 * 5", "2026-11-13", true), ("0 0 */2 * 5", "2026-11-20", false), ("0 0 */2 * 5", "2026-11-15", false),
      ("0 0 13 * */5", "2026-11-13", true), ("0 0 13 * */5", "2026-10-13", false),
    ] as [(String, String, Bool)])
  func `days that a schedule names`(text: String, day: String, isNamed: Bool) throws {
    #expect(try schedule(text).names(day: number(day)) == isNamed)
  }

  @Test(
    arguments: [
      ("0 18 * * *", "2026-11-13T00:00:00Z", "2026-11-13T20:00:00Z", "2026-11-13T18:00:00Z"),
      ("0 18 * * *", "2026-11-13T00:00:00Z", "2026-11-13T18:00:00Z", "2026-11-13T18:00:00Z"),
      ("0 18 * * *", "2026-11-13T18:00:00Z", "2026-11-13T18:00:00Z", "2026-11-13T18:00:00Z"),
      ("0 18 * * *", "2026-11-13T18:00:01Z", "2026-11-14T17:59:59Z", nil),
      ("*/20 6-7 * * *", "2026-11-13T00:00:00Z", "2026-11-13T07:35:59Z", "2026-11-13T07:20:00Z"),
      ("30 6-7 * * *", "2026-11-13T00:00:00Z", "2026-11-13T07:29:59Z", "2026-11-13T06:30:00Z"),
      ("30 6-7 * * *", "2026-11-12T00:00:00Z", "2026-11-13T06:29:59Z", "2026-11-12T07:30:00Z"),
      ("59 23 * * *", "1969-12-01T00:00:00Z", "1969-12-31T23:59:59Z", "1969-12-31T23:59:00Z"),
      ("0 0 29 2 *", "2024-03-01T00:00:00Z", "2028-02-28T23:59:59Z", nil),
      ("0 0 29 2 *", "2024-02-29T00:00:00Z", "2028-02-28T23:59:59Z", "2024-02-29T00:00:00Z"),
      ("* * * * *", "2026-11-13T18:00:01Z", "2026-11-13T18:00:59Z", nil),
    ] as [(String, String, String, String?)])
  func `the latest minute of a span`(text: String, from: String, to: String, expected: String?) throws {
    let (low, high) = (try #require(Instant(rfc3339: from)), try #require(Instant(rfc3339: to)))
    let found = try schedule(text).latest(from: low.milliseconds / 1000, to: high.milliseconds / 1000)
    #expect(found.map { Instant(seconds: $0).description } == expected)
  }
}
