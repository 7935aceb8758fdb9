import Crypto

/// Hexadecimal SHA-256 of the text's UTF-8.
public func digest(_ text: String) -> String { digest(Array(text.utf8)) }

/// The same of bytes.
func digest(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(unsafeUninitializedCapacity: 2 * SHA256.byteCount) { text in
    for (index, byte) in SHA256.hash(data: bytes).enumerated() {
      text[2 * index] = digits[Int(byte >> 4)]
      text[2 * index + 1] = digits[Int(byte & 15)]
    }
    return 2 * SHA256.byteCount
  }
}
