import Foundation

/// A thread for work that blocks, or the system's reason why there is none: Foundation's threads and Dispatch's queues do
/// not say, and whoever waits for them waits for ever.
public enum WorkThread {
  /// Like a main thread's: manifests may be nested deeply.
  private static let stackBytes = 8 << 20

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  public static func start(_ body: @escaping @Sendable () -> Void) throws(NoThread) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw NoThread(reason: String(cString: strerror(code)))
    }
  }
}

/// The system gives this process no further thread.
public struct NoThread: Error, Hashable, Sendable, CustomStringConvertible {
  public var reason: String
  public var hint: String { "let it have more threads and memory: ulimit -u and ulimit -v, or the container's limits" }
  public var description: String { "this process cannot start a thread: \(reason)" }
}
