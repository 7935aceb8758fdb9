import Foundation
import Synchronization

/// Work on a thread of its own, since git and stores block; the second core does it meanwhile.
final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ work: @escaping @Sendable () throws -> Value) {
    let thread = Thread { [self] in
      let found = Result { try work() }
      result.withLock { $0 = found }
      isDone.signal()
    }
    // Like a main thread: manifests may be nested deeply.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits for it; to be asked once.
  consuming func value() throws -> Value {
    isDone.wait()
    guard let found = result.withLock({ $0.take() }) else { preconditionFailure("asked twice") }
    return try found.get()
  }
}
