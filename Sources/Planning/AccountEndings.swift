import Model

/// Accounts that have no workspace left once the plan is done, where the policy says that they go.
///
/// Never one that a manifest declares, that belongs to an organization, or that somebody has invited.
struct AccountEndings {
  private var places: [Symbol: Int] = [:]
  private var kept: Set<Symbol> = []

  init(_ actual: ActualState, desired: DesiredState, plans: [TenantPlan]) {
    kept.formUnion(desired.tenants.compactMap(\.account))
    for tenant in actual.tenants {
      keep(tenant.roll)
      for workspace in tenant.workspaces {
        for member in workspace.roll.members { places[member.person, default: 0] += 1 }
        kept.formUnion(workspace.roll.invitations.map(\.person))
      }
    }
    let stored = Dictionary(uniqueKeysWithValues: actual.tenants.map { ($0.name, $0) })
    for plan in plans { for step in plan.admitted { count(step, stored[plan.name]) } }
  }

  private mutating func keep(_ roll: Roll) {
    kept.formUnion(roll.members.map(\.person))
    kept.formUnion(roll.invitations.map(\.person))
  }

  private mutating func count(_ step: Step, _ tenant: ActualTenant?) {
    switch step.change {
    case .removeMember:
      guard let person = step.person else { return }
      if step.workspace == nil { kept.remove(person) } else { places[person, default: 0] -= 1 }
    case .cancelInvitation:
      if let person = step.person { kept.remove(person) }
    case .addMember, .invite:
      if let person = step.person { kept.insert(person) }
    case .deleteWorkspace:
      for member in tenant?.workspaces.first(where: { $0.name == step.workspace })?.roll.members ?? [] {
        places[member.person, default: 0] -= 1
      }
    case .createWorkspace(let creation):
      if let owner = creation.owner { kept.insert(owner) }
    case .createOrganization(let creation):
      if let owner = creation.owner { kept.insert(owner) }
    case .createAccount, .updateTenant, .moveAccount, .deleteAccount, .updateWorkspace, .renameWorkspace,
      .updateInvitation, .updateMember, .changeRole, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
  }

  func ends(_ record: AccountRecord) -> Bool { places[record.person, default: 0] <= 0 && !kept.contains(record.person) }

  /// In byte order of the emails.
  func actions(_ accounts: AccountDirectory, names: NameTable) -> [Action] {
    accounts.records.filter(ends).map { names.text($0.email) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { Action(.deleteAccount, organization: "~" + $0, subject: $0, origin: .drift, actors: ["tenure"]) }
  }
}
