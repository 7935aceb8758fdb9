import Model
import Testing

@Suite struct InstantTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
      ("2027-01-31T12:00:00Z", 1_801_396_800_000, "2027-01-31T12:00:00Z"),
      ("2027-01-31t12:00:00z", 1_801_396_800_000, "2027-01-31T12:00:00Z"),
      ("2027-01-31T12:00:00.5+02:00", 1_801_389_600_500, "2027-01-31T10:00:00.500Z"),
      ("2027-01-31T12:00:00.123456-00:30", 1_801_398_600_123, "2027-01-31T12:30:00.123Z"),
      ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000, "2024-02-29T00:00:00Z"),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000, "0000-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59Z", 253_402_300_799_000, "9999-12-31T23:59:59Z"),
    ] as [(String, Int64, String)])
  func readsAndPrints(text: String, milliseconds: Int64, printed: String) {
    #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    #expect(Instant(milliseconds: milliseconds).description == printed)
  }

  @Test(arguments: [
    "", "2027-01-31", "2027-01-31T12:00:00", "2027-01-31 12:00:00Z", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
    "2027-01-31T24:00:00Z", "2027-01-31T12:60:00Z", "2027-01-31T12:00:00.Z", "2027-01-31T12:00:00+2:00",
    "2027-01-31T12:00:00Zx", "+027-01-31T12:00:00Z", "2027-1-31T12:00:00Z",
  ])
  func refuses(text: String) { #expect(Instant(rfc3339: text) == nil) }

  @Test(
    arguments: [
      ("2027-01-31", 1_801_353_600_000), ("2000-02-29", 951_782_400_000), ("1900-02-29", nil), ("2027-00-01", nil),
      ("2027-01-31T00:00:00Z", nil), ("27-01-31", nil),
    ] as [(String, Int64?)])
  func readsDays(text: String, milliseconds: Int64?) { #expect(Instant(day: text)?.milliseconds == milliseconds) }

  @Test func comparesByTime() {
    #expect(Instant(seconds: 1) < Instant(milliseconds: 1001))
    #expect(Instant(seconds: 1).advanced(bySeconds: -2) == Instant(seconds: -1))
  }

  @Test(arguments: [Int64.min, .min + 1, -1 << 53, -1, 0, 1, 1 << 53, .max - 1, .max])
  func `whatever is added, an instant can be written and read back`(number: Int64) {
    let zero = Instant(seconds: 0)
    for start in [Instant.earliest, zero, .latest] {
      let found = [
        Instant(milliseconds: number), Instant(seconds: number), start.advanced(bySeconds: number),
        start.advanced(byMilliseconds: number),
      ]
      for instant in found {
        #expect(Instant(rfc3339: instant.description) == instant)
        #expect(instant >= .earliest && instant <= .latest)
      }
      #expect(number <= 0 || start.advanced(bySeconds: number) >= start)
      #expect(number >= 0 || start.advanced(bySeconds: number) <= start)
    }
  }

  @Test func `the first and the last instant are those that RFC 3339 can write`() {
    #expect(Instant.earliest.description == "0000-01-01T00:00:00Z")
    #expect(Instant.latest.description == "9999-12-31T23:59:59.999Z")
    #expect(Instant(rfc3339: "0000-01-01T00:00:00+14:00") == .earliest)
    #expect(Instant(rfc3339: "9999-12-31T23:59:59-14:00") == .latest)
  }
}
