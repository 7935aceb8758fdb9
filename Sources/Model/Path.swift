/// Names a tenant or one of its workspaces: `acme`, `acme/ml`, `~ada@acme.example/Personal` (SPEC section 1).
public struct Path: Hashable, Sendable {
  /// `acme`, or `~EMAIL` for a personal account.
  public var tenant: String
  public var workspace: String?

  public init(tenant: String, workspace: String? = nil) {
    self.tenant = tenant
    self.workspace = workspace
  }

  /// The first `/` ends the organization; nil where either side is empty.
  public init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/") else {
      guard !text.isEmpty, text != "~" else { return nil }
      self.init(tenant: text)
      return
    }
    let (tenant, workspace) = (text[..<slash], text[text.index(after: slash)...])
    guard !tenant.isEmpty, tenant != "~", !workspace.isEmpty else { return nil }
    self.init(tenant: String(tenant), workspace: String(workspace))
  }

  public var isAccount: Bool { tenant.hasPrefix("~") }

  /// The email of a personal account's path.
  public var accountEmail: String? { isAccount ? String(tenant.dropFirst()) : nil }
}

extension Path: CustomStringConvertible {
  public var description: String { workspace.map { "\(tenant)/\($0)" } ?? tenant }
}
