import Model

/// Roles that are stored, or offered, and that the policy does not know: they give nothing.
///
/// | who holds one, or less than the top role                     | the plan                                          |
/// |--------------------------------------------------------------|---------------------------------------------------|
/// | the user of a personal workspace, who has its top role anyway | writes the top role, which no rule is asked about |
/// | an account's user who is owner of record, an unknown role     | the same: an owner of record holds the top role   |
/// | anybody in a managed list                                    | an ordinary difference                            |
/// | anybody else                                                 | a warning `unknown-role-stored` a place           |
extension TenantDiff {
  /// - Parameters:
  ///   - name: the workspace's once the plan is done.
  ///   - step: the one that makes or renames it.
  mutating func restoreUser(of workspace: ActualWorkspace, as name: Symbol, after step: Int? = nil) {
    guard let user = desired.account, !isNew,
      let member = workspace.roll.members.first(sortedBy: \.person, user), member.role != policy.topWorkspaceRole,
      workspace.kind == .personal || (workspace.owner == user && !policy.knows(member.role, inWorkspace: true))
    else { return }
    let isDeclared = steps.contains { other in
      guard other.workspace == name, other.person == user, case .changeRole(_, let after) = other.change else {
        return false
      }
      return after.role == policy.topWorkspaceRole
    }
    if isDeclared { return }
    let before = Grant(member)
    var after = before
    after.role = policy.topWorkspaceRole
    var restoring = Step(
      workspace: name, person: user, change: .changeRole(before: before, after: after),
      origin: policy.knows(member.role, inWorkspace: true) ? .drift : .change,
      mark: desired.workspaces.first { $0.name == name }?.mark ?? desired.mark,
      entry: .member(workspace: name, person: user), phase: .workspaceGrants)
    restoring.requires = step.map { [$0] } ?? []
    restoring.isConsequence = true
    add(restoring)
  }

  /// For places whose lists manifests do not hold whole.
  mutating func warnOfUnknownRoles() {
    guard !isNew else { return }
    if desired.account == nil, !isHeldWhole(desired.members, desired.management) {
      warnOfUnknownRoles(nil, as: nil, actual.roll, known: desired.members)
    }
    for workspace in actual.workspaces {
      let wanted = desired.workspaces.first { $0.name == workspace.name || $0.renamedFrom?.value == workspace.name }
      if let wanted, wanted.disposition == .declared, isHeldWhole(wanted.members, wanted.management) { continue }
      warnOfUnknownRoles(
        workspace.name, as: wanted?.name ?? workspace.name, workspace.roll, known: wanted?.members)
    }
  }

  private func isHeldWhole(_ members: [DesiredMember]?, _ management: Management) -> Bool {
    members != nil && management == .authoritative
  }

  private mutating func warnOfUnknownRoles(
    _ workspace: Symbol?, as newName: Symbol?, _ roll: Roll, known declared: [DesiredMember]?
  ) {
    // Most people of a place hold the same few roles: comparing symbols is all it takes.
    var known: Symbol?
    var holders: [Symbol: [Symbol]] = [:]
    for member in roll.members where member.role != known {
      if policy.knows(member.role, inWorkspace: workspace != nil) {
        known = member.role
      } else if declared?.first(sortedBy: \.person, member.person) == nil {
        holders[member.role, default: []].append(member.person)
      }
    }
    for open in roll.invitations where open.isOpen(at: now) && declared?.first(sortedBy: \.person, open.person) == nil {
      guard !policy.knows(open.role, inWorkspace: workspace != nil) else { continue }
      if roll.members.first(sortedBy: \.person, open.person) == nil {
        holders[open.role, default: []].append(open.person)
      }
    }
    guard !holders.isEmpty else { return }
    let changing = Set(steps.compactMap { [workspace, newName].contains($0.workspace) ? $0.person : nil })
    let path = Path(tenant: desired.name, workspace: workspace.map(names.text)).description
    for (role, people) in holders.sorted(by: { names.precedes($0.key, $1.key) }) {
      let emails = people.filter { !changing.contains($0) }.map { names.text(accounts[$0]?.email ?? $0) }
      guard !emails.isEmpty else { continue }
      let most = 5
      let rest = emails.count > most ? " and \(emails.count - most) more" : ""
      let shown = emails.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(most).joined(separator: ", ")
      warnings.append(
        PlanWarning(
          code: "unknown-role-stored",
          message: "the policy has no role `\(names.text(role))`, so it gives nothing to \(shown)\(rest)", path: path))
    }
  }
}

extension PolicyView {
  func knows(_ role: Symbol, inWorkspace: Bool) -> Bool { rank(role, inWorkspace: inWorkspace) != Int.min }
}
