import Store
import TestSupport

@testable import Reconciling

extension Door {
  /// What the program keeps in the user's cache: whatever can be read can be written again, and is the same.
  static let memory = Door(name: "memory", snippets: ["\u{FFFF}\u{FFFF}", "\0\0\0\0", "acme", "\u{7F}"]) { bytes, _ in
    if let memo = Memo(encoded: bytes), Memo(encoded: memo.encoded) != memo { return "a memo is read as another one" }
    if let head = MemoHead(encoded: bytes), MemoHead(encoded: head.encoded) != head {
      return "a memo's head is read as another one"
    }
    return nil
  }
}
