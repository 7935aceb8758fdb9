import Model

/// Who gains and loses what by these actions: any part of a plan for `input`, in the plan's order.
///
/// Several actions on one person in one place are one effect: added in the lowest role and made owner in the next step
/// is the gain of the owner's role. What a rule withholds is kept apart from what is done.
///
/// | action                                    | effect                                                              |
/// |-------------------------------------------|---------------------------------------------------------------------|
/// | `create-organization create-workspace`    | the owner of record gains the top role, in the default workspace too |
/// | `create-account` with a workspace         | its user gains the top role in it                                   |
/// | `add-member` · `invite`                   | gains the role · once they accept                                   |
/// | `change-role update-member`               | gains or loses by rank, else by end; protection alone is no effect  |
/// | `update-invitation`                       | the same, of what was offered                                       |
/// | `remove-member cancel-invitation`         | loses the role or the offer                                         |
/// | `delete-workspace`                        | everybody in it loses what they have                                |
/// | `transfer-ownership`                      | ownership changes hands, with the top role where it goes along      |
/// | `move-account`                            | the new email gains everything                                      |
/// | `delete-account`                          | loses the account                                                   |
/// | all others                                | none; a policy's values speak for themselves                        |
///
/// - Returns: By email in byte order, gains before losses, then by path.
public func effects(of actions: [Action], in input: PlanInput) -> [Effect] {
  var ledger = EffectLedger(input)
  for action in actions { ledger.enter(action) }
  return ledger.effects
}

/// Collects what actions do to people, each on top of those before it.
private struct EffectLedger {
  private let places: EffectPlaces
  /// Where the actions so far leave somebody: a withheld action stands on withheld ones.
  private var done: [EffectPlaces.Seat: Effect.Standing?] = [:]
  private var withheld: [EffectPlaces.Seat: Effect.Standing?] = [:]
  /// Stored names of workspaces that the actions rename; nil of those that they make.
  private var origins: [Path: String?] = [:]
  private var entries: [Entry] = []
  private var index: [Key: Int] = [:]

  private struct Key: Hashable {
    var seat: EffectPlaces.Seat
    var matter: Effect.Matter
    var isBlocked: Bool
  }

  private struct Entry {
    var key: Key
    var person: String
    var path: Path
    var before: Effect.Standing?
    var after: Effect.Standing?
    /// Set for what is no role.
    var turn: Effect.Turn?
    var endsWithWorkspace = false
    var origin: Action.Origin
    var source: SourceLocation?
    var blockedBy: Set<RuleName>
  }

  init(_ input: PlanInput) { places = EffectPlaces(input) }

  mutating func enter(_ action: Action) {
    switch action.kind {
    case .createOrganization:
      guard let owner = action.after?.text("owner") else { return }
      move(owner, to: places.top(action, .organization), by: action)
      guard let name = action.after?.text("defaultWorkspace") else { return }
      origins[Path(tenant: places.tenant(action), workspace: name)] = .some(nil)
      move(owner, to: places.top(action, .workspace), in: name, by: action)
    case .createAccount:
      guard let person = action.subject, let name = action.after?.text("workspace") else { return }
      move(person, to: places.top(action, .workspace), in: name, by: action)
    case .createWorkspace:
      guard let name = action.workspace else { return }
      origins[Path(tenant: places.tenant(action), workspace: name)] = .some(nil)
      guard let owner = action.after?.text("owner") else { return }
      move(owner, to: places.top(action, .workspace), in: name, by: action)
    case .renameWorkspace:
      guard let name = action.workspace, let old = action.before?.text("name") else { return }
      origins[Path(tenant: places.tenant(action), workspace: name)] = old
    case .invite, .addMember:
      guard let person = action.subject else { return }
      let none = Effect.Standing(role: "", isOffer: action.kind == .invite)
      move(person, to: none.with(action.after), in: action.workspace, by: action)
    case .updateInvitation, .changeRole, .updateMember: change(action)
    case .cancelInvitation, .removeMember:
      guard let person = action.subject else { return }
      let none = Effect.Standing(role: "", isOffer: action.kind == .cancelInvitation)
      move(person, from: none.with(action.before), to: nil, in: action.workspace, by: action)
    case .deleteWorkspace: delete(action)
    case .transferOwnership: transfer(action)
    case .moveAccount:
      guard let person = action.subject, let former = action.before?.text("email") else { return }
      note(person, .everything(of: former), .gains, by: action)
    case .deleteAccount:
      guard let person = action.subject else { return }
      note(person, .account, .loses, by: action)
    case .updatePolicy, .updateManagement, .updateOrganization, .updateAccount, .updateWorkspace, .updateAPIKey,
      .revokeAPIKey:
      return
    }
  }

  /// The action's fields hold only what differs; the rest is as it stands.
  private mutating func change(_ action: Action) {
    guard let person = action.subject else { return }
    let seat = places.seat(action, action.workspace, person)
    var base = standing(seat, isBlocked: !action.blockedBy.isEmpty) ?? Effect.Standing(role: "")
    base.isOffer = action.kind == .updateInvitation
    let before = base.with(action.before)
    move(person, from: before, to: before.with(action.after), in: action.workspace, by: action)
  }

