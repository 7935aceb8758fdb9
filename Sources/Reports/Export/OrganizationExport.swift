import Model

/// One organization as an Organization document.
struct OrganizationExport {
  let text: String

  init(_ tenant: ActualTenant, _ input: StateExport.Input, _ policy: Policy) {
    let baseline = input.baselines[tenant.name]
    let rolls = RollExport(input: input)
    let workspaces = WorkspaceExport(input: input, policy: policy, baseline: baseline)
    var lines = YAMLLines()
    lines.document("Organization")
    lines.entry(0, "name", tenant.name)
    lines.displayName(0, tenant.displayName)
    lines.entry(
      0, "owner", ifThere: rolls.owner(tenant.owner, in: tenant.roll, top: policy.topRole(.organization)?.name))
    lines.subscription(0, tenant.subscription.map(input.names.text), policy)
    if let management = baseline?.management, management != .authoritative {
      lines.entry(0, "management", management.rawValue)
    }
    if let first = tenant.workspaces.first(where: { $0.kind == .default }), input.names.text(first.name) != "default" {
      lines.entry(0, "defaultWorkspace", input.names.text(first.name))
    }
    rolls.write(tenant.roll, of: .organization, under: policy, depth: 0, to: &lines)
    workspaces.write(
      tenant.workspaces.filter { $0.kind != .default || !workspaces.isPlain($0, owner: tenant.owner) }, to: &lines)
    text = lines.text
  }
}

/// Accounts that have something to say as Account documents; people need none to be members.
struct AccountExport {
  let text: String

  init(_ input: StateExport.Input, _ policies: PolicyExport) {
    var lines = YAMLLines()
    let tenants = Dictionary(
      input.actual.tenants.compactMap { tenant in tenant.account.map { ($0, tenant) } }, uniquingKeysWith: { a, _ in a }
    )
    for account in input.actual.accounts.records.sorted(by: { input.names.precedes($0.email, $1.email) }) {
      let tenant = tenants[account.person]
      let workspaces = WorkspaceExport(
        input: input, policy: policies.policyForAccounts, baseline: tenant.flatMap { input.baselines[$0.name] })
      let isPlain = Self.isPlain(tenant, account, workspaces)
      let isKept =
        policies.policyForAccounts.deleteAccountWithLastWorkspace && Self.belongsNowhere(account, tenant, input)
      let isSayable = policies.policyForAccounts.knows(Self.roles(tenant.map { [$0] } ?? [], input))
      if isPlain || !isSayable, !isKept, account.displayName ?? "" == "" { continue }
      lines.document("Account")
      lines.entry(0, "email", input.names.text(account.email))
      lines.displayName(0, account.displayName)
      if !isPlain, !isSayable {
        lines.comment(
          0, "workspaces: left out, and so not managed: the policy in force does not know all roles in them")
      }
      if !isPlain, isSayable, let all = tenant?.workspaces, !all.isEmpty { workspaces.write(all, to: &lines) }
    }
    text = lines.text
  }

  /// The roles that anybody has or is offered in workspaces of accounts.
  static func roles(_ input: StateExport.Input) -> Set<String> {
    roles(input.actual.tenants.filter { $0.account != nil }, input)
  }

  private static func roles(_ tenants: [ActualTenant], _ input: StateExport.Input) -> Set<String> {
    let rolls = tenants.flatMap(\.workspaces).map(\.roll)
    return Set((rolls.flatMap(\.members).map(\.role) + rolls.flatMap(\.invitations).map(\.role)).map(input.names.text))
  }

  /// Whether only a declaration keeps the account from ending with the next plan.
  private static func belongsNowhere(
    _ account: AccountRecord, _ tenant: ActualTenant?, _ input: StateExport.Input
  ) -> Bool {
    guard tenant?.workspaces.isEmpty ?? true, account.suspended == nil else { return false }
    return input.actual.tenants.allSatisfy { tenant in
      ([tenant.roll] + tenant.workspaces.map(\.roll)).allSatisfy { roll in
        !roll.members.contains { $0.person == account.person }
          && !roll.invitations.contains { $0.person == account.person }
      }
    }
  }

  /// No workspace at all, or exactly the one that sign-up makes.
  private static func isPlain(_ tenant: ActualTenant?, _ account: AccountRecord, _ workspaces: WorkspaceExport) -> Bool
  {
    guard let all = tenant?.workspaces, let first = all.first else { return true }
    return all.count == 1 && workspaces.input.names.text(first.name) == "Personal"
      && first.kind == workspaces.policy.signUp.workspaceKind && workspaces.isPlain(first, owner: account.person)
  }
}
