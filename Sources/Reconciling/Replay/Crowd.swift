import Model
import Planning
import Store

/// Everybody else, on a scratch store: accepts every open invitation and makes every key that is waited for, at once.
struct Crowd {
  let store: any Store
  let now: Instant

  /// Whether there was anything to do.
  func act(on proposal: Reconciliation.Proposal) throws -> Bool {
    let open = try store.invitations(email: nil).contains { $0.isOpen(at: now) }
    let keys = proposal.plan.waiting.filter { $0.event == .createAPIKey }
    guard open || !keys.isEmpty else { return false }
    return try store.transaction { transaction in
      var names = NameTable()
      let state = try transaction.read(.everything, names: &names)
      var acceptance = Acceptance(
        transaction: transaction, accounts: state.accounts, names: names,
        signUp: proposal.input.desired.policy.policy, now: now)
      for tenant in state.tenants {
        try acceptance.accept(tenant.roll, .tenant(tenant.id))
        for workspace in tenant.workspaces { try acceptance.accept(workspace.roll, .workspace(workspace.id)) }
      }
      let made = try make(keys, in: state, names, proposal, transaction)
      return acceptance.count + made > 0
    }
  }

  private func make(
    _ keys: [Waiting], in state: ActualState, _ names: NameTable, _ proposal: Reconciliation.Proposal,
    _ transaction: any StoreTransaction
  ) throws -> Int {
    var made = 0
    for key in keys {
      guard let tenant = state.tenants.first(where: { $0.name == key.organization.emailKey }),
        let workspace = tenant.workspaces.first(where: { names.text($0.name) == key.workspace }),
        let name = key.subject, let limits = proposal.limits(of: key)
      else { continue }
      try transaction.createAPIKey(
        workspace: workspace.id, name: name, hash: digest(Secret.apiKey()), creator: nil, limits: limits, at: now)
      made += 1
    }
    return made
  }
}

/// Acceptance of invitations, with sign-up on the way.
private struct Acceptance {
  let transaction: any StoreTransaction
  let accounts: AccountDirectory
  let names: NameTable
  /// The policy under which people sign up.
  let signUp: Policy
  let now: Instant
  private var made: [Symbol: Int64] = [:]
  private(set) var count = 0

  init(
    transaction: any StoreTransaction, accounts: AccountDirectory, names: NameTable, signUp: Policy, now: Instant
  ) {
    (self.transaction, self.accounts, self.names, self.signUp, self.now) = (transaction, accounts, names, signUp, now)
  }

  mutating func accept(_ roll: Roll, _ scope: RollScope) throws {
    for invitation in roll.invitations where isOpen(invitation) {
      try transaction.putMember(
        scope, account: try account(invitation), role: names.text(invitation.role), expires: invitation.expires,
        protect: invitation.protect, joined: now)
      try transaction.closeInvitation(scope, email: names.text(invitation.email), as: .accepted, at: now)
      count += 1
    }
  }

  private func isOpen(_ invitation: ActualInvitation) -> Bool {
    invitation.isOpen(at: now) && accounts[invitation.person]?.suspended == nil
  }

  private mutating func account(_ invitation: ActualInvitation) throws -> Int64 {
    if let id = accounts[invitation.person]?.id ?? made[invitation.person] { return id }
    let account = try transaction.createAccount(email: names.text(invitation.email), displayName: nil, at: now)
    made[invitation.person] = account.account
    if signUp.signUp.personalWorkspace == .always {
      let id = try transaction.createWorkspace(
        tenant: account.tenant, name: "Personal", kind: signUp.signUp.workspaceKind, displayName: nil,
        owner: account.account, subscription: nil, at: now)
      try transaction.putMember(
        .workspace(id), account: account.account, role: signUp.topRole(.workspace)?.name ?? "", expires: nil,
        protect: false, joined: now)
    }
    return account.account
  }
}

extension Reconciliation.Proposal {
  /// As the manifests declare them for a key that is waited for.
  fileprivate func limits(of key: Waiting) -> APIKeyLimits? {
    let names = planned.names
    let tenant = input.desired.tenants.first { $0.name == key.organization.emailKey }
    let workspace = tenant?.workspaces.first { names.text($0.name) == key.workspace }
    return workspace?.apiKeys?.first { names.text($0.name) == key.subject }?.limits
  }
}
