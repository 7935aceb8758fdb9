import Foundation
import Model
import Planning
import Reconciling
import Testing

/// A window, an instant, and until when it is open then; nil: it is closed.
private struct Row: Sendable, CustomTestStringConvertible {
  var cron: String
  var duration: Int64
  var zone: String
  var at: String
  var until: String?
  var testDescription: String { "\(cron) for \(duration)s in \(zone) at \(at)" }
  init(_ cron: String, _ duration: Int64, _ zone: String, at: String, until: String?) {
    (self.cron, self.duration, self.zone, self.at, self.until) = (cron, duration, zone, at, until)
  }
  var window: Policy.FreezeWindow { .init(cron: cron, duration: duration, timeZone: zone) }
}

private let (minute, hour, dayLong): (Int64, Int64, Int64) = (60, 3600, 86_400)

private let plain: [Row] = [
  Row("0 18 * * 5", 60 * hour, "UTC", at: "2026-11-13T17:59:59Z", until: nil),
  Row("0 18 * * 5", 60 * hour, "UTC", at: "2026-11-13T17:59:59.999Z", until: nil),
  Row("0 18 * * 5", 60 * hour, "UTC", at: "2026-11-13T18:00:00Z", until: "2026-11-16T06:00:00Z"),
  Row("0 18 * * 5", 60 * hour, "UTC", at: "2026-11-16T05:59:59.999Z", until: "2026-11-16T06:00:00Z"),
  Row("0 18 * * 5", 60 * hour, "UTC", at: "2026-11-16T06:00:00Z", until: nil),
  Row("0 18 * * 5", 60 * hour, "Europe/Berlin", at: "2026-11-13T17:00:00Z", until: "2026-11-16T05:00:00Z"),
  Row("0 18 * * 5", 60 * hour, "Europe/Berlin", at: "2026-11-13T16:59:59Z", until: nil),
  Row("0 0 * * MON", dayLong, "Asia/Kolkata", at: "2026-11-15T18:30:00Z", until: "2026-11-16T18:30:00Z"),
  Row("0 0 * * MON", dayLong, "Pacific/Kiritimati", at: "2026-11-15T10:00:00Z", until: "2026-11-16T10:00:00Z"),
  Row("0 0 * * MON", dayLong, "Pacific/Pago_Pago", at: "2026-11-16T10:59:59Z", until: nil),
  // A second is enough to be one.
  Row("0 18 * * *", 1, "UTC", at: "2026-11-13T18:00:00.999Z", until: "2026-11-13T18:00:01Z"),
  Row("0 18 * * *", 1, "UTC", at: "2026-11-13T18:00:01Z", until: nil),
]

private let overlaps: [Row] = [
  // The later opening ends later.
  Row("0 18,20 * * *", 4 * hour, "UTC", at: "2026-11-13T19:00:00Z", until: "2026-11-14T00:00:00Z"),
  Row("0 18,20 * * *", 4 * hour, "UTC", at: "2026-11-13T23:59:59Z", until: "2026-11-14T00:00:00Z"),
  // One opening begins as the one before it ends.
  Row("0 18,20 * * *", 2 * hour, "UTC", at: "2026-11-13T18:30:00Z", until: "2026-11-13T22:00:00Z"),
  Row("*/30 9-16 * * *", 30 * minute, "UTC", at: "2026-11-13T09:00:00Z", until: "2026-11-13T17:00:00Z"),
  Row("*/30 9-16 * * *", 29 * minute, "UTC", at: "2026-11-13T09:00:00Z", until: "2026-11-13T09:29:00Z"),
  Row("0 0 * * MON-FRI", dayLong, "UTC", at: "2026-11-11T12:00:00Z", until: "2026-11-14T00:00:00Z"),
  Row("0 0 20-31 12 *", dayLong, "UTC", at: "2026-12-24T12:00:00Z", until: "2027-01-01T00:00:00Z"),
  // Never closed: followed for a year.
  Row("0 0 * * *", dayLong, "UTC", at: "2026-01-01T00:00:00Z", until: "2027-01-02T00:00:00Z"),
]

private let long: [Row] = [
  Row("0 0 20 12 *", 14 * dayLong, "UTC", at: "2026-12-19T23:59:59Z", until: nil),
  Row("0 0 20 12 *", 14 * dayLong, "UTC", at: "2026-12-20T00:00:00Z", until: "2027-01-03T00:00:00Z"),
  Row("0 0 20 12 *", 14 * dayLong, "UTC", at: "2027-01-02T23:59:59Z", until: "2027-01-03T00:00:00Z"),
  Row("0 0 20 12 *", 14 * dayLong, "UTC", at: "2027-01-03T00:00:00Z", until: nil),
  Row("0 0 29 2 *", 1000 * dayLong, "UTC", at: "2030-01-01T00:00:00Z", until: "2030-11-25T00:00:00Z"),
  Row("0 0 29 2 *", 1000 * dayLong, "UTC", at: "2030-11-25T00:00:00Z", until: nil),
  // Two weeks are two weeks, whatever the clocks do meanwhile.
  Row("0 0 20 3 *", 14 * dayLong, "Europe/Berlin", at: "2026-04-02T22:59:59Z", until: "2026-04-02T23:00:00Z"),
]

