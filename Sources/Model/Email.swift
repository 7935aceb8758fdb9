/// What counts as an email address: one `@`, a local part of the characters HTML's `input type=email` admits, and a
/// domain of labels of letters, digits and inner hyphens; in both printable characters beyond ASCII. At most 254 bytes.
public enum Email {
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 254 else { return false }
    var at = 0
    var all: UInt8 = 0
    while at < bytes.count, isLocal(bytes[at]) {
      all |= bytes[at]
      at += 1
    }
    guard at < bytes.count, bytes[at] == UInt8(ascii: "@"), (1...64).contains(at) else { return false }
    var label = 0
    var previous = UInt8(ascii: ".")
    for i in at + 1..<bytes.count {
      let byte = bytes[i]
      all |= byte
      if byte == UInt8(ascii: ".") {
        if label == 0 || previous == UInt8(ascii: "-") { return false }
        label = 0
      } else {
        guard isAlphanumeric(byte) || (byte == UInt8(ascii: "-") && label > 0) else { return false }
        label += 1
        if label > 63 { return false }
      }
      previous = byte
    }
    guard label > 0 && previous != UInt8(ascii: "-") else { return false }
    return all < 0x80 || hasPrintable(String(decoding: bytes, as: UTF8.self))
  }

  public static func isValid(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isValid($0) }
  }

  /// Whether all characters beyond ASCII can be seen and told from those that separate the parts; a part begins with
  /// none that combines with the one before it.
  private static func hasPrintable(_ text: String) -> Bool {
    var isFirst = true
    for scalar in text.unicodeScalars {
      if !scalar.isASCII, !isPrintable(scalar) || (isFirst && isMark(scalar)) { return false }
      isFirst = scalar == "@" || scalar == "."
    }
    return true
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// No kind of space, control, format or quote character, and nothing that has no picture.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate, .privateUse, .unassigned,
      .initialPunctuation, .finalPunctuation:
      return false
    default:
      return !properties.isQuotationMark && !properties.isDefaultIgnorableCodePoint
        && !primes.contains { $0.contains(scalar.value) }
    }
  }

  /// Marks that are read as quotes though Unicode does not call them so: accents that stand alone, primes.
  private static let primes: [ClosedRange<UInt32>] = [
    0xB4...0xB4, 0x2B9...0x2BA, 0x2032...0x2037, 0x2057...0x2057, 0xFF40...0xFF40,
  ]

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    let small = byte | 0x20
    return (small >= 0x61 && small <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80
  }

  /// Letters, digits and ``.!#$%&'*+/=?^_`{|}~-``, a bit each: of the bytes below 0x40, and of those below 0x80.
  private static func isLocal(_ byte: UInt8) -> Bool {
    let (low, high): (UInt64, UInt64) = (0xA3FF_ECFA_0000_0000, 0x7FFF_FFFF_C7FF_FFFE)
    return byte >= 0x80 || (byte < 0x40 ? low : high) &>> UInt64(byte & 0x3F) & 1 == 1
  }
}
