import Model
import Planning
import Store

/// Writes one tenant's plan inside a transaction: each step, its audit entry and its outbox row, then what counts as
/// applied.
struct TenantWriter {
  let transaction: any StoreTransaction
  let context: WritingContext
  let names: NameTable
  let tenant: TenantPlan
  let stored: ActualTenant?
  /// Ids of accounts by person, beyond those that the plan was read with: known before, and made or moved here.
  private let known: [Symbol: Int64]
  private(set) var made: [Symbol: Int64] = [:]
  /// Of the action at hand: they answer for accounts made on its way too.
  private var actors: [String] = []
  private var approvers: [String] = []
  private var tenantID: Int64 = 0
  private var workspaceIDs: [Symbol: Int64] = [:]

  init(
    transaction: any StoreTransaction, context: WritingContext, names: NameTable, tenant: TenantPlan,
    stored: ActualTenant?,
    accounts: [Symbol: Int64]
  ) {
    self.transaction = transaction
    self.context = context
    self.names = names
    self.tenant = tenant
    self.stored = stored
    known = accounts
  }

  var now: Instant { context.now }

  /// Returns how many actions were done.
  /// - Parameter progress: told now and then how many are; what it throws ends the writing.
  mutating func write(_ progress: (Int) throws -> Void = { _ in }) throws -> Int {
    tenantID = stored?.id ?? 0
    for workspace in stored?.workspaces ?? [] { workspaceIDs[workspace.name] = workspace.id }
    var count = 0
    for (step, action) in zip(tenant.admitted, tenant.actions) where action.blockedBy.isEmpty {
      (actors, approvers) = (action.actors, action.approvedBy)
      do {
        try perform(step, action)
      } catch let error as StoreError where error.code == .constraint {
        throw error.naming(action)
      }
      try transaction.appendAudit(record(step, action))
      count += 1
      if count.isMultiple(of: 64) { try progress(count) }
    }
    if let commit = context.commit, let baseline = tenant.baseline, tenantID != 0 {
      try transaction.recordApplied(
        tenant: tenantID,
        AppliedCommit(
          commit: commit, time: now, baseline: baseline.identified(by: workspaceIDs).encoded(names: names),
          policyDigest: digest(tenant.policy.canonical), withheld: baseline.withheld.count),
        policy: tenant.policy.canonical)
    }
    return count
  }

  private func record(_ step: Step, _ action: Action) -> AuditRecord {
    var record = AuditRecord(
      action, context, lifted: step.lifted, name: context.commit == nil ? step.nameByHand : nil)
    record.effects = effects(of: step.change)
    if case .invite = step.change, let inviter = context.inviter {
      record.after = Fields(
        (record.after?.entries.map { ($0.key, $0.value) } ?? [])
          + [("invitedBy", .text(names.text(inviter.email)))])
    }
    return record
  }

  /// Each case but these two writes something: what is not there is an error, and undoes the tenant.
  private mutating func perform(_ step: Step, _ action: Action) throws {
    switch step.change {
    // Written with what counts as applied.
    case .updatePolicy, .updateManagement: break
    case .createOrganization(let creation): try createOrganization(creation)
    case .createAccount(let displayName, let workspace):
      let person = try person(step)
      let account = try transaction.createAccount(email: email(person), displayName: displayName, at: now)
      made[person] = account.account
      tenantID = account.tenant
      if let workspace { try createWorkspace(workspace, in: account.tenant) }
    case .updateTenant(_, let after): try updateTenant(step, after)
    case .moveAccount(let from, _):
      let person = try person(step)
      guard let id = context.actual.accounts[from]?.id else {
        try transaction.rememberFormerEmail(email(from), of: existingAccount(person), at: now)
        return
      }
      try transaction.moveAccount(id, to: email(person), at: now)
      try follow(account: id, from: from, to: person)
      made[person] = id
    case .deleteAccount:
      let id = try existingAccount(try person(step))
      try endAllWorkspaces()
      try transaction.deleteAccount(id)
    case .createWorkspace(let creation): try createWorkspace(creation, in: try existingTenant())
    case .updateWorkspace(_, let after):
      try transaction.updateWorkspace(
        workspace(step), displayName: after.displayName.map { $0.isEmpty ? nil : $0 }, owner: nil,
        subscription: after.subscription.map { names.text($0) })
    case .renameWorkspace(let from):
      guard let id = workspaceIDs[from], let name = step.workspace else {
        throw StoreError.missing("workspace \(names.text(from))")
      }
      try transaction.renameWorkspace(id, to: names.text(name))
      workspaceIDs[from] = nil
      workspaceIDs[name] = id
    case .deleteWorkspace:
      let id = try workspace(step)
      if let ending = stored?.workspaces.first(where: { $0.id == id }) { try endWorkspace(ending, action) }
      try transaction.deleteWorkspace(id, at: now)
    case .invite(let grant, _): try invite(step, grant)
    case .updateInvitation(_, let grant):
      let person = try person(step)
      try transaction.updateInvitation(
        scope(step), email: email(person), role: names.text(grant.role), expires: grant.expires, protect: grant.protect)
    case .cancelInvitation:
      let person = try person(step)
      try closeInvitation(step, person)
    case .addMember(let grant), .updateMember(_, let grant), .changeRole(_, let grant):
      let person = try person(step)
      try transaction.putMember(
        scope(step), account: account(person), role: names.text(grant.role), expires: grant.expires,
        protect: grant.protect, joined: now)
      if step.ownWill == .acceptance {
        try transaction.closeInvitation(scope(step), email: email(person), as: .accepted, at: now)
      }
    case .removeMember:
      let person = try person(step)
      try transaction.removeMember(scope(step), account: account(person))
      if step.ownWill == .departure {
        try transaction.recordDeparture(scope(step), email: email(person), reason: .left, at: now, reinvite: nil)
      }
    case .transferOwnership(_, let swap):
      let person = try person(step)
      if let swap {
        for (whom, grant) in [(person, swap.heirAfter), (swap.former, swap.formerAfter)] {
          try transaction.putMember(
            scope(step), account: account(whom), role: names.text(grant.role), expires: grant.expires,
            protect: grant.protect, joined: now)
        }
      }
      let owner: Int64?? = .some(try account(person))
      if step.workspace != nil {
        try transaction.updateWorkspace(workspace(step), displayName: nil, owner: owner, subscription: nil)
      } else {
        try transaction.updateTenant(existingTenant(), displayName: nil, owner: owner, subscription: nil)
      }
    case .updateAPIKey(_, let limits):
      guard let key = step.key else { throw StoreError.missing("API key") }
      try transaction.updateAPIKey(workspace: workspace(step), name: names.text(key), limits: limits)
    case .revokeAPIKey:
      guard let key = step.key else { throw StoreError.missing("API key") }
      try transaction.revokeAPIKey(workspace: workspace(step), name: names.text(key), at: now)
    }
  }