/// Clocks go from 2:00 to 3:00 on 29 March 2026 (at 01:00 UTC), and from 3:00 to 2:00 on 25 October (at 01:00 UTC).
private let daylightSaving: [Row] = [
  // Skipped: opens at the jump.
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-03-29T00:59:59Z", until: nil),
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-03-29T01:00:00Z", until: "2026-03-29T02:00:00Z"),
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-03-29T02:00:00Z", until: nil),
  Row("0 2 29 3 *", hour, "Europe/Berlin", at: "2026-03-29T01:30:00Z", until: "2026-03-29T02:00:00Z"),
  Row("59 2 29 3 *", minute, "Europe/Berlin", at: "2026-03-29T01:00:59Z", until: "2026-03-29T01:01:00Z"),
  // Not skipped: before and after the jump.
  Row("30 1 * * *", hour, "Europe/Berlin", at: "2026-03-29T00:30:00Z", until: "2026-03-29T01:30:00Z"),
  Row("0 3 * * *", hour, "Europe/Berlin", at: "2026-03-29T01:00:00Z", until: "2026-03-29T02:00:00Z"),
  Row("*/15 2 29 3 *", 10 * minute, "Europe/Berlin", at: "2026-03-29T01:09:59Z", until: "2026-03-29T01:10:00Z"),
  Row("*/15 2 29 3 *", 10 * minute, "Europe/Berlin", at: "2026-03-29T01:10:00Z", until: nil),
  // The days around are as ever.
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-03-28T01:30:00Z", until: "2026-03-28T02:30:00Z"),
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-03-30T00:30:00Z", until: "2026-03-30T01:30:00Z"),
  // Repeated: opens twice.
  Row("30 2 * * *", 10 * minute, "Europe/Berlin", at: "2026-10-25T00:30:00Z", until: "2026-10-25T00:40:00Z"),
  Row("30 2 * * *", 10 * minute, "Europe/Berlin", at: "2026-10-25T00:40:00Z", until: nil),
  Row("30 2 * * *", 10 * minute, "Europe/Berlin", at: "2026-10-25T01:30:00Z", until: "2026-10-25T01:40:00Z"),
  Row("30 2 * * *", 10 * minute, "Europe/Berlin", at: "2026-10-25T01:40:00Z", until: nil),
  Row("30 2 * * *", hour, "Europe/Berlin", at: "2026-10-25T00:30:00Z", until: "2026-10-25T02:30:00Z"),
  Row("30 2 * * *", 2 * hour, "Europe/Berlin", at: "2026-10-25T00:30:00Z", until: "2026-10-25T03:30:00Z"),
  Row("0 3 * * *", hour, "Europe/Berlin", at: "2026-10-25T01:30:00Z", until: nil),
  Row("0 3 * * *", hour, "Europe/Berlin", at: "2026-10-25T02:00:00Z", until: "2026-10-25T03:00:00Z"),
  // A weekend in which the clocks change still lasts 60 hours.
  Row("0 18 * * 5", 60 * hour, "Europe/Berlin", at: "2026-03-28T12:00:00Z", until: "2026-03-30T05:00:00Z"),
  Row("0 18 * * 5", 60 * hour, "Europe/Berlin", at: "2026-10-24T12:00:00Z", until: "2026-10-26T04:00:00Z"),
  // Half an hour: Lord Howe Island, from 2:00 to 2:30 on 4 October 2026 (at 15:30 UTC the day before).
  Row("15 2 * * *", hour, "Australia/Lord_Howe", at: "2026-10-03T15:30:00Z", until: "2026-10-03T16:30:00Z"),
  // A whole day: there was no 30 December 2011 in Samoa.
  Row("0 12 30 12 *", hour, "Pacific/Apia", at: "2011-12-30T10:30:00Z", until: "2011-12-30T11:00:00Z"),
]

@Suite struct FreezeCalendarTests {
  @Test(arguments: plain + overlaps + long + daylightSaving)
  private func `a window is open until`(row: Row) throws {
    let policy = try Self.policy([row.window])
    let at = try #require(Instant(rfc3339: row.at))
    let calendar = try TimeZones().calendar(for: [policy])
    #expect(calendar.openUntil(row.window, at: at)?.description == row.until)
  }

