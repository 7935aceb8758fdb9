import Manifests
import Model
import Planning
import Store

/// What people look up by hand, as far as `--as` may see it.
public struct HandView {
  let reader: any StoreReader
  /// The email of `--as`; nil: the operator.
  let actor: String?
  let now: Instant

  public init(reader: any StoreReader, actor: String?, now: Instant) {
    (self.reader, self.actor, self.now) = (reader, actor, now)
  }

  /// What came of looking.
  public enum Sight<Thing> {
    case seen(Thing)
    case refused(Refusal)
  }

  // MARK: Accounts

  /// One membership or pending invitation of somebody.
  public struct Membership: Hashable, Sendable {
    public var path: String
    public var role: String
    public var status: String
    public var expires: Instant?
  }

  public struct Account: Hashable, Sendable {
    public var row: AccountRow
    /// By path, in byte order.
    public var memberships: [Membership]
    /// Paths of the account's own workspaces.
    public var workspaces: [String]
  }

  public func accounts() throws -> Sight<[AccountRow]> {
    if let reason = try AppliedPolicy(reader).operatorsOnly(actor) {
      return .refused(refusal(reason, Path(tenant: "~" + (actor ?? "")), subject: nil))
    }
    return .seen(try reader.accounts())
  }

  /// People see themselves; others' accounts are the operators'.
  public func account(_ email: String) throws -> Sight<Account> {
    let isSelf = actor?.emailKey == email.emailKey
    if !isSelf, let reason = try AppliedPolicy(reader).operatorsOnly(actor) {
      return .refused(refusal(reason, Path(tenant: "~" + email), subject: email))
    }
    if let reason = try barred() { return .refused(refusal(reason, Path(tenant: "~" + email), subject: email)) }
    guard let row = try reader.account(email: email) else { throw try HandworkError.noAccount(email, reader) }
    var names = NameTable()
    let state = try reader.read(.everything, names: &names)
    let person = names.person(email)
    var memberships: [Membership] = []
    for tenant in state.tenants {
      let places = tenant.workspaces.filter { $0.roll.names(person) || tenant.account == person }
      guard tenant.roll.names(person) || !places.isEmpty else { continue }
      let policy = try AppliedPolicy(reader).policy(of: tenant, in: state).policy
      let inForce = InForce(tenant, policy: policy, accounts: state.accounts, names: names, now: now)
      let organization = inForce.membership(of: person, in: nil)
      if let found = membership(
        of: person, organization, tenant.roll, Path(tenant: tenant.name), names,
        isOffer: { inForce.isOffer($0, in: nil) })
      {
        memberships.append(found)
      }
      for workspace in places {
        let path = Path(tenant: tenant.name, workspace: names.text(workspace.name))
        let holding = inForce.membership(of: person, in: workspace)
        let found = membership(
          of: person, holding, workspace.roll, path, names, isOffer: { inForce.isOffer($0, in: workspace.name) })
        if let found { memberships.append(found) }
      }
    }
    memberships.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let own = state.tenants.first { $0.account == person }
    let workspaces = own.map { own in
      own.workspaces.map { Path(tenant: own.name, workspace: names.text($0.name)).description }
    }
    return .seen(Account(row: row, memberships: memberships, workspaces: workspaces ?? []))
  }

  private func membership(
    of person: Symbol, _ holding: InForce.Holding?, _ roll: Roll, _ path: Path, _ names: NameTable,
    isOffer: (ActualInvitation) -> Bool
  ) -> Membership? {
    if let holding {
      return Membership(
        path: path.description, role: holding.roleName, status: holding.status, expires: holding.expires)
    }
    guard let open = roll.invitations.first(where: { $0.person == person }), open.isOpen(at: now) else { return nil }
    return Membership(
      path: path.description, role: names.text(open.role), status: isOffer(open) ? "pending" : "inactive",
      expires: open.end)
  }

  // MARK: Invitations

  /// All, or with `--as` the person's own; in a place whose members they see, everybody's there.
  public func invitations(_ path: Path?) throws -> Sight<[InvitationRow]> {
    guard let path else {
      if let reason = try barred() {
        return .refused(refusal(reason, Path(tenant: "~" + (actor ?? "")), subject: actor))
      }
      return .seen(try withActors(try reader.invitations(email: actor)))
    }
    let place = try Place(path, reader)
    let all = try reader.invitations(email: nil).filter { row in
      row.path == place.path.description || (place.workspace == nil && row.path.hasPrefix(place.path.description + "/"))
    }
    guard let actor else { return .seen(try withActors(all)) }
    if let reason = try barred() { return .refused(refusal(reason, place.path, subject: actor)) }
    let acting = try acting(in: place, as: actor)
    return .seen(
      try withActors(
        acting.maySeeMembers(of: place.workspace) ? all : all.filter { $0.email.emailKey == actor.emailKey }))
  }

  /// With the actors of the entry by which each was sent last. A place may have had another name then.
  private func withActors(_ rows: [InvitationRow]) throws -> [InvitationRow] {
    guard let first = rows.map(\.created).min() else { return rows }
    let sendings = try reader.audit(since: first, subject: nil).map(\.record).filter {
      $0.action == Action.Kind.invite.rawValue || $0.action == Step.resending
    }
    let known = Dictionary(grouping: sendings) { $0.subject?.emailKey }
    return rows.map { row in
      let place = Path(row.path)
      let own = (known[row.email.emailKey] ?? []).map { (path: $0.path.flatMap { Path($0) }, actors: $0.actors) }
      var result = row
      result.actors =
        (own.last { $0.path == place }
        ?? own.last { $0.path?.tenant == place?.tenant && ($0.path?.workspace == nil) == (place?.workspace == nil) })?
        .actors ?? []
      return result
    }
  }

  /// A suspended person sees nothing; somebody without an account may have invitations.
  private func barred() throws -> Reason? {
    guard let actor, let account = try reader.account(email: actor), let since = account.suspended else { return nil }
    return Reason(
      "\(account.email) is suspended since \(since), so may do nothing",
      remedy: "ask the operator: tenure account resume \(account.email)")
  }

  func acting(in place: Place, as actor: String) throws -> ActingPerson {
    var (names, accounts) = (place.names, place.state.accounts)
    let person = names.person(actor)
    if accounts[person] == nil, let row = try reader.account(email: actor) {
      accounts.put(AccountRecord(row, &names))
    }
    let policy = try AppliedPolicy(reader).policy(of: place.tenant, in: place.state).policy
    return ActingPerson(person, in: place.tenant, policy: policy, accounts: accounts, names: names, now: now)
  }

  func refusal(_ reason: Reason, _ path: Path, subject: String?) -> Refusal {
    Refusal(reason, by: .actorAllowed, organization: path.tenant, workspace: path.workspace, subject: subject)
  }
}

extension Roll {
  /// Whether the person is a member or invited.
  fileprivate func names(_ person: Symbol) -> Bool {
    members.contains { $0.person == person } || invitations.contains { $0.person == person }
  }
}
