import Crypto
import Store

/// The hash chain of the audit log.
///
/// An entry's hash is the hexadecimal SHA-256 over a sequence of items, each written as its length in bytes, a colon, its
/// bytes and a comma (`-` for an absent one), so that no two entries have the same encoding: `tenure-audit-1`, the
/// previous entry's hash (empty before the first), the sequence and the time in decimal, then actors, action, path,
/// subject, before, after, commit, source, overrides and reason exactly as their columns hold them. Actors and overrides
/// are JSON lists, before and after JSON objects with keys in order (see ``FieldsJSON``).
///
/// Sequence and hash of the last entry stand in `audit_head`, which tells a log whose end was cut off from a short one.
enum AuditChain {
  /// An entry as its columns.
  struct Columns {
    var sequence: Int64
    var time: Int64
    var actors: String
    var action: String
    var path: String?
    var subject: String?
    var before: String?
    var after: String?
    var commit: String?
    var source: String?
    var overrides: String
    var reason: String?
  }

  static func hash(_ entry: Columns, previous: String) -> String {
    let items: [String?] = [
      "tenure-audit-1", previous, String(entry.sequence), String(entry.time), entry.actors, entry.action, entry.path,
      entry.subject, entry.before, entry.after, entry.commit, entry.source, entry.overrides, entry.reason,
    ]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    for item in items {
      guard let item else {
        bytes.append(UInt8(ascii: "-"))
        continue
      }
      bytes.append(contentsOf: String(item.utf8.count).utf8)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(contentsOf: item.utf8)
      bytes.append(UInt8(ascii: ","))
    }
    return hexadecimal(SHA256.hash(data: bytes))
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
