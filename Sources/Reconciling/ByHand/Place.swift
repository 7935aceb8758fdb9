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
    let name = path.isAccount ? path.tenant.emailKey : path.tenant
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

  /// - Throws: ``HandworkError`` for what the place cannot have, and for names that do not exist.
  mutating func symbols(of request: HandRequest, _ policy: Policy, _ spellings: inout [Symbol: Symbol]) throws
    -> ByHandRequest
  {
    func person(_ email: String) -> Symbol {
      let person = names.person(email)
      spellings[person] = names.intern(email)
      return person
    }
    try refuseAccountItself(request)
    switch request {
    case .add(let email, let role):
      return .add(person(email), workspace: workspace, role: try self.role(role, policy))
    case .setRole(let email, let role):
      return .setRole(person(email), workspace: workspace, role: try self.role(role, policy))
    case .remove(let email): return .remove(person(email), workspace: workspace)
    case .leave(let email): return .leave(person(email), workspace: workspace)
    case .invite(let email, let role):
      return .invite(person(email), workspace: workspace, role: try self.role(role, policy))
    case .cancelInvitation(let email): return .cancelInvitation(person(email), workspace: workspace)
    case .resendInvitation(let email): return .resendInvitation(person(email), workspace: workspace)
    case .accept(let email): return .accept(person(email), workspace: workspace)
    case .decline(let email): return .decline(person(email), workspace: workspace)
    case .createWorkspace(let new):
      return .createWorkspace(
        .init(
          name: names.intern(try new.checkedName()), owner: new.owner.map(person),
          displayName: try DisplayName.checked(new.displayName),
          subscription: try new.subscription.map { try subscription($0, policy) }))
    case .deleteWorkspace:
      if let workspace { return .deleteWorkspace(workspace) }
      let isAccount = tenant.account != nil
      throw HandworkError(
        "\(path) is no workspace", hint: isAccount ? "tenure account delete ends accounts" : "write \(path)/NAME")
    case .transfer(let email): return .transfer(person(email), workspace: workspace)
    case .setSubscription(let name):
      return .setSubscription(try subscription(name, policy), workspace: workspace)
    }
  }

  /// An account is nothing but the place of its workspaces.
  private func refuseAccountItself(_ request: HandRequest) throws {
    guard workspace == nil, tenant.account != nil else { return }
    switch request {
    case .createWorkspace, .deleteWorkspace: return
    case .setSubscription:
      throw HandworkError("an account has no subscription, its workspaces have", hint: "write \(path)/Personal")
    case .add, .setRole, .remove, .leave, .invite, .cancelInvitation, .resendInvitation, .accept, .decline, .transfer:
      throw HandworkError("an account has no members, its workspaces have", hint: "write \(path)/Personal")
    }
  }

  /// `name` nil: the lowest.
  private mutating func role(_ name: String?, _ policy: Policy) throws -> Symbol {
    let known = policy.roles(scope).map(\.name)
    let name = name ?? known.last ?? ""
    guard known.contains(name) else {
      throw HandworkError(
        "there is no \(scope.rawValue) role '\(name)'",
        hint: Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? "roles: \(known.joined(separator: ", "))")
    }
    return names.intern(name)
  }

  private mutating func subscription(_ name: String, _ policy: Policy) throws -> Symbol {
    let known = policy.subscriptions.keys.sorted()
    guard known.contains(name) else {
      throw HandworkError(
        "there is no subscription '\(name)'",
        hint: Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? "subscriptions: \(known.joined(separator: ", "))")
    }
    return names.intern(name)
  }
}

extension HandRequest.NewWorkspace {
  fileprivate func checkedName() throws -> String {
    if Names.isTitle(name) { return name }
    throw HandworkError(
      "'\(name)' cannot name a workspace", hint: "1 to 100 printable characters, without outer spaces")
  }
}

extension DisplayName {
  /// The name as somebody gave it by hand.
  static func checked(_ name: String?) throws -> String? {
    guard let name, !isValid(name) else { return name }
    throw HandworkError(
      "the display name '\(name)' has characters that cannot be printed",
      hint: "leave them out: tabs, line breaks, and what has no picture")
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
