import Model

/// Accounts that belong nowhere once the plan is done, where the policy says that they go.
///
/// Never one that a manifest declares, that belongs to an organization or workspace, or that somebody has invited; nor
/// one with workspaces of its own, in which others may be; nor a suspended one, for the suspension would go with it and
/// the next plan let the person in again.
struct AccountEndings {
  /// Memberships and open invitations by person, as the plan leaves them.
  private var belongings: [Symbol: Int] = [:]
  /// Under present and former emails.
  private let declared: Set<Symbol>
  /// Accounts with workspaces of their own, whoever is in them.
  private let homes: Set<Symbol>
  /// People who have something in tenants that were not read.
  private let holders: Set<Symbol>
  /// The action by which somebody's last belonging ends, for its origin and actors.
  private var causes: [Symbol: Action] = [:]

  init(_ input: PlanInput, plans: [TenantPlan]) {
    let (actual, desired) = (input.actual, input.desired)
    holders = input.elsewhere.holders
    // A former email is somebody's who is declared, whether or not it has moved yet.
    declared = Set(desired.tenants.flatMap { [$0.account].compactMap { $0 } + $0.formerly.map(\.value) })
    homes = Set(actual.tenants.filter { !$0.workspaces.isEmpty }.compactMap(\.account))
    for tenant in actual.tenants {
      add(tenant.roll)
      for workspace in tenant.workspaces { add(workspace.roll) }
    }
    let stored = Dictionary(uniqueKeysWithValues: actual.tenants.map { ($0.name, $0) })
    for plan in plans {
      for (step, action) in zip(plan.admitted, plan.actions) where action.blockedBy.isEmpty {
        count(step, action, stored[plan.name])
      }
    }
  }

  private mutating func add(_ roll: Roll) {
    for member in roll.members { belongings[member.person, default: 0] += 1 }
    for invitation in roll.invitations { belongings[invitation.person, default: 0] += 1 }
  }

  private mutating func end(_ person: Symbol, _ action: Action) {
    belongings[person, default: 0] -= 1
    causes[person] = action
  }

  private mutating func count(_ step: Step, _ action: Action, _ tenant: ActualTenant?) {
    switch step.change {
    case .removeMember, .cancelInvitation:
      if let person = step.person { end(person, action) }
    case .addMember, .invite:
      if let person = step.person { belongings[person, default: 0] += 1 }
    case .deleteWorkspace:
      let roll = tenant?.workspaces.first { $0.name == step.workspace }?.roll ?? Roll()
      for member in roll.members { end(member.person, action) }
      for invitation in roll.invitations { end(invitation.person, action) }
    case .createWorkspace(let creation):
      if let owner = creation.owner { belongings[owner, default: 0] += 1 }
    case .createOrganization(let creation):
      if let owner = creation.owner { belongings[owner, default: 0] += 1 }
    case .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount,
      .updateWorkspace, .renameWorkspace,
      .updateInvitation, .updateMember, .changeRole, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
  }

  /// In byte order of the emails.
  func actions(_ accounts: AccountDirectory, names: NameTable) -> [Action] {
    accounts.records.filter { record in
      belongings[record.person, default: 0] <= 0 && !declared.contains(record.person) && !homes.contains(record.person)
        && !holders.contains(record.person) && record.suspended == nil
    }
    .map { (email: names.text($0.email), cause: causes[$0.person]) }
    .sorted { $0.email.utf8.lexicographicallyPrecedes($1.email.utf8) }
    .map { email, cause in
      Action(
        .deleteAccount, organization: "~" + email, subject: email, origin: cause?.origin ?? .drift,
        actors: cause?.actors ?? ["tenure"], approvedBy: cause?.approvedBy ?? [], source: cause?.source)
    }
  }
}
