import Crypto

/// Secrets that are made here, shown once, and stored as a hash only.
enum Secret {
  /// 256 random bits as hexadecimal digits.
  static func random() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }

  /// A secret as people and their scanners recognise it: `tenure_` and 64 digits.
  static func apiKey() -> String { "tenure_" + random() }

  /// Whether two texts are the same, in a time that depends on their lengths only.
  @inline(never)
  static func areEqual(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for (x, y) in zip(a, b) { difference |= x ^ y }
    return difference == 0
  }
}
