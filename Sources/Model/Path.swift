/// Names a tenant or one of its workspaces: `acme`, `acme/ml`, `~ada@acme.example/Personal` (SPEC section 1).
public struct Path: Hashable, Sendable {
  /// `acme`, or `~EMAIL` for a personal account.
  public var tenant: String
  public var workspace: String?

  public init(tenant: String, workspace: String? = nil) {
    self.tenant = tenant
    self.workspace = workspace
  }

  /// The first `/` ends the organization, the first one behind the `@` an account's email, which may itself have some; nil
  /// where either side is empty. An account's email is in the form in which emails are compared, a workspace's name in
  /// that of names.
  public init?(_ text: String) {
    // By bytes: a character may be a `/` together with marks behind it.
    let bytes = text.utf8
    let from = Self.isAccount(text) ? bytes.firstIndex(of: UInt8(ascii: "@")) ?? bytes.startIndex : bytes.startIndex
    let end = bytes[from...].firstIndex(of: UInt8(ascii: "/"))
    let tenant = String(text[..<(end ?? bytes.endIndex)])
    guard !tenant.isEmpty, tenant != "~" else { return nil }
    let workspace = end.map { String(text[bytes.index(after: $0)...]).nfc }
    guard workspace?.isEmpty != true else { return nil }
    self.init(tenant: Self.isAccount(tenant) ? tenant.emailKey : tenant, workspace: workspace)
  }

  public var isAccount: Bool { Self.isAccount(tenant) }

  private static func isAccount(_ tenant: String) -> Bool { tenant.utf8.first == UInt8(ascii: "~") }

  /// The email of a personal account's path.
  public var accountEmail: String? { isAccount ? String(tenant.dropFirst()) : nil }
}

extension Path: CustomStringConvertible {
  public var description: String { workspace.map { "\(tenant)/\($0)" } ?? tenant }
}
