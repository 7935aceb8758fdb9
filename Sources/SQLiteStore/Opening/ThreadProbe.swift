import Foundation
import Store

/// Whether the system gives this process a thread. The queue of a connection takes one when it is let go of, and Dispatch
/// waits for that one for ever, without a word.
enum ThreadProbe {
  /// Zero, or the error's number.
  static func code() -> Int32 {
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { _ in nil }, nil)
    if code == 0 { pthread_join(thread, nil) }
    return code
  }

  static func check() throws {
    let failure = code()
    guard failure != 0 else { return }
    throw StoreError(
      .other, "The store cannot be opened: this process cannot start a thread: \(String(cString: strerror(failure))).",
      hint: "Let it have more threads and memory: ulimit -u and ulimit -v, or the container's limits.")
  }
}
