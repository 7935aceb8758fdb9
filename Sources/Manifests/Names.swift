import Model

/// What names may look like (SPEC section 2).
public enum Names {
  /// Of organizations, groups, roles and subscriptions: `[a-z0-9][a-z0-9._-]*`, at most 100.
  static func isIdentifier(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard (1...100).contains(bytes.count) else { return false }
    for (i, byte) in bytes.enumerated() {
      switch byte {
      case 0x61...0x7A, 0x30...0x39: continue
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): if i == 0 { return false }
      default: return false
      }
    }
    return true
  }

  /// Of workspaces and API keys: 1 to 100 printable characters, no outer spaces.
  static func isTitle(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20 else { return false }
    if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return bytes.count <= 100 }
    guard bytes.count <= 400 else { return false }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    return scalars.count <= 100 && scalars.allSatisfy(DisplayName.isPrintable)
      && scalars.first?.properties.generalCategory != .spaceSeparator
      && scalars.last?.properties.generalCategory != .spaceSeparator
  }

  /// Of workspaces and API keys: 1 to 100 printable characters, no outer spaces.
  public static func isTitle(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isTitle($0) }
  }
}
