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
    lines.entry(0, "displayName", ifThere: tenant.displayName)
    lines.entry(
      0, "owner", ifThere: rolls.owner(tenant.owner, in: tenant.roll, top: policy.topRole(.organization)?.name))
    lines.entry(0, "subscription", ifThere: tenant.subscription.map(input.names.text))
    if let management = baseline?.management, management != .authoritative {
      lines.entry(0, "management", management.rawValue)
    }
    if let first = tenant.workspaces.first(where: { $0.kind == .default }), input.names.text(first.name) != "default" {
      lines.entry(0, "defaultWorkspace", input.names.text(first.name))
    }
    rolls.write(tenant.roll, depth: 0, to: &lines)
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
      if isPlain, account.displayName ?? "" == "" { continue }
      lines.document("Account")
      lines.entry(0, "email", input.names.text(account.email))
      lines.entry(0, "displayName", ifThere: account.displayName)
      if !isPlain { workspaces.write(tenant?.workspaces ?? [], to: &lines) }
    }
    text = lines.text
  }

  /// No workspace at all, or exactly the one that sign-up makes.
  private static func isPlain(_ tenant: ActualTenant?, _ account: AccountRecord, _ workspaces: WorkspaceExport) -> Bool
  {
    guard let all = tenant?.workspaces, let first = all.first else { return true }
    return all.count == 1 && workspaces.input.names.text(first.name) == "Personal"
      && first.kind == workspaces.policy.signUp.workspaceKind && workspaces.isPlain(first, owner: account.person)
  }
}
