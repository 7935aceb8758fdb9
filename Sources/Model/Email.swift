/// What counts as an email address: one `@`, a local part of the characters HTML's `input type=email` admits (plus any
/// beyond ASCII), and a domain of labels of letters, digits and inner hyphens. At most 254 bytes.
public enum Email {
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 254 else { return false }
    var at = 0
    while at < bytes.count, isLocal(bytes[at]) { at += 1 }
    guard at < bytes.count, bytes[at] == UInt8(ascii: "@"), (1...64).contains(at) else { return false }
    var label = 0
    var previous = UInt8(ascii: ".")
    for i in at + 1..<bytes.count {
      let byte = bytes[i]
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
    return label > 0 && previous != UInt8(ascii: "-")
  }

  public static func isValid(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isValid($0) }
  }

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
