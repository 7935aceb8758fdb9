import Manifests
import Model
import Planning
import Store

/// The organization, account or workspace that a path names, as it is stored.
struct Place {
  let path: Path
  var tenant: ActualTenant
  /// Nil: the tenant itself.
  let workspace: Symbol?
  var state: ActualState
  var names: NameTable

  /// - Throws: ``HandworkError`` with the nearest name where the path names nothing.
  init(_ path: Path, _ reader: any StoreReader) throws {
    let name = path.isAccount ? path.tenant.lowercased() : path.tenant
    self.path = Path(tenant: name, workspace: path.workspace)
    names = NameTable()
    state = try reader.read(.tenants([name]), names: &names)
    guard let tenant = state.tenants.first else {
      let what = path.isAccount ? "account" : "organization"
      let known = try reader.tenants().map(\.name).filter { $0.hasPrefix("~") == path.isAccount }
      throw HandworkError.unknown(what, path.accountEmail ?? name, Path(tenant: name), among: known)
    }
    self.tenant = tenant
    guard let wanted = path.workspace else {
      workspace = nil
      return
    }
    let table = names
    let known = tenant.workspaces.map { Path(tenant: name, workspace: table.text($0.name)).description }
    let symbol = names.symbol(of: wanted)
    workspace = tenant.workspaces.first { $0.name == symbol }?.name
    if workspace == nil {
      throw HandworkError.unknown("workspace", wanted, path, among: known)
    }
  }

  /// The stored workspace; nil for the tenant itself.
  var stored: ActualWorkspace? { tenant.workspaces.first { $0.name == workspace } }

  private var scope: RoleScope { workspace == nil ? .organization : .workspace }

  mutating func symbols(of request: HandRequest, _ policy: Policy, _ spellings: inout [Symbol: Symbol]) throws
    -> ByHandRequest
  {
    if workspace == nil, tenant.account != nil {
      throw HandworkError("an account has no members, its workspaces have", hint: "write \(path)/Personal")
    }
    func person(_ email: String) -> Symbol {
      let person = names.person(email)
      spellings[person] = names.intern(email)
      return person
    }
    switch request {
    case .add(let email, let role):
      let wanted = try self.role(role ?? policy.roles(scope).last?.name ?? "", policy)
      return .add(person(email), workspace: workspace, role: wanted)
    case .setRole(let email, let role):
      let wanted = try self.role(role, policy)
      return .setRole(person(email), workspace: workspace, role: wanted)
    case .remove(let email): return .remove(person(email), workspace: workspace)
    case .accept(let email): return .accept(person(email), workspace: workspace)
    case .decline(let email): return .decline(person(email), workspace: workspace)
    case .leave(let email): return .leave(person(email), workspace: workspace)
    }
  }

  private mutating func role(_ name: String, _ policy: Policy) throws -> Symbol {
    let known = policy.roles(scope).map(\.name)
    guard known.contains(name) else {
      throw HandworkError(
        "there is no \(scope.rawValue) role '\(name)'",
        hint: Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? "roles: \(known.joined(separator: ", "))")
    }
    return names.intern(name)
  }
}

extension HandworkError {
  /// A path that names nothing; `known` are whole paths.
  static func unknown(_ what: String, _ name: String, _ path: Path, among known: [String]) -> HandworkError {
    let near = Suggestion.nearest(to: path.description, among: known)
    let hint =
      near.map { "did you mean '\($0)'?" }
      ?? (path.isAccount && path.workspace == nil
        ? "tenure account list shows the accounts" : "tenure status shows what there is")
    return HandworkError("there is no \(what) '\(name)'", hint: hint)
  }
}
