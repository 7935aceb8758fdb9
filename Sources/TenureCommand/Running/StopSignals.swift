import Foundation
import Reconciling

/// SIGTERM and SIGINT as calls of a closure on a thread of their own, without a signal handler.
enum StopSignals {
  /// To be called before other threads are started: they inherit that the signals wait for the one that takes them.
  static func watch(_ received: @escaping @Sendable () -> Void) throws(NoThread) {
    var signals = set()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    try WorkThread.start {
      var signals = set()
      var number: Int32 = 0
      while true {
        if sigwait(&signals, &number) == 0 { received() }
      }
    }
  }

  private static func set() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    return signals
  }
}
