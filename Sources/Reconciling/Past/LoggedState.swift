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
    /// Its commit, and the policy where a mark says that.
    var applied: Applied?
  }

  struct Applied: Hashable {
    var commit: String
    var policyDigest: String?
    var time: Instant
  }

  var accounts: [Int: Account] = [:]
  /// By caseless email.
  private(set) var numbers: [String: Int] = [:]
  /// By name, of accounts `~` and the caseless email.
  var tenants: [String: Tenant] = [:]
  var policyForAll: String?
  /// The commit that was applied last to anything.
  var lastCommit: String?
  /// Whether some entry does not say all that it did, which is then taken to be as the policy has it.
  var isGuessed = false
  private var last = 0

  mutating func add(_ mark: AppliedMark) {
    guard !mark.tenant.isEmpty else {
      policyForAll = mark.policyDigest
      return
    }
    guard let commit = mark.commit else { return }
    tenants[mark.tenant]?.applied = Applied(commit: commit, policyDigest: mark.policyDigest, time: mark.time)
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