  private mutating func createOrganization(_ creation: Change.Creation) throws {
    let owner = try creation.owner.map { try account($0) }
    tenantID = try transaction.createOrganization(
      name: tenant.name, displayName: creation.attributes.displayName, owner: owner,
      subscription: creation.attributes.subscription.map(names.text), at: now)
    if let owner {
      try transaction.putMember(
        .tenant(tenantID), account: owner, role: topRole(.organization), expires: nil, protect: false, joined: now)
    }
    try createWorkspace(creation.defaultWorkspace, in: tenantID)
  }

  private mutating func createWorkspace(_ creation: Change.WorkspaceCreation, in tenantID: Int64) throws {
    let owner = try creation.owner.map { try account($0) }
    let id = try transaction.createWorkspace(
      tenant: tenantID, name: names.text(creation.name), kind: creation.kind,
      displayName: creation.attributes.displayName, owner: owner,
      subscription: creation.attributes.subscription.map(names.text), at: now)
    workspaceIDs[creation.name] = id
    if let owner {
      try transaction.putMember(
        .workspace(id), account: owner, role: topRole(.workspace), expires: nil, protect: false, joined: now)
    }
  }

  /// What a workspace leaves behind when it goes, by itself or with its account: an invoice where the policy says so.
  private func endWorkspace(_ workspace: ActualWorkspace, _ deletion: Action) throws {
    guard tenant.policy.policy.workspaces.finalInvoice else { return }
    try FinalInvoice(transaction: transaction, now: now).write(
      workspace: workspace.id, Path(tenant: tenant.name, workspace: names.text(workspace.name)),
      to: (workspace.owner ?? stored?.owner).map(email), deletion: AuditRecord(deletion, context))
  }

  /// The workspaces that go with their account, each with an entry of its own in the audit log.
  private func endAllWorkspaces() throws {
    for workspace in stored?.workspaces ?? [] {
      let deletion = Action(
        .deleteWorkspace, organization: tenant.organization, workspace: names.text(workspace.name),
        before: [
          "members": .number(workspace.roll.members.count),
          "invitations": .number(workspace.roll.invitations.count), "apiKeys": .number(workspace.apiKeys.count),
        ], origin: .change, actors: actors, approvedBy: approvers)
      try endWorkspace(workspace, deletion)
      try transaction.appendAudit(AuditRecord(deletion, context))
    }
  }

  private func updateTenant(_ step: Step, _ after: Change.Attributes) throws {
    if let person = step.person {
      try transaction.updateAccount(
        existingAccount(person), displayName: after.displayName.flatMap { $0.isEmpty ? nil : $0 })
    } else {
      try transaction.updateTenant(
        existingTenant(), displayName: after.displayName.map { $0.isEmpty ? nil : $0 }, owner: nil,
        subscription: after.subscription.map { names.text($0) })
    }
  }

