import Model

/// What is stored, in words: the test's own model, which plans are carried out on action by action.
struct World: Hashable {
  struct Member: Hashable {
    var role: String
    var expires: Instant?
    var protect = false
  }

  struct Invitation: Hashable {
    var role: String
    var expires: Instant?
    var protect = false
    var lapses: Instant?
    var sends = 1
  }

  struct Departure: Hashable {
    /// `left` or `declined`.
    var reason: String
    var since: Instant
  }

  struct Roll: Hashable {
    var members: [String: Member] = [:]
    var invitations: [String: Invitation] = [:]
    var departures: [String: Departure] = [:]
  }

  struct Limits: Hashable {
    var monthly: Int?
    var daily: Int?
  }

  struct Workspace: Hashable {
    /// Stays through renames.
    var id: Int
    var kind = "standard"
    var displayName: String?
    var owner: String?
    var subscription: String?
    var roll = Roll()
    var keys: [String: Limits] = [:]
  }

  struct Tenant: Hashable {
    var displayName: String?
    var owner: String?
    var subscription: String?
    var roll = Roll()
    var workspaces: [String: Workspace] = [:]
  }

  struct Account: Hashable {
    var displayName: String?
    var isSuspended = false
  }

  var now: Instant
  /// By email.
  var accounts: [String: Account] = [:]
  /// By name: `acme`, `~EMAIL`.
  var tenants: [String: Tenant] = [:]
  private(set) var lastID = 0
  /// Whether actions must find what they say they found.
  var isStrict = true

  init(now: Instant) { self.now = now }

  mutating func newID() -> Int {
    lastID += 1
    return lastID
  }

  /// Makes the person an account, with nothing of their own, where there is none.
  mutating func register(_ email: String) {
    guard accounts[email] == nil else { return }
    accounts[email] = Account()
    tenants["~" + email] = Tenant()
  }

  func hasEnded(_ member: Member) -> Bool { member.expires.map { $0 <= now } ?? false }

  func hasLapsed(_ invitation: Invitation) -> Bool { invitation.lapses.map { $0 <= now } ?? false }

  func isSuspended(_ email: String) -> Bool { accounts[email]?.isSuspended ?? false }

  /// Changes the roll of a tenant, or of one of its workspaces.
  mutating func onRoll(_ tenant: String, _ workspace: String?, _ change: (inout Roll) -> Void) {
    if let workspace {
      guard var found = tenants[tenant]?.workspaces[workspace] else { return }
      change(&found.roll)
      tenants[tenant]?.workspaces[workspace] = found
    } else if var found = tenants[tenant] {
      change(&found.roll)
      tenants[tenant] = found
    }
  }

  func roll(_ tenant: String, _ workspace: String?) -> Roll? {
    guard let workspace else { return tenants[tenant]?.roll }
    return tenants[tenant]?.workspaces[workspace]?.roll
  }

  /// The same after a person's email has changed.
  func moving(_ from: String, to: String) -> World {
    var result = self
    result.accounts[to] = result.accounts.removeValue(forKey: from)
    if let own = result.tenants.removeValue(forKey: "~" + from) { result.tenants["~" + to] = own }
    func moved(_ email: String?) -> String? { email == from ? to : email }
    for (name, tenant) in result.tenants {
      var tenant = tenant
      tenant.owner = moved(tenant.owner)
      tenant.roll = tenant.roll.moving(from, to: to)
      for (title, workspace) in tenant.workspaces {
        tenant.workspaces[title]?.owner = moved(workspace.owner)
        tenant.workspaces[title]?.roll = workspace.roll.moving(from, to: to)
      }
      result.tenants[name] = tenant
    }
    return result
  }
}

extension World.Roll {
  func moving(_ from: String, to: String) -> Self {
    var result = self
    if let member = result.members.removeValue(forKey: from) { result.members[to] = member }
    if let invitation = result.invitations.removeValue(forKey: from) { result.invitations[to] = invitation }
    if let departure = result.departures.removeValue(forKey: from) { result.departures[to] = departure }
    return result
  }
}
