import Crypto
import GRDB
import Store

/// The hash chain of the audit log.
///
/// An entry's hash is the hexadecimal SHA-256 over a sequence of items, each written as its length in bytes, a colon, its
/// bytes and a comma (`-` for an absent one), so that no two entries have the same encoding: `tenure-audit-2`, the
/// previous entry's hash (empty before the first), the sequence and the time in decimal, then actors, action, path,
/// subject, before, after, commit, source, overrides, reason, approvers and effects exactly as their columns hold them. Actors,
/// overrides and approvers are JSON lists, before, after and effects JSON objects with keys in order (see ``FieldsJSON``).
///
/// Entries of before schema version 7 have neither approvers, which are NULL, nor effects: their hash begins with `tenure-audit-1` and ends
/// with the reason. An entry that is turned from one form into the other has another hash.
///
/// Sequence and hash of the last entry stand in `audit_head`, which tells a log whose end was cut off from a short one.
enum AuditChain {
  /// What an entry's hash is made of, in this order.
  static let columns = [
    "sequence", "time", "actors", "action", "path", "subject", "before", "after", "\"commit\"", "source", "overrides",
    "reason", "approved_by", "effects",
  ]

  /// The last entry.
  struct End {
    var sequence: Int64 = 0
    /// Hexadecimal digits; empty before the first entry.
    var hash: [UInt8] = []
    private var encoding = Encoding()

    init(sequence: Int64 = 0, hash: [UInt8] = []) { (self.sequence, self.hash) = (sequence, hash) }

    /// Goes one entry on, to the one whose columns `add` adds.
    /// - Parameter hasApprovers: false for an entry of before schema version 7.
    mutating func advance(hasApprovers: Bool = true, _ add: (inout Encoding) -> Void) {
      encoding.begin(hasApprovers ? Encoding.version2 : Encoding.version1, after: hash)
      add(&encoding)
      hash = encoding.hash()
      sequence += 1
    }

    /// Writes it to where the log's end is kept.
    func record(_ db: Database) throws {
      let statement = try db.cachedStatement(sql: "UPDATE audit_head SET sequence = ?, hash = ?")
      try statement.execute(arguments: [sequence, String(decoding: hash, as: UTF8.self)])
      guard db.changesCount > 0 else { throw StoreError.noSuch("end of the audit log") }
    }
  }

  /// The bytes that are hashed, in a buffer that is used again.
  struct Encoding {
    private var bytes: [UInt8] = []
    fileprivate static let version1 = Array("tenure-audit-1".utf8)
    fileprivate static let version2 = Array("tenure-audit-2".utf8)

    fileprivate mutating func begin(_ version: [UInt8], after previous: [UInt8]) {
      bytes.removeAll(keepingCapacity: true)
      version.withUnsafeBufferPointer { add($0) }
      previous.withUnsafeBufferPointer { add($0) }
    }

    mutating func add(_ number: Int64) {
      // Short enough to need no memory of its own.
      var text = String(number)
      text.withUTF8 { add($0) }
    }

    mutating func add(_ item: UnsafeBufferPointer<UInt8>?) {
      guard let item else { return bytes.append(UInt8(ascii: "-")) }
      bytes.append(contentsOf: String(item.count).utf8)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(contentsOf: item)
      bytes.append(UInt8(ascii: ","))
    }

    fileprivate func hash() -> [UInt8] {
      var digits: [UInt8] = []
      digits.reserveCapacity(2 * SHA256.byteCount)
      for byte in SHA256.hash(data: bytes) { Hexadecimal.append(byte, to: &digits) }
      return digits
    }
  }
}

enum Hexadecimal {
  /// Appends the two digits of a byte.
  static func append(_ byte: UInt8, to text: inout [UInt8]) {
    text.append(digit(byte >> 4))
    text.append(digit(byte & 15))
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