  private func invite(_ step: Step, _ grant: Grant) throws {
    let person = try person(step)
    let token = Secret.random()
    let expireAfter = tenant.policy.policy.invitations.expireAfter
    let path = Path(tenant: tenant.organization, workspace: step.workspace.map(names.text)).description
    let mail = try transaction.appendOutbox(
      kind: "invitation", to: email(person), token: token, path: path, at: now)
    try transaction.putInvitation(
      scope(step),
      NewInvitation(
        email: email(person), role: names.text(grant.role), expires: grant.expires, protect: grant.protect,
        lapses: expireAfter.map { now.advanced(bySeconds: $0) }, tokenHash: digest(token), reinvite: grant.reinvite,
        created: now, inviter: context.inviter?.id, mail: mail))
  }

  private func closeInvitation(_ step: Step, _ person: Symbol) throws {
    let isDeclined = step.ownWill == .declination
    try transaction.closeInvitation(
      scope(step), email: email(person), as: isDeclined ? .declined : .cancelled, at: now)
    if isDeclined {
      try transaction.recordDeparture(scope(step), email: email(person), reason: .declined, at: now, reinvite: nil)
    }
  }

  /// What else names an account's email when that is another one: what counts as applied, and the notice to the old
  /// address.
  private func follow(account: Int64, from: Symbol, to person: Symbol) throws {
    let (former, present) = (names.text(from), names.text(person))
    try transaction.rewriteBaselines(with: Array(former.utf8)) { Baseline.moving(former, to: present, in: $0) }
    try transaction.moveOperator(former, to: email(person))
    try transaction.appendOutbox(kind: "account-moved", to: email(from), token: nil, path: nil, at: now)
  }

  private func topRole(_ scope: RoleScope) -> String { tenant.policy.policy.topRole(scope)?.name ?? "" }

  func email(_ person: Symbol) -> String {
    names.text(context.actual.accounts[person]?.email ?? context.spellings[person] ?? person)
  }

  private func scope(_ step: Step) throws -> RollScope {
    step.workspace == nil ? .tenant(try existingTenant()) : .workspace(try workspace(step))
  }

  private func workspace(_ step: Step) throws -> Int64 {
    guard let name = step.workspace, let id = workspaceIDs[name] else {
      throw StoreError.missing("workspace \(step.workspace.map(names.text) ?? "")")
    }
    return id
  }

  private func person(_ step: Step) throws -> Symbol {
    guard let person = step.person else { throw StoreError.missing("person") }
    return person
  }

  private func existingTenant() throws -> Int64 {
    guard tenantID != 0 else { throw StoreError.missing(tenant.name.hasPrefix("~") ? "account" : "organization") }
    return tenantID
  }

  private func existingAccount(_ person: Symbol) throws -> Int64 {
    guard let id = try knownAccount(person) else { throw StoreError.missing("account of \(email(person))") }
    return id
  }

  private func knownAccount(_ person: Symbol) throws -> Int64? {
    if let id = made[person] ?? known[person] ?? context.actual.accounts[person]?.id { return id }
    return try transaction.accountID(email: names.text(person))
  }

  /// The person's account, made on the way where there is none: being added counts as being invited (SPEC section 9).
  private mutating func account(_ person: Symbol) throws -> Int64 {
    if let id = try knownAccount(person) { return id }
    let account = try transaction.createAccount(email: email(person), displayName: nil, at: now)
    made[person] = account.account
    let policy = context.signUp
    let hasWorkspace = policy.signUp.personalWorkspace == .always
    if hasWorkspace {
      let id = try transaction.createWorkspace(
        tenant: account.tenant, name: "Personal", kind: policy.signUp.workspaceKind, displayName: nil,
        owner: account.account, subscription: nil, at: now)
      try transaction.putMember(
        .workspace(id), account: account.account, role: policy.topRole(.workspace)?.name ?? "", expires: nil,
        protect: false, joined: now)
    }
    var record = AuditRecord(
      Action(
        .createAccount, organization: "~" + email(person), subject: email(person),
        after: hasWorkspace ? ["workspace": .text("Personal")] : nil, origin: .change, actors: actors,
        approvedBy: approvers), context)
    if hasWorkspace { record.effects = .workspace(policy.signUp.workspaceKind, ownedAs: policy.topRole(.workspace)) }
    try transaction.appendAudit(record)
    return account.account
  }
}

extension StoreError {
  /// A step that would change no row.
  fileprivate static func missing(_ what: String) -> StoreError {
    StoreError(
      .constraint, "The store has no such \(what).", hint: "It was changed meanwhile: read the state again.")
  }

  /// Says which step it is that could not be done.
  fileprivate func naming(_ action: Action) -> StoreError {
    let path = Path(tenant: action.organization, workspace: action.workspace)
    let what = [action.kind.rawValue, path.description, action.subject ?? ""].filter { !$0.isEmpty }
    return StoreError(code, "\(what.joined(separator: " ")) could not be done: \(message)", hint: hint)
  }
}
