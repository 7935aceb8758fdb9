@_spi(_Unicode) import Swift

/// The forms in which texts are compared (SPEC section 2, «Text»).
extension String {
  /// Unicode's normal form C. ASCII is in it already.
  public var nfc: String {
    guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
    var result = ""
    result.unicodeScalars.append(contentsOf: _nfc)
    return result
  }

  /// The form in which emails are compared: without case, in normal form C, the domain in ASCII. For the name of a
  /// personal account, `~EMAIL`, too.
  public var emailKey: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return lowercased() }
    let text = nfc.lowercased().nfc
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return text }
    // By bytes: a character may be a separator together with marks behind it.
    let domain = text.utf8[text.utf8.index(after: at)...]
    guard !domain.allSatisfy({ $0 < 0x80 }) else { return text }
    let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return String(Substring(text.utf8[...at]))
      + labels.map { Punycode.label(String(Substring($0))) }.joined(separator: ".")
  }
}
