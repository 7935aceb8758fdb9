import Model

/// Why a store could not do it: what, where, and what to do instead. All end a command with exit code 1.
public struct StoreError: Error, Hashable, Sendable {
  public enum Code: Hashable, Sendable {
    case missingFolder
    case missingStore
    case readOnly
    case diskFull
    /// The right to apply is held by somebody else.
    case locked(LockHolder)
    /// Another writer kept the database busy for too long.
    case busy
    case corrupt
    case newerSchema(found: Int, known: Int)
    case notAStore
    case permission
    /// A constraint of the database refused a write that the rules let through.
    case constraint
    case other
  }

  public var code: Code
  public var message: String
  public var hint: String?

  public init(_ code: Code, _ message: String, hint: String? = nil) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }
}
