/// Letters of another script among Latin ones: a Cyrillic `а` looks like a Latin `a`, and makes another person of them.
public enum MixedScript {
  /// The first letter that is not Latin in a text that has Latin ones too; nil where there is none.
  public static func letter(in text: String) -> Unicode.Scalar? {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    var (hasLatin, other): (Bool, Unicode.Scalar?) = (false, nil)
    for scalar in text.unicodeScalars where isLetter(scalar) {
      if isLatin(scalar.value) { hasLatin = true } else if other == nil { other = scalar }
    }
    return hasLatin ? other : nil
  }

  /// What people call the letter: `U+0430, CYRILLIC SMALL LETTER A`.
  public static func name(of letter: Unicode.Scalar) -> String {
    let digits = String(letter.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return letter.properties.name.map { "\(code), \($0)" } ?? code
  }

  /// Modifier letters, and the few that every script uses, belong to none.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter: ![0xAA, 0xB5, 0xBA].contains(scalar.value)
    default: false
    }
  }

  private static func isLatin(_ value: UInt32) -> Bool { latin.contains { $0.contains(value) } }

  /// Unicode's script `Latin`, as far as it has letters.
  private static let latin: [ClosedRange<UInt32>] = [
    0x41...0x5A, 0x61...0x7A, 0xC0...0x2B8, 0x1D00...0x1D25, 0x1D6B...0x1D77, 0x1D79...0x1D9A, 0x1E00...0x1EFF,
    0x212A...0x212B, 0x2132...0x2132, 0x214E...0x214E, 0x2183...0x2184, 0x2C60...0x2C7F, 0xA722...0xA787,
    0xA78B...0xA7FF, 0xAB30...0xAB5A, 0xAB60...0xAB64, 0xAB66...0xAB68, 0xFB00...0xFB06, 0xFF21...0xFF3A,
    0xFF41...0xFF5A, 0x1DF00...0x1DF2A,
  ]
}
