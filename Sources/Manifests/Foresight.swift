import Model

/// What every plan of these manifests would refuse, as far as they alone tell: warnings for whoever checks them without a
/// store. A plan says the same as refusals.
///
/// | code                                   | tells                                                                        |
/// |----------------------------------------|------------------------------------------------------------------------------|
/// | `workspace-member-not-in-organization` | somebody named in a workspace has no part in the organization (or billing's)  |
/// | `second-owner`                         | two people in the top role, where a workspace has one owner                   |
/// | `members-over-cap`                     | more members than the declared subscription, or the rule's number, has seats |
/// | `further-workspace`                    | a second workspace of an account, where policy allows none                    |
///
/// What a `renamedFrom` does, or why nothing, only the store tells: it is the plan's to say.
public struct Foresight {
  private let desired: DesiredState
  private let names: NameTable
  private var list: DiagnosticList

  /// By file, line and column. `files` are those that the state was compiled from, in its order.
  public static func warnings(of desired: DesiredState, files: [Snapshot.File], names: NameTable) -> [Diagnostic] {
    var foresight = Foresight(desired, files, names)
    for tenant in desired.tenants {
      let workspaces = tenant.workspaces.filter { $0.disposition == .declared }
      if tenant.account == nil { foresight.checkMembership(tenant, workspaces) }
      foresight.checkCap(
        tenant.members, tenant.subscription, tenant.mark, "the organization", tenant, isWorkspace: false)
      for workspace in workspaces {
        foresight.checkOwners(workspace, tenant)
        foresight.checkCap(
          workspace.members, workspace.subscription ?? tenant.subscription, workspace.mark,
          foresight.quoted(workspace.name), tenant, isWorkspace: true)
      }
      foresight.checkAccount(tenant, workspaces)
    }
    return foresight.list.sorted()
  }

  private init(_ desired: DesiredState, _ files: [Snapshot.File], _ names: NameTable) {
    (self.desired, self.names) = (desired, names)
    var documents = Documents(paths: desired.files)
    documents.text = { $0 < files.count ? files[$0].bytes : [] }
    list = DiagnosticList(documents)
  }

  // MARK: Checks

  /// Where others may be members who are not declared, only a declared role that does not admit is certain.
  private mutating func checkMembership(_ tenant: DesiredTenant, _ workspaces: [DesiredWorkspace]) {
    let policy = tenant.policy.policy
    guard policy.setting(.organizationMemberFirst) != .off, let members = tenant.members else { return }
    let closed = Set(policy.organizationRoles.filter { !$0.admitsToWorkspaces }.map(\.name))
    var problems: [Symbol: String] = [:]
    var admitted: Set<Symbol> = []
    for member in members {
      if !member.isInForce {
        problems[member.person] = "whose entry in the organization's `members` has ended"
      } else if closed.contains(names.text(member.role)) {
        problems[member.person] = "who is only \(quoted(member.role)) in the organization"
      } else {
        admitted.insert(member.person)
      }
    }
    let inForce = Set(members.filter(\.isInForce).map(\.person))
    let isClosed = tenant.management == .authoritative
    for workspace in workspaces {
      var lines: [Mark: [(person: Symbol, problem: String)]] = [:]
      for (person, mark) in people(of: workspace) where !admitted.contains(person) {
        guard isClosed || inForce.contains(person) else { continue }
        lines[mark, default: []].append((person, problems[person] ?? "who is not in the organization's `members`"))
      }
      for (mark, people) in lines {
        let sorted = people.sorted { names.precedes($0.person, $1.person) }
        let first = sorted[0]
        let others = sorted.count > 1 ? " (and \(sorted.count - 1) more through the same entry)" : ""
        warn(
          "workspace-member-not-in-organization",
          "\(quoted(workspace.name)) names \(email(first.person)), \(first.problem)\(others): "
            + "no plan makes them a member.",
          at: mark,
          hint:
            "Declare them in `members` of \(tenant.name) too, with a role that admits to workspaces and an end that "
            + "is not past.")
      }
    }
  }

  private mutating func checkOwners(_ workspace: DesiredWorkspace, _ tenant: DesiredTenant) {
    let policy = tenant.policy.policy
    guard policy.setting(.singleOwner) != .off, let top = policy.topRole(.workspace)?.name else { return }
    let owner = workspace.owner?.value
    let holders = (workspace.members ?? []).filter { $0.isInForce && names.text($0.role) == top }
      .sorted {
        ($0.person == owner ? 0 : 1, $0.mark.line, $0.mark.column) < (
          $1.person == owner ? 0 : 1, $1.mark.line, $1.mark.column
        )
      }
    guard let first = holders.first, let second = holders.dropFirst().first else { return }
    warn(
      "second-owner", "\(email(second.person)) is \(top) of \(quoted(workspace.name)) beside \(email(first.person)).",
      at: second.mark, hint: "A workspace has one \(top) here: give one of them another role.")
  }

  private mutating func checkCap(
    _ members: [DesiredMember]?, _ subscription: Marked<Symbol>?, _ mark: Mark, _ place: String,
    _ tenant: DesiredTenant,
    isWorkspace: Bool
  ) {
    let policy = tenant.policy.policy
    guard policy.setting(.memberCap) != .off, let members else { return }
    var caps: [(limit: Int, origin: String)] = []
    if let subscription, let limit = policy.subscriptions[names.text(subscription.value)] ?? nil {
      caps.append((limit, "subscription \(quoted(subscription.value))"))
    }
    if isWorkspace, case .value(let text) = policy.setting(.memberCap), let limit = Int(text) {
      caps.append((limit, "`member-cap`"))
    }
    let count = members.count(where: \.isInForce)
    guard let cap = caps.min(by: { $0.limit < $1.limit }), count > cap.limit else { return }
    warn(
      "members-over-cap", "\(count) members are declared in \(place), and its \(cap.origin) has \(cap.limit) seats.",
      at: mark, hint: "Take \(count - cap.limit) of them out, or choose a larger subscription.")
  }

  private mutating func checkAccount(_ tenant: DesiredTenant, _ workspaces: [DesiredWorkspace]) {
    guard let person = tenant.account, tenant.policy.policy.signUp.furtherWorkspaces == .none else { return }
    let ordered = workspaces.sorted {
      ($0.mark.file, $0.mark.line, $0.mark.column) < ($1.mark.file, $1.mark.line, $1.mark.column)
    }
    for workspace in ordered.dropFirst() {
      warn(
        "further-workspace",
        "\(quoted(workspace.name)) is a further workspace of \(email(person)), and the policy allows none.",
        at: workspace.mark, hint: "Declare it in an organization.")
    }
  }

  // MARK: Parts

  /// Everybody whom a workspace names, with the place where it does.
  private func people(of workspace: DesiredWorkspace) -> [(person: Symbol, mark: Mark)] {
    guard let members = workspace.members else { return workspace.owner.map { [($0.value, $0.mark)] } ?? [] }
    return members.filter(\.isInForce).map { ($0.person, $0.mark) }
  }

  private func email(_ person: Symbol) -> String { quoted(desired.spellings[person] ?? person) }

  private func quoted(_ name: Symbol) -> String { "`\(Shown.text(names.text(name)))`" }

  private mutating func warn(_ code: String, _ message: String, at mark: Mark, hint: String) {
    list.add(
      Finding(
        code: code, message: message, place: Place(line: mark.line, column: mark.column), hint: hint, scope: .nothing,
        severity: .warning),
      file: Int(mark.file))
  }
}
