/// The exit codes of SPEC section 7. Where several apply, the one declared first wins.
enum ExitStatus: Int32 {
  case usage = 64
  case failure = 1
  case invalidManifests = 4
  case refused = 3
  case changes = 2
  case success = 0
}

/// Something that ends a command: what, and what to do instead.
struct Failure: Error {
  var status: ExitStatus
  var message: String
  /// Lines between message and hint.
  var details: [String]
  var hint: String?

  init(_ status: ExitStatus, _ message: String, details: [String] = [], hint: String? = nil) {
    (self.status, self.message, self.details, self.hint) = (status, message, details, hint)
  }
}