  @Test func `of several windows the one that ends last counts`() throws {
    let windows = [
      Policy.FreezeWindow(cron: "0 18 * * *", duration: 3600, timeZone: "UTC"),
      Policy.FreezeWindow(cron: "0 17 * * *", duration: 5 * 3600, timeZone: "UTC"),
      Policy.FreezeWindow(cron: "0 6 * * *", duration: 3600, timeZone: "UTC"),
    ]
    let at = try #require(Instant(rfc3339: "2026-11-13T18:30:00Z"))
    let found = try #require(FreezeCalendar().openUntil(windows, at: at))
    #expect(found.0 == windows[1] && found.1.description == "2026-11-13T22:00:00Z")
    #expect(FreezeCalendar().openUntil(windows, at: at.advanced(bySeconds: 12 * 3600 + 1800)) == nil)
    #expect(FreezeCalendar().openUntil([], at: at) == nil)
  }

  @Test(arguments: ["Europe/Berlinn", "Mars/Phobos", "Europe/../Berlin"])
  func `a zone that this machine does not know is an error`(name: String) throws {
    let policy = try Self.policy([.init(cron: "* * * * *", duration: 60, timeZone: name)])
    let error = #expect(throws: UnknownTimeZone.self) { try TimeZones().calendar(for: [policy]) }
    #expect(error?.name == name && error?.hint.contains("tzdata") == true)
    #expect(throws: UnknownTimeZone.self) { try TimeZones().offset(of: name, at: Instant(seconds: 0)) }
  }

  @Test(arguments: [("0 0 1 1 *", "Mars/Phobos"), ("no cron", "UTC")])
  func `what cannot be read is no open gate`(cron: String, zone: String) {
    let window = Policy.FreezeWindow(cron: cron, duration: 60, timeZone: zone)
    #expect(FreezeCalendar().openUntil(window, at: Instant(seconds: 1_800_000_000)) != nil)
  }

  @Test func `zones know daylight saving`() throws {
    let (winter, summer) = (Instant(seconds: 1_768_000_000), Instant(seconds: 1_783_000_000))
    #expect(try TimeZones().offset(of: "Europe/Berlin", at: winter) == 3600)
    #expect(try TimeZones().offset(of: "Europe/Berlin", at: summer) == 7200)
    #expect(try TimeZones().offset(of: "UTC", at: summer) == 0)
  }

  /// Windows, and what they name in words of their own: seconds since 1970 on the wall clock.
  private static let predicates: [(window: String, duration: Int64, names: @Sendable (Int64) -> Bool)] = [
    ("*/45 1-3 * * *", 20 * 60, { (1...3).contains($0 / 3600 % 24) && $0 / 60 % 60 % 45 == 0 }),
    ("10 2 * * SUN", 90 * 60, { $0 / 60 % 1440 == 130 && $0 / 86_400 % 7 == 3 }),
  ]

  @Test(arguments: ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
  func `agrees with looking at every minute`(zone: String) throws {
    let offset: @Sendable (Instant) -> Int = { (try? TimeZones().offset(of: zone, at: $0)) ?? 0 }
    let calendar = FreezeCalendar(zones: [zone: offset])
    let east: (Int64) -> Int64 = { Int64(offset(Instant(seconds: $0))) }
    // Days in which clocks change somewhere.
    for start in ["2026-03-07T22:00:00Z", "2026-03-28T21:00:00Z", "2026-04-04T12:00:00Z", "2026-10-24T21:00:00Z"] {
      let from = try #require(Instant(rfc3339: start)).milliseconds / 1000
      for (cron, duration, names) in Self.predicates {
        let openings = (-120..<2000).map { from + $0 * 60 }.filter { second in
          let (before, after) = (east(second - 60), east(second))
          return names(second + after)
            || stride(from: second + before, to: second + after, by: 60).contains(where: names)
        }
        let window = Policy.FreezeWindow(cron: cron, duration: duration, timeZone: zone)
        for at in (0..<1800).map({ from + $0 * 60 + 30 }) {
          let isOpen = openings.contains { $0 <= at && at < $0 + duration }
          let found = calendar.openUntil(window, at: Instant(seconds: at))
          #expect((found != nil) == isOpen, "\(cron) at \(Instant(seconds: at))")
        }
      }
    }
  }

  private static func policy(_ windows: [Policy.FreezeWindow]) throws -> Policy {
    Policy(
      preset: "", workspaceRoles: [], organizationRoles: [], subscriptions: [:], defaultSubscription: "",
      invitations: .init(admission: .invite, joinAs: .declared, expireAfter: nil, maxSends: nil, ofRemoved: .cancel),
      apiKeys: .init(ofRemoved: .keep),
      signUp: .init(personalWorkspace: .never, workspaceKind: .standard, furtherWorkspaces: .allowed),
      workspaces: .init(owners: .many, ownerRequired: false, finalInvoice: false, leaving: .allowed),
      deleteAccountWithLastWorkspace: false, operators: [], identity: .commit,
      protection: [.freezeWindow: .windows(windows)])
  }
}
