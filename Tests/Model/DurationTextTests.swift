import Model
import Testing

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      ("30s", 30), ("5m", 300), ("1h", 3600), ("14d", 1_209_600), ("1h30m", 5400), ("1d2h3m4s", 93_784), ("0s", 0),
      ("90m", 5400), ("007s", 7),
    ] as [(String, Int64)])
  func reads(text: String, seconds: Int64) { #expect(DurationText.parse(text) == .success(seconds)) }

  @Test(arguments: [
    "", "30", "s", "1h30", "30m1h", "1h1h", "-5m", "1.5h", "5 m", " 5m", "5M", "1w", "5ms", "1h-", "５m",
    "9223372036854775808s", "9223372036854775807d", "99999999999999999999s",
  ])
  func refuses(text: String) {
    guard case .failure(let problem) = DurationText.parse(text) else {
      Issue.record("'\(text)' was read")
      return
    }
    #expect(problem.message.hasPrefix("'\(text)' is not a duration: "))
    #expect(!problem.hint.isEmpty)
  }

  @Test(
    arguments: [
      (0, "0s"), (30, "30s"), (60, "1m"), (5400, "1h30m"), (90_000, "1d1h"), (1_209_600, "14d"), (-60, "-1m"),
      (.min, "-106751991167300d15h30m8s"),
    ] as [(Int64, String)])
  func prints(seconds: Int64, text: String) { #expect(DurationText.text(seconds: seconds) == text) }

  @Test(arguments: [1, 59, 61, 3599, 86_399, 86_401, 123_456_789, Int64.max])
  func readsBackWhatItPrints(seconds: Int64) {
    #expect(DurationText.parse(DurationText.text(seconds: seconds)) == .success(seconds))
  }
}
