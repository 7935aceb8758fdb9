import Glibc

/// A bar on stderr for what takes over a second, on a terminal only.
struct ProgressBar {
  private let title: String
  private let total: Int
  private let isShown: Bool
  private let start = ProgressBar.seconds()
  private var drawn = 0.0

  init(_ title: String, total: Int, console: Console) {
    (self.title, self.total, isShown) = (title, total, console.isErrorTerminal && total > 0)
  }

  mutating func show(_ done: Int, _ console: Console) {
    let now = Self.seconds()
    guard isShown, now - start > 1, now - drawn > 0.1 else { return }
    drawn = now
    let width = 30
    let full = min(width, done * width / total)
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    console.err("\r\(title) [\(bar)] \(done)/\(total)\u{1B}[K")
  }

  func clear(_ console: Console) {
    if drawn > 0 { console.err("\r\u{1B}[K") }
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
