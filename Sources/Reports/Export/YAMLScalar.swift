/// Text as a YAML scalar that every parser reads back as that text, those of YAML 1.1 included: `no`, `007`,
/// `2027-01-31`, `~` or `- a` get quotes, plain words stay plain.
enum YAMLScalar {
  static func text(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  private static let words: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ".inf", "-.inf", "+.inf", ".nan",
  ]

  static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, first != 0x20, last != 0x20 else { return false }
    if "-?:,[]{}#&*!|>'\"%@`".utf8.contains(first) || last == UInt8(ascii: ":") { return false }
    if words.contains(text.lowercased()) || looksLikeNumber(text, first) { return false }
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",", "[", "]", "{", "}", "\"", "\\": return false
      case "#" where previous == " ": return false
      case " " where previous == ":": return false
      case _ where !isPrintable(scalar): return false
      default: previous = scalar
      }
    }
    return true
  }

  /// Whole and broken numbers in any base, also with `_` and `:`, and timestamps: whatever begins like a number and
  /// has only what those may have.
  private static func looksLikeNumber(_ text: String, _ first: UInt8) -> Bool {
    guard (0x30...0x39).contains(first) || "+.".utf8.contains(first) else { return false }
    let isHexadecimal = text.lowercased().drop { $0 == "+" }.hasPrefix("0x")
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39: true
      case 0x41...0x46, 0x61...0x66: isHexadecimal || "eEbB".utf8.contains(byte)
      default: "xXoO_.:+-tTzZ ".utf8.contains(byte)
      }
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: true
    case 0..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: !Inert.isHostile(scalar)
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      case _ where scalar.value > 0xFFFF: result += "\\U" + hexadecimal(scalar, 8)
      default: result += "\\u" + hexadecimal(scalar, 4)
      }
    }
    return result + "\""
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar, _ width: Int) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