  private mutating func delete(_ action: Action) {
    guard let name = action.workspace else { return }
    let seat = places.seat(action, name, "")
    for person in places.people(in: seat, storedAs: storedName(seat)) {
      let email = places.email(person)
      move(email, to: nil, in: name, by: action, endsWithWorkspace: true)
    }
  }

  private mutating func transfer(_ action: Action) {
    guard let heir = action.subject else { return }
    note(heir, .ownership, .gains, in: action.workspace, by: action)
    if let former = action.before?.text("owner") { note(former, .ownership, .loses, in: action.workspace, by: action) }
    let seat = places.seat(action, action.workspace, heir)
    guard let swap = places.swap(seat, storedAs: storedName(seat)) else { return }
    move(heir, to: swap.heirAfter, in: action.workspace, by: action)
    move(swap.former, to: swap.formerAfter, in: action.workspace, by: action)
  }

  private func storedName(_ seat: EffectPlaces.Seat) -> String? {
    guard let workspace = seat.workspace else { return nil }
    return origins[Path(tenant: seat.tenant, workspace: workspace)] ?? workspace
  }

  private func standing(_ seat: EffectPlaces.Seat, isBlocked: Bool) -> Effect.Standing? {
    if isBlocked, let found = withheld[seat] { return found }
    if let found = done[seat] { return found }
    if seat.workspace != nil, storedName(seat) == nil { return nil }
    return places.stored(seat, storedAs: storedName(seat))
  }

  /// `before` nil: as they stand so far.
  private mutating func move(
    _ person: String, from before: Effect.Standing? = nil, to after: Effect.Standing?, in workspace: String? = nil,
    by action: Action, endsWithWorkspace: Bool = false
  ) {
    let isBlocked = !action.blockedBy.isEmpty
    let seat = places.seat(action, workspace, person)
    let known = before ?? standing(seat, isBlocked: isBlocked)
    if isBlocked { withheld[seat] = .some(after) } else { done[seat] = .some(after) }
    let found = entry(person, .role, in: workspace, by: action)
    if entries[found].before == nil, entries[found].after == nil { entries[found].before = known }
    entries[found].after = after
    if endsWithWorkspace { entries[found].endsWithWorkspace = true }
  }

  private mutating func note(
    _ person: String, _ matter: Effect.Matter, _ turn: Effect.Turn, in workspace: String? = nil, by action: Action
  ) {
    let found = entry(person, matter, in: workspace, by: action)
    entries[found].turn = turn
  }

  private mutating func entry(_ person: String, _ matter: Effect.Matter, in workspace: String?, by action: Action)
    -> Int
  {
    let key = Key(
      seat: places.seat(action, workspace, person), matter: matter, isBlocked: !action.blockedBy.isEmpty)
    if let known = index[key] {
      entries[known].blockedBy.formUnion(action.blockedBy)
      entries[known].source = action.source ?? entries[known].source
      return known
    }
    index[key] = entries.count
    entries.append(
      Entry(
        key: key, person: person, path: Path(tenant: action.organization, workspace: workspace), origin: action.origin,
        source: action.source, blockedBy: Set(action.blockedBy)))
    return entries.count - 1
  }

  var effects: [Effect] {
    entries.compactMap(effect).sorted { a, b in
      if a.person != b.person { return a.person.utf8.lexicographicallyPrecedes(b.person.utf8) }
      if a.turn != b.turn { return a.turn == .gains }
      let (x, y) = (a.path.description, b.path.description)
      if x != y { return x.utf8.lexicographicallyPrecedes(y.utf8) }
      if a.blockedBy.isEmpty != b.blockedBy.isEmpty { return a.blockedBy.isEmpty }
      return a.matter == .role && b.matter != .role
    }
  }

  private func effect(_ entry: Entry) -> Effect? {
    let seat = entry.key.seat
    let scope: RoleScope = seat.workspace == nil ? .organization : .workspace
    guard let turn = entry.turn ?? places.turn(from: entry.before, to: entry.after, seat, scope) else { return nil }
    var result = Effect(
      turn, entry.key.matter, person: entry.person, displayName: places.displayName(seat.person), path: entry.path,
      before: entry.before, after: entry.after, endsWithWorkspace: entry.endsWithWorkspace, origin: entry.origin,
      source: entry.source, blockedBy: entry.blockedBy.sorted { $0.rawValue < $1.rawValue })
    if entry.after != nil { result.group = places.group(seat) }
    switch entry.key.matter {
    case .role:
      let opens = { (standing: Effect.Standing?) in standing.map { places.opensWorkspaces($0.role, seat) } ?? false }
      let (before, after) = (opens(entry.before), opens(entry.after))
      result.opensEveryWorkspace = scope == .organization && before != after && (turn == .gains) == after
      result.givesTopRole = turn == .gains && entry.after.map { places.isTop($0.role, seat, scope) } ?? false
    case .ownership, .everything: result.givesTopRole = turn == .gains
    case .account: break
    }
    return result
  }
}

extension Effect.Standing {
  /// With what an action's fields say of it; what they do not name stays.
  fileprivate func with(_ fields: Fields?) -> Effect.Standing {
    var result = self
    if let role = fields?.text("role") { result.role = role }
    switch fields?["expires"] {
    case .text(let text)?: result.expires = Instant(rfc3339: text)
    case .null?: result.expires = nil
    case .number?, .flag?, nil: break
    }
    return result
  }
}
