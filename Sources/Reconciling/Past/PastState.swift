import Manifests
import Model
import Planning
import Store

/// What was stored at an instant, told by the audit log.
///
/// | asked for                              | answer                                                              |
/// |----------------------------------------|---------------------------------------------------------------------|
/// | before the first entry                 | nil: the log cannot know                                            |
/// | an instant between two entries         | what all entries up to the last one that is not younger left behind |
/// | entries of before schema version 7     | ``isGuessed``: owners' roles and ends of invitations as the policy says |
public struct PastState: Sendable {
  public let actual: ActualState
  public let names: NameTable
  /// Of the last entry that counts.
  public let sequence: Int64
  public let instant: Instant
  /// The commit that was applied last then, to whichever organization.
  public let commit: String?
  public let isGuessed: Bool
  private let logged: LoggedState
  /// Email of now, or of later → email then, caseless, of accounts that moved since.
  private var emails: [String: String] = [:]

  /// Nil where the log has no entry that is as old.
  public init?(_ store: any StoreReader, at instant: Instant) throws {
    let log = try store.audit(after: 0)
    guard let end = log.last(where: { $0.record.time <= instant })?.sequence else { return nil }
    let marks = try store.appliedMarks()
    var state = LoggedState()
    var next = marks.filter { $0.sequence <= end && $0.time <= instant && !$0.isFound }[...]
    for entry in log.prefix(while: { $0.sequence <= end }) {
      while let mark = next.first, mark.sequence < entry.sequence {
        state.add(mark)
        next.removeFirst()
      }
      state.add(entry)
    }
    for mark in next { state.add(mark) }
    var names = NameTable()
    let policies = try store.read(.tenants([]), baselines: false, names: &names).policies
    let found = marks.filter(\.isFound)
    var building = PastBuilding(state, policies: policies, found: found)
    actual = try building.actual()
    self.names = building.names
    (sequence, commit, self.instant) = (end, state.lastCommit, instant)
    logged = state
    isGuessed = state.isGuessed || found.contains { end < $0.sequence }
    for move in log where move.sequence > end && move.record.action == Action.Kind.moveAccount.rawValue {
      guard let old = move.record.before?.text("email")?.emailKey, let new = move.record.subject?.emailKey else {
        continue
      }
      emails[new] = emails[old] ?? old
    }
  }

  /// Under which email the person was known; of whom had this one then, this one.
  public func emailThen(_ email: String) -> String {
    if let person = names.symbol(of: email.emailKey), actual.accounts[person] != nil { return email }
    return emails[email.emailKey] ?? email
  }

  /// The path with the email that its account had.
  public func pathThen(_ path: Path) -> Path {
    guard let email = path.accountEmail else { return path }
    return Path(tenant: "~" + emailThen(email).emailKey, workspace: path.workspace)
  }

  /// What counted as applied to the tenant until then, newest first.
  func applies(to tenant: String) -> [LoggedState.Applied] {
    logged.tenants[tenant].map { Array(logged.applies(to: $0)) } ?? []
  }

  /// What the manifests declared of the tenant that counted as applied to it; nil where nothing did, where this repository
  /// does not have that commit, or where it has errors.
  public func declared(
    _ tenant: ActualTenant, in source: DesiredSource, names: inout NameTable
  ) throws -> DesiredTenant? {
    guard let commit = tenant.applied?.commit, source.repository.contains(commit: commit) else { return nil }
    let snapshot = try source.snapshot(at: commit)
    let documents = ManifestReader.documents(of: snapshot.files.map(parseYAML), names: &names)
    let compiled = Compiler.compile(
      documents, listing: snapshot.diagnostics, now: instant, names: &names, parse: parseYAML)
    return compiled.desired.tenants.first { $0.name == tenant.name }
  }

  /// When the log begins; nil: it has no entry.
  public static func beginning(_ store: any StoreReader) throws -> Instant? {
    try store.audit(after: 0).first?.record.time
  }
}

/// Makes the state of symbols that everybody reads of the one that the log tells.
private struct PastBuilding {
  private let logged: LoggedState
  private let policies: [String: String]
  /// What the store was found with when it was brought to schema version 7: it stands for what was before.
  private let found: [AppliedMark]
  private(set) var names = NameTable()
  private var people: [Int: Symbol] = [:]
  private var known: [String: Policy] = [:]

