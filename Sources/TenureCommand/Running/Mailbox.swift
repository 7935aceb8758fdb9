import Dispatch
import Synchronization

/// Messages from other threads to the one that waits for them.
final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    arrived.signal()
  }

  /// The oldest message, waited for at most so long; nil: for as long as it takes.
  func next(within milliseconds: Int64? = nil) -> Message? {
    if let milliseconds {
      let limit = DispatchTime.now() + .milliseconds(Int(clamping: max(0, milliseconds)))
      guard arrived.wait(timeout: limit) == .success else { return nil }
    } else {
      arrived.wait()
    }
    return messages.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
