import Synchronization

/// Decides between a cycle that is about to write and a request to stop: whoever comes first.
///
/// Until a cycle passes the gate it has changed nothing, so that a stop need not wait for it, however long a silent
/// server keeps it. From there on the organization at hand is finished.
final class WriteGate: Sendable {
  private struct State {
    var isWriting = false
    var isStopped = false
  }
  private let state = Mutex(State())

  /// False once a stop was requested: then nothing may be written any more.
  func beginWriting() -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.isWriting = true
      return true
    }
  }

  func endWriting() { state.withLock { $0.isWriting = false } }

  /// Whether a cycle writes, whose end must be awaited.
  func requestStop() -> Bool {
    state.withLock { state in
      state.isStopped = true
      return state.isWriting
    }
  }

  /// Asked between two organizations.
  var shouldContinue: Bool { state.withLock { !$0.isStopped } }
}
