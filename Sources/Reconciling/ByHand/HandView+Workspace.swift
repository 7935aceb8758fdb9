import Model
import Planning
import Store

/// `workspace show`: a workspace as far as `--as` may see it.
extension HandView {
  public struct Workspace: Hashable, Sendable {
    public var path: String
    public var kind: WorkspaceKind
    public var displayName: String?
    public var owner: String?
    public var subscription: String
    public var created: Instant
    /// Members and pending invitations together.
    public var seats: Int
    /// Nil: no limit.
    public var limit: Int?
    /// In byte order of the emails; of somebody who may not see the members, only themselves.
    public var people: [Person]
    public var showsEverybody: Bool
    public var apiKeys: Int
    /// Nil for who may not see billing.
    public var usage: Int64?
    /// Credits bought less usage; nil for who may not see billing.
    public var balance: Int64?
  }

  public struct Person: Hashable, Sendable {
    public var subject: String
    public var role: String
    public var standing: Standing
    public var expires: Instant?
  }

  public enum Standing: String, Sendable, CaseIterable {
    case active, pending, suspended, expired
    /// A membership or an invitation that gives nothing, though it has not ended: its role, or the organization's
    /// membership, does not.
    case inactive
  }

  public func workspace(_ path: Path) throws -> Sight<Workspace> {
    let place = try Place(path, reader)
    guard let stored = place.stored else {
      throw HandworkError(
        "\(place.path) is no workspace", hint: "write \(place.path)/NAME; tenure who \(place.path) shows its members")
    }
    let acting = try actor.map { try self.acting(in: place, as: $0) }
    if let acting, let reason = self.reason(against: acting, place) {
      return .refused(refusal(reason, place.path, subject: actor))
    }
    let seesAll = acting?.maySeeMembers(of: stored.name) ?? true
    let policy = try AppliedPolicy(reader).policy(of: place.tenant, in: place.state).policy
    let names = place.names
    let subscription = (stored.subscription ?? place.tenant.subscription).map(names.text) ?? policy.defaultSubscription
    let everybody = people(stored, place, policy)
    let ledger = seesBilling(of: stored, acting) ? Ledger(try reader.counters(workspace: stored.id)) : nil
    return .seen(
      Workspace(
        path: place.path.description, kind: stored.kind, displayName: stored.displayName,
        owner: stored.owner.map { email($0, place) }, subscription: subscription, created: stored.created,
        seats: everybody.count { $0.standing != .expired },
        limit: seatLimit(policy, subscription),
        people: seesAll ? everybody : everybody.filter { $0.subject.emailKey == actor?.emailKey },
        showsEverybody: seesAll, apiKeys: stored.apiKeys.count, usage: ledger?.usage,
        balance: ledger?.balance))
  }

  /// Members of the workspace see it, and whoever sees its members or its costs.
  private func reason(against acting: ActingPerson, _ place: Place) -> Reason? {
    let isInside = acting.bar == nil && acting.role(in: place.workspace) != nil
    if isInside || acting.may(.billingView, in: place.workspace) || acting.maySeeMembers(of: place.workspace) {
      return nil
    }
    return acting.refusal(.membersView, in: place.workspace)
  }

  /// The lower of what `member-cap` and the subscription say.
  private func seatLimit(_ policy: Policy, _ subscription: String) -> Int? {
    let ofSubscription = policy.subscriptions[subscription] ?? nil
    switch policy.setting(.memberCap) {
    case .off: return nil
    case .on, .windows: return ofSubscription
    case .value(let text): return [Int(text), ofSubscription].compactMap { $0 }.min()
    }
  }

  private func people(_ stored: ActualWorkspace, _ place: Place, _ policy: Policy) -> [Person] {
    let inForce = InForce(
      place.tenant, policy: policy, accounts: place.state.accounts, names: place.names, now: now)
    let members = inForce.people(of: stored).map { person, holding in
      Person(
        subject: email(person, place), role: holding.roleName,
        standing: Standing(rawValue: holding.status) ?? .inactive, expires: holding.expires)
    }
    let pending = stored.roll.invitations.filter { $0.isOpen(at: now) }.map {
      Person(
        subject: place.names.text($0.email), role: place.names.text($0.role),
        standing: inForce.isOffer($0, in: stored.name) ? .pending : .inactive, expires: $0.end)
    }
    return (members + pending).sorted { $0.subject.utf8.lexicographicallyPrecedes($1.subject.utf8) }
  }

  private func email(_ person: Symbol, _ place: Place) -> String {
    place.names.text(place.state.accounts[person]?.email ?? person)
  }
}
