/// Bytes read eight at a time: what interning does to every name of every file.
struct Words {
  private let start: UnsafeRawPointer?
  private let count: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) { (start, count) = (UnsafeRawPointer(bytes.baseAddress), bytes.count) }

  /// Equal bytes have equal hashes under one key. The key is random: names come from strangers, who could otherwise
  /// find names that all fall into one place.
  struct Key: Sendable {
    static let ofThisProcess = Key(a: .random(in: .min ... .max), b: .random(in: .min ... .max))
    fileprivate let a: UInt64
    fileprivate let b: UInt64
  }

  func hash(_ key: Key) -> UInt64 {
    guard let start else { return Self.mixed(key.a, key.b) }
    var state = key.a ^ UInt64(truncatingIfNeeded: count)
    var first: UInt64 = 0
    var last: UInt64 = 0
    switch count {
    case 16...:
      var at = 0
      while at &+ 16 < count {
        state = Self.mixed(Self.eight(start + at) ^ key.b, Self.eight(start + (at &+ 8)) ^ state)
        at &+= 16
      }
      // These may overlap what went before, here and below.
      (first, last) = (Self.eight(start + (count &- 16)), Self.eight(start + (count &- 8)))
    case 8...: (first, last) = (Self.eight(start), Self.eight(start + (count &- 8)))
    case 4...: (first, last) = (Self.four(start), Self.four(start + (count &- 4)))
    case 1...: (first, last) = (Self.one(start) << 8 | Self.one(start + count / 2), Self.one(start + (count &- 1)))
    default: break
    }
    return Self.mixed(Self.mixed(first ^ key.b, last ^ state) ^ key.a, key.b)
  }

  /// Whether `other` holds the same bytes, of which there are as many here.
  func areEqual(_ other: UnsafePointer<UInt8>) -> Bool {
    guard let start else { return true }
    let other = UnsafeRawPointer(other)
    var at = 0
    while at &+ 8 <= count {
      if Self.eight(start + at) != Self.eight(other + at) { return false }
      at &+= 8
    }
    if count >= 8 { return Self.eight(start + (count &- 8)) == Self.eight(other + (count &- 8)) }
    while at < count {
      if Self.one(start + at) != Self.one(other + at) { return false }
      at &+= 1
    }
    return true
  }

  /// Whether no byte is a capital letter or beyond ASCII.
  var isLowercaseASCII: Bool {
    guard let start else { return true }
    var at = 0
    while at &+ 8 <= count {
      if Self.marksCapitals(Self.eight(start + at)) { return false }
      at &+= 8
    }
    while at < count {
      if Self.marksCapitals(Self.one(start + at)) { return false }
      at &+= 1
    }
    return true
  }

  /// The highest bit of a byte, without the byte's own: set from the capital on by one sum, from behind Z by the other.
  private static func marksCapitals(_ word: UInt64) -> Bool {
    let seven = word & all(0x7F)
    return (((seven &+ all(0x80 - 0x41)) ^ (seven &+ all(0x80 - 0x5B))) | word) & all(0x80) != 0
  }

  private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  private static func eight(_ at: UnsafeRawPointer) -> UInt64 { at.loadUnaligned(as: UInt64.self) }
  private static func four(_ at: UnsafeRawPointer) -> UInt64 { UInt64(at.loadUnaligned(as: UInt32.self)) }
  private static func one(_ at: UnsafeRawPointer) -> UInt64 { UInt64(at.load(as: UInt8.self)) }
}
