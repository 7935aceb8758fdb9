import Reports
import Testing

@Suite struct JSONTests {
  static let sample: JSONValue = [
    "z": 1, "a": ["nested": [true, false, nil, "text"], "empty": .object([])], "list": [], "decimal": .decimal(1.5),
    "é": .number(.min),
  ]

  @Test func `actions are read back as they were written`() throws {
    for action in fullPlan.actions + hostilePlan.actions {
      let text = PlanJSON.action(action).pretty()
      #expect(PlanJSON.readAction(try JSONValue.parse(text.utf8)) == action)
    }
    #expect(PlanJSON.readAction(["action": "no-such"]) == nil)
  }

  @Test func prettyKeepsOrder() {
    #expect(
      JSONTests.sample.pretty() == """
        {
          "z": 1,
          "a": {
            "nested": [
              true,
              false,
              null,
              "text"
            ],
            "empty": {}
          },
          "list": [],
          "decimal": 1.5,
          "é": -9223372036854775808
        }
        """)
  }

  @Test func compactAndCanonical() {
    let value: JSONValue = ["b": [1, 2], "a": ["d": 1, "c": .decimal(.infinity)]]
    #expect(value.compact() == #"{"b":[1,2],"a":{"d":1,"c":null}}"#)
    #expect(value.canonical() == #"{"a":{"c":null,"d":1},"b":[1,2]}"#)
  }

  @Test(arguments: [
    ("\"\\/", #""\"\\/""#), ("\n\r\t\u{0}\u{1F}", #""\n\r\t\u0000\u001f""#),
    ("\u{2028}\u{2029}\u{7F}\u{9B}\u{202E}", #""\u2028\u2029\u007f\u009b\u202e""#), ("\u{E0041}", #""\udb40\udc41""#),
    ("é😀日", #""é😀日""#), ("##[error]#", #""\u0023#[error]#""#),
  ])
  func escapes(text: String, written: String) {
    #expect(JSONValue.string(text).compact() == written)
  }

  @Test func readsWhatItWrote() throws {
    let all = JSONValue.string(String(String.UnicodeScalarView((0...0x3100).compactMap(Unicode.Scalar.init))))
    for value in [JSONTests.sample, all, .string(hostile), .decimal(1e300), .decimal(-2.5e-7)] {
      #expect(try JSONValue.parse(value.pretty().utf8).compact().utf8.elementsEqual(value.compact().utf8))
      #expect(try JSONValue.parse(value.compact().utf8) == value)
    }
  }

  @Test(arguments: [
    (#" {"a" : [1 , -0.5e+2, "\u00e9\ud83d\ude00\/"]} "#, #"{"a":[1,-50.0,"é😀/"]}"#), ("0", "0"),
    ("9223372036854775808", "9.223372036854776e+18"), (#"{"e\u0301":1,"é":2}"#, "{\"e\u{301}\":1,\"é\":2}"),
  ])
  func reads(text: String, compact: String) throws {
    #expect(try JSONValue.parse(text.utf8).compact() == compact)
  }

  @Test(arguments: [
    ("", "a value is missing at byte 0"), ("[1,]", "a value is missing at byte 3"),
    ("{,}", "a key is missing at byte 1"),
    (#"{"a":1,"\u0061":2}"#, "a key stands twice at byte 7"), ("01", "a value is missing at byte 0"),
    ("1.", "a digit is missing at byte 2"), ("-", "a value is missing at byte 0"),
    ("NaN", "a value is missing at byte 0"),
    ("1e999", "a number is out of range at byte 0"), ("truth", "a value is missing at byte 0"),
    ("1 2", "something follows the document at byte 2"),
    ("\"a\nb\"", "a control character stands in a string at byte 2"),
    (#""\ud800""#, "a surrogate stands alone at byte 7"), (#""\udc00""#, "a surrogate stands alone at byte 7"),
    (#""\x""#, "an escape is unknown at byte 3"), (#""\u00"#, "an escape is cut off at byte 3"),
    ("\"a", "a string does not end at byte 2"), ("[1", "']' is missing at byte 2"),
    ("/**/1", "a value is missing at byte 0"),
    ("\u{FEFF}1", "a value is missing at byte 0"),
  ])
  func refuses(text: String, error: String) {
    #expect(message(text.utf8) == error)
  }

  @Test func refusesBadBytesAndDepth() {
    #expect(message([0x22, 0xC0, 0x80, 0x22]) == "a string is not UTF-8 at byte 0")
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(message(deep.dropFirst().dropLast().utf8) == nil)
    #expect(message(String(repeating: "[", count: 100_000).utf8) == "nested deeper than 64 at byte 65")
  }

  private func message(_ bytes: some Sequence<UInt8>) -> String? {
    do {
      _ = try JSONValue.parse(bytes)
      return nil
    } catch { return error.description }
  }
}
