import Glibc
import Reports

/// The two streams of a command: results on stdout, everything else on stderr.
struct Console {
  let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  let isErrorTerminal = isatty(STDERR_FILENO) == 1
  let isInputTerminal = isatty(STDIN_FILENO) == 1

  /// No colour when not a terminal, or `NO_COLOR` is non-empty.
  var usesColor: Bool { isOutputTerminal && Self.variable("NO_COLOR") == nil && Self.variable("TERM") != "dumb" }

  var options: TextOptions { TextOptions(color: usesColor) }

  /// A variable that is set and not empty.
  static func variable(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }

  /// Writes a result. A stream that takes nothing more (a full disk) ends the process with 1; a reader that went away
  /// ends it in the way of every filter.
  func out(_ text: String) { Self.write(text, to: STDOUT_FILENO) }
  func err(_ text: String) { Self.write(text, to: STDERR_FILENO) }

  func error(_ failure: Failure) {
    err("tenure: error: \(Inert.line(failure.message))\n")
    for line in failure.details { err("  \(Inert.line(line))\n") }
    if let hint = failure.hint { err("  hint: \(Inert.line(hint))\n") }
  }

  func note(_ text: String) { err("tenure: \(Inert.line(text))\n") }

  func exit(with status: ExitStatus) -> Never { Glibc.exit(status.rawValue) }

  /// Asks on the terminal; anything but `yes` is no.
  /// - Throws: ``Failure`` that begins with `otherwise` where nobody can be asked, or the answer is no.
  func requireYes(_ question: String, otherwise: String, hint: String) throws {
    guard isInputTerminal else { throw Failure(.failure, "\(otherwise): there is nobody to ask", hint: hint) }
    err("\(question) Only 'yes' is accepted: ")
    guard readLine(strippingNewline: true) == "yes" else { throw Failure(.failure, "\(otherwise): not confirmed") }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    let isWritten = text.withUTF8 { bytes -> Bool in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return true
    }
    guard !isWritten, descriptor == STDOUT_FILENO else { return }
    let reason = String(cString: strerror(errno))
    write("tenure: error: cannot write the result: \(reason)\n", to: STDERR_FILENO)
    Glibc.exit(ExitStatus.failure.rawValue)
  }
}
