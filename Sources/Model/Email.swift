/// What counts as an email address: one `@`, a local part of the characters HTML's `input type=email` admits (plus any
/// beyond ASCII), and a domain of labels of letters, digits and inner hyphens. At most 254 bytes.
public enum Email {
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")), (1...64).contains(at) else {
      return false
    }
    guard bytes[..<at].allSatisfy(isLocal) else { return false }
    var label = 0
    var previous = UInt8(ascii: ".")
    for byte in bytes[(at + 1)...] {
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
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
    default: false
    }
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }
}
