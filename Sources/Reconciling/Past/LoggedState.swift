import Model
import Store

/// What is stored, as far as the audit log tells it: entries laid over one another from its beginning.
///
/// Forwards, not backwards from what is stored now: what ends with a workspace or an account has no entry of its own, so
/// only what came before tells it. People are known by number, since their emails change.
struct LoggedState {
  struct Account: Hashable {
    var email: String
    var created: Instant
    var suspended: Instant?
    var suspensionReason: String?
  }

  struct Member: Hashable {
    /// Nil: the top role, of an entry that does not say its name.
    var role: String?
    var expires: Instant?
    var protect = false
    var joined: Instant
  }

  struct Offer: Hashable {
    var email: String
    var role: String
    var expires: Instant?
    var protect = false
    var created: Instant
    var lapses: Instant?
    var sends = 1
    /// When it was sent, where the entry does not say whether it lapses.
    var unknownSince: Instant?
  }

  struct Roll: Hashable {
    var members: [Int: Member] = [:]
    /// By caseless email, like departures.
    var offers: [String: Offer] = [:]
    var departures: [String: Gone] = [:]
  }

  struct Gone: Hashable {
    var reason: Departure.Reason
    var since: Instant
  }

  struct Workspace: Hashable {
    var kind: WorkspaceKind
    var owner: Int?
    var created: Instant
    var roll = Roll()
  }

  struct Tenant: Hashable {
    var account: Int?
    var owner: Int?
    var roll = Roll()
    /// By name.
    var workspaces: [String: Workspace] = [:]
    /// What was applied to it alone, oldest first.
    var applies: [Applied] = []
    /// The ``LoggedState/advances`` that left it behind, by their order.
    var missed: Set<Int> = []
  }

  /// A commit that counted as applied from then on.
  struct Applied: Hashable {
    var commit: String
    /// Nil: it stayed as it was, or the log of an older version does not say.
    var policyDigest: String?
    var time: Instant
    /// Of the last audit entry before.
    var sequence: Int64
    var order: Int
  }

  var accounts: [Int: Account] = [:]
  /// By caseless email.
  private(set) var numbers: [String: Int] = [:]
  /// By name, of accounts `~` and the caseless email.
  var tenants: [String: Tenant] = [:]
  /// Commits that changed nothing, with which all tenants moved on that do not say otherwise.
  private var advances: [Applied] = []
  private var order = 0
  var policyForAll: String?
  /// The commit that was applied last to anything.
  var lastCommit: String?
  /// Whether some entry does not say all that it did, which is then taken to be as the policy has it.
  var isGuessed = false
  private var last = 0

  mutating func add(_ mark: AppliedMark) {
    guard let commit = mark.commit else {
      policyForAll = mark.policyDigest
      return
    }
    order += 1
    lastCommit = commit
    let applied = Applied(
      commit: commit, policyDigest: mark.policyDigest.isEmpty ? nil : mark.policyDigest, time: mark.time,
      sequence: mark.sequence, order: order)
    switch mark.reach {
    case .policyForAll: break
    case .tenant(let name): tenants[name]?.applies.append(applied)
    case .tenants(let names): for name in names { tenants[name]?.applies.append(applied) }
    case .allBut(let names):
      advances.append(applied)
      for name in names { tenants[name]?.missed.insert(order) }
    }
  }

  /// A mark says it better, but the log of an older version has none.
  mutating func note(_ commit: String, of tenant: String, _ entry: AuditEntry) {
    guard let known = tenants[tenant], known.applies.last?.commit != commit,
      !known.applies.contains(where: { $0.policyDigest != nil })
    else { return }
    order += 1
    tenants[tenant]?.applies.append(
      Applied(
        commit: commit, policyDigest: nil, time: entry.record.time, sequence: entry.sequence - 1, order: order))
  }

