/// What a terminal report may use of the terminal.
public struct TextOptions: Hashable, Sendable {
  /// Whether to colour by ANSI sequences.
  public var color: Bool
  /// Where to wrap prose, in columns; nil: nowhere. Lines of tables are never wrapped.
  public var width: Int?
  public init(color: Bool = false, width: Int? = nil) { (self.color, self.width) = (color, width) }
}

/// How a piece of text is set apart.
enum Style: String {
  case green = "32"
  case yellow = "33"
  case red = "31"
  case bold = "1"
  case boldRed = "1;31"
  case dim = "2"
}

/// Sets text apart where colour is wanted, and leaves it alone elsewhere.
struct Paint {
  let isOn: Bool
  init(_ isOn: Bool) { self.isOn = isOn }

  func callAsFunction(_ text: String, _ style: Style?) -> String {
    guard isOn, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
