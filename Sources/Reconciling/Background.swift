import Foundation
import Synchronization

/// Work on a thread of its own, since git and stores block; the second core does it meanwhile.
final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ work: @escaping @Sendable () throws -> Value) {
    do {
      try WorkThread.start { [self] in end(Result { try work() }) }
    } catch {
      end(.failure(error))
    }
  }

  private func end(_ found: Result<Value, any Error>) {
    result.withLock { $0 = found }
    isDone.signal()
  }

  /// Waits for it; to be asked once.
  consuming func value() throws -> Value {
    isDone.wait()
    guard let found = result.withLock({ $0.take() }) else { preconditionFailure("asked twice") }
    return try found.get()
  }
}
