import Glibc
import Reconciling
import Reports
import Synchronization

/// SIGINT and SIGTERM to a command that applies a plan.
///
/// | arrives                         | effect                                                                       |
/// |---------------------------------|------------------------------------------------------------------------------|
/// | before anything is written      | the process ends                                                             |
/// | while an organization is written| that one is undone, those before stay, and the command says how far it came  |
/// | a second time                   | the process ends, as if it was killed: the next apply goes on all the same   |
final class Interruption: Sendable {
  private struct State {
    var isWriting = false
    var isRequested = false
  }
  private let state = Mutex(State())

  /// Thrown where the work is to be left.
  struct Requested: Error {}

  /// To be called before other threads are started, as ``StopSignals/watch(_:)``.
  init(_ console: Console) throws(NoThread) {
    try StopSignals.watch { [self] in
      let isLeft = state.withLock { state in
        defer { state.isRequested = true }
        return state.isWriting && !state.isRequested
      }
      guard !isLeft else { return }
      if console.isErrorTerminal { console.err("\r\u{1B}[K") }
      console.error(Failure(.failure, "stopped before the end"))
      // The main thread is in the middle of something; nothing of it is to be kept.
      _exit(ExitStatus.failure.rawValue)
    }
  }

  /// From here on the work is left where ``check()`` is called.
  func beginWriting() { state.withLock { $0.isWriting = true } }

  func check() throws(Requested) {
    if state.withLock({ $0.isRequested }) { throw Requested() }
  }
}