  init(_ logged: LoggedState, policies: [String: String], found: [AppliedMark]) {
    (self.logged, self.policies, self.found) = (logged, policies, found)
  }

  mutating func actual() throws -> ActualState {
    let policyForAll = logged.policyForAll ?? found.last { $0.tenant.isEmpty }?.policyDigest
    var accounts = AccountDirectory()
    for (number, account) in logged.accounts.sorted(by: { $0.key < $1.key }) {
      let person = names.person(account.email)
      people[number] = person
      accounts.put(
        AccountRecord(
          id: Int64(number), person: person, email: names.intern(account.email), suspended: account.suspended,
          suspensionReason: account.suspensionReason, created: account.created))
    }
    var tenants: [ActualTenant] = []
    for (name, tenant) in logged.tenants.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      let applied = self.applied(to: tenant, name)
      let policy = tenant.account == nil ? applied?.policyDigest : policyForAll
      tenants.append(try actual(name, tenant, applied, policy: policy))
    }
    return ActualState(tenants: tenants, accounts: accounts, policies: policies, policyForAll: policyForAll)
  }

  /// Nil too where the policy that came with it is not known.
  private func applied(to tenant: LoggedState.Tenant, _ name: String) -> AppliedCommit? {
    guard let last = logged.applies(to: tenant).first(where: { _ in true }),
      let digest = tenant.applies.last(where: { $0.policyDigest != nil })?.policyDigest
        ?? found.first(where: { $0.tenant == name })?.policyDigest
    else { return nil }
    return AppliedCommit(commit: last.commit, time: last.time, baseline: nil, policyDigest: digest, withheld: 0)
  }

  private mutating func actual(
    _ name: String, _ tenant: LoggedState.Tenant, _ applied: AppliedCommit?, policy: String?
  ) throws -> ActualTenant {
    let policy = try self.policy(policy)
    var result = ActualTenant(
      id: 0, name: name, account: tenant.account.flatMap { people[$0] }, owner: tenant.owner.flatMap { people[$0] })
    result.applied = applied
    result.roll = roll(tenant.roll, policy, .organization)
    for (title, workspace) in tenant.workspaces.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      result.workspaces.append(
        ActualWorkspace(
          id: 0, name: names.intern(title), kind: workspace.kind, owner: workspace.owner.flatMap { people[$0] },
          created: workspace.created, roll: roll(workspace.roll, policy, .workspace)))
    }
    return result
  }

  private mutating func roll(_ logged: LoggedState.Roll, _ policy: Policy?, _ scope: RoleScope) -> Roll {
    let top = policy?.topRole(scope)?.name ?? ""
    var roll = Roll()
    for (number, member) in logged.members {
      guard let person = people[number] else { continue }
      roll.members.append(
        ActualMember(
          person: person, role: names.intern(member.role ?? top), expires: member.expires, protect: member.protect,
          joined: member.joined))
    }
    for offer in logged.offers.values {
      let lapses = offer.unknownSince.flatMap { since in
        policy?.invitations.expireAfter.map { since.advanced(bySeconds: $0) }
      }
      roll.invitations.append(
        ActualInvitation(
          person: names.person(offer.email), email: names.intern(offer.email), role: names.intern(offer.role),
          expires: offer.expires, protect: offer.protect, created: offer.created, lapses: offer.lapses ?? lapses,
          sends: offer.sends))
    }
    for (email, gone) in logged.departures {
      roll.departures.append(Departure(person: names.person(email), reason: gone.reason, since: gone.since))
    }
    roll.members.sort { $0.person < $1.person }
    roll.invitations.sort { $0.person < $1.person }
    roll.departures.sort { $0.person < $1.person }
    return roll
  }

  /// Nil digest: the preset that is in force before any apply.
  private mutating func policy(_ digest: String?) throws -> Policy? {
    if let policy = known[digest ?? ""] { return policy }
    let policy =
      try digest.flatMap { policies[$0] }.map { try Policies.policy(fromCanonical: $0).policy }
      ?? Policies.builtIn(Policies.defaultPreset, parse: parseYAML)?.policy
    known[digest ?? ""] = policy
    return policy
  }
}