  /// What counted as applied to the tenant, newest first: it moved on with the others since something was applied to it.
  func applies(to tenant: Tenant) -> AnyIterator<Applied> {
    let first = tenant.applies.first?.order ?? .max
    let moved = advances.lazy.reversed().prefix { $0.order > first }.filter { !tenant.missed.contains($0.order) }
    var (own, others) = (tenant.applies.reversed()[...], moved.makeIterator())
    var other = others.next()
    return AnyIterator {
      guard let next = other, next.order > own.first?.order ?? 0 else { return own.popFirst() }
      other = others.next()
      return next
    }
  }

  // MARK: Accounts

  func number(_ email: String?) -> Int? { email.flatMap { numbers[$0.emailKey] } }

  @discardableResult
  mutating func makeAccount(_ email: String, at time: Instant) -> Int {
    last += 1
    accounts[last] = Account(email: email, created: time)
    numbers[email.emailKey] = last
    tenants["~" + email.emailKey] = Tenant(account: last)
    return last
  }

  mutating func moveAccount(from old: String, to email: String) {
    let (old, new) = (old.emailKey, email.emailKey)
    guard let person = numbers[old] else { return }
    accounts[person]?.email = email
    guard old != new else { return }
    onRolls { $0.move(person, from: old, to: new, as: email) }
    numbers[old] = nil
    numbers[new] = person
    tenants["~" + new] = tenants.removeValue(forKey: "~" + old)
  }

  /// What an account has ends with it; invitations are by email and stay.
  mutating func deleteAccount(_ email: String) {
    guard let person = numbers.removeValue(forKey: email.emailKey) else { return }
    accounts[person] = nil
    tenants["~" + email.emailKey] = nil
    onRolls { roll in
      roll.members[person] = nil
      roll.departures[email.emailKey] = nil
    }
    for name in tenants.keys {
      if tenants[name]?.owner == person { tenants[name]?.owner = nil }
      for workspace in tenants[name]?.workspaces.keys.map(\.self) ?? [] {
        if tenants[name]?.workspaces[workspace]?.owner == person { tenants[name]?.workspaces[workspace]?.owner = nil }
      }
    }
  }

  private mutating func onRolls(_ body: (inout Roll) -> Void) {
    for name in tenants.keys {
      body(&tenants[name]!.roll)
      for workspace in tenants[name]!.workspaces.keys { body(&tenants[name]!.workspaces[workspace]!.roll) }
    }
  }

  // MARK: Places

  /// Nothing happens where the place is not known.
  mutating func onRoll(of path: Path, _ body: (inout Roll) -> Void) {
    if let name = path.workspace {
      guard tenants[path.tenant]?.workspaces[name] != nil else { return }
      body(&tenants[path.tenant]!.workspaces[name]!.roll)
    } else {
      guard tenants[path.tenant] != nil else { return }
      body(&tenants[path.tenant]!.roll)
    }
  }

  func roll(of path: Path) -> Roll? {
    path.workspace.map { tenants[path.tenant]?.workspaces[$0]?.roll } ?? tenants[path.tenant]?.roll
  }

  mutating func setOwner(of path: Path, _ owner: Int?) {
    if let name = path.workspace {
      tenants[path.tenant]?.workspaces[name]?.owner = owner
    } else {
      tenants[path.tenant]?.owner = owner
    }
  }

  func owner(of path: Path) -> Int? {
    path.workspace.map { tenants[path.tenant]?.workspaces[$0]?.owner } ?? tenants[path.tenant]?.owner
  }
}

extension LoggedState.Roll {
  /// As the store joins what stands under both emails: the membership counts, else the invitation to the new email, and
  /// a departure only where there is neither.
  fileprivate mutating func move(_ person: Int, from old: String, to new: String, as email: String) {
    if offers[old] != nil, offers[new] != nil { offers[old] = nil }
    if members[person] != nil { offers[new] = nil }
    if departures[new] != nil { departures[old] = nil }
    if offers[new] != nil { departures[old] = nil }
    if offers[old] != nil { departures[new] = nil }
    if members[person] != nil { departures[new] = nil }
    if var offer = offers.removeValue(forKey: old) {
      offer.email = email
      offers[new] = offer
    }
    if let gone = departures.removeValue(forKey: old) { departures[new] = gone }
  }
}
