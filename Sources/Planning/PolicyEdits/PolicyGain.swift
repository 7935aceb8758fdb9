import Model

/// A tenant of the store, with the policies that it goes by before and after a change of policy.
struct PolicyReach: Sendable {
  let tenant: ActualTenant
  /// As manifests declare it; nil: they do not.
  var declared: DesiredTenant?
  let before: Policy
  let after: Policy
}

/// What a change of policy gives somebody (SPEC section 6, «Policies»).
///
/// | gained                                    | told by                                                             |
/// |-------------------------------------------|---------------------------------------------------------------------|
/// | an operator's place                       | the list of operators                                               |
/// | a permission                              | what their role has, held or offered; and what they may in a place  |
/// | the top role                              | their role, where it becomes the highest                            |
/// | a role that they may newly grant or end   | ranks, their own and the role's                                     |
/// | more in a role that they may grant or end | permissions that they could neither use nor give before             |
///
/// Operators and `all` are above every role and have every permission: they gain nothing. Nor does anybody in their own
/// personal account.
struct PolicyGain: Hashable {
  /// `give …`: what the person would do by the change.
  var words: String
}

extension RuleContext {
  /// What the change gives the person; nil: nothing.
  func gain(of person: Symbol, by edit: PolicyEdit) -> PolicyGain? {
    let email = names.text(person)
    if edit.before.namesOperator(email) { return nil }
    if edit.after.namesOperator(email) { return PolicyGain(words: "become an operator") }
    for place in reach where place.before != place.after && place.tenant.account != person {
      if let gain = gain(of: person, in: place) { return gain }
    }
    return nil
  }

  private func gain(of person: Symbol, in reach: PolicyReach) -> PolicyGain? {
    // What is offered is theirs as soon as they accept.
    let tenant = reach.tenant.supposingAcceptance(by: person, at: now)
    // A suspension ends one day.
    var accounts = accounts
    if var record = accounts[person], record.suspended != nil {
      record.suspended = nil
      accounts.put(record)
    }
    func acting(_ policy: Policy) -> ActingPerson {
      ActingPerson(person, in: tenant, policy: policy, accounts: accounts, names: names, now: now)
    }
    let comparison = PolicyGainComparison(
      person: person, tenant: tenant, declared: reach.declared, before: acting(reach.before),
      after: acting(reach.after), names: names)
    return comparison.places.lazy.compactMap { comparison.gain(in: $0) }.first
  }

  /// Whether the person has `all` in every organization of the store, and there is one.
  func holdsAllEverywhere(_ person: Symbol) -> Bool {
    let organizations = reach.filter { $0.tenant.account == nil }
    return !organizations.isEmpty
      && organizations.allSatisfy { place in
        ActingPerson(person, in: place.tenant, policy: place.before, accounts: accounts, names: names, now: now)
          .holding(for: .all, in: nil) != nil
      }
  }
}

/// One person in one tenant under two policies.
private struct PolicyGainComparison {
  let person: Symbol
  let tenant: ActualTenant
  let declared: DesiredTenant?
  let before: ActingPerson
  let after: ActingPerson
  let names: NameTable

  /// The tenant itself, the workspaces that the person is in, and one for all that an organization role opens.
  var places: [Symbol?] {
    let own = tenant.workspaces.filter { $0.roll.members.first(sortedBy: \.person, person) != nil }.map(\.name)
    return [nil] + own.map(Optional.some) + tenant.workspaces.prefix(1).map { Optional($0.name) }
  }

  func gain(in place: Symbol?) -> PolicyGain? {
    if before.may(.all, in: place) { return nil }
    let roles = [heldRole(in: place)].compactMap { $0 } + declaredRoles(in: place)
    if let gain = roles.lazy.compactMap({ gain(by: $0, in: place) }).first { return gain }
    let permissions =
      (before.policy.permissions(inTableOf: scope(place)) + after.policy.permissions(inTableOf: scope(place)))
    if let more = permissions.first(where: { after.may($0, in: place) && !before.may($0, in: place) }) {
      return PolicyGain(words: "get the permission `\(more.rawValue)` in \(path(place))")
    }
    return grantableGain(in: place)
  }

  private func scope(_ place: Symbol?) -> RoleScope { place == nil ? .organization : .workspace }

  private func path(_ place: Symbol?) -> String {
    Path(tenant: tenant.name, workspace: place.map(names.text)).description
  }

  /// In force or not yet; nil where it has ended.
  private func heldRole(in place: Symbol?) -> String? {
    let roll = place.map { name in tenant.workspaces.first { $0.name == name }?.roll } ?? tenant.roll
    guard let member = roll?.members.first(sortedBy: \.person, person),
      member.expires.map({ before.now < $0 }) ?? true
    else { return nil }
    return names.text(member.role)
  }

  /// Roles that their declaration gives now or at another time.
  private func declaredRoles(in place: Symbol?) -> [String] {
    (declared?.grants(in: place).all(of: person) ?? []).map { names.text($0.role) }
  }

  private func gain(by role: String, in place: Symbol?) -> PolicyGain? {
    let scope = scope(place)
    let more = after.policy.may(role, scope).beyond(before.policy.may(role, scope)).filter {
      !before.may($0, in: place)
    }
    if let permission = more.map(\.rawValue).min() {
      return PolicyGain(words: "give `\(role)`, which they hold in \(path(place)), `\(permission)`")
    }
    if after.policy.topRole(scope)?.name == role, before.policy.topRole(scope)?.name != role {
      return PolicyGain(words: "make `\(role)`, which they hold in \(path(place)), the highest role")
    }
    return nil
  }

  private func grantableGain(in place: Symbol?) -> PolicyGain? {
    let (old, new) = (grantable(by: before, in: place), grantable(by: after, in: place))
    if let role = new.subtracting(old).min() {
      return PolicyGain(words: "be able to give and end the role `\(role)` in \(path(place))")
    }
    let scope = scope(place)
    let known = old.reduce(into: Set<Permission>()) { $0.formUnion(before.policy.may($1, scope)) }
    for role in new.sorted() {
      let more = after.policy.may(role, scope).beyond(known).filter { !before.may($0, in: place) }
      if let permission = more.map(\.rawValue).min() {
        return PolicyGain(words: "give `\(role)`, which they may grant in \(path(place)), `\(permission)`")
      }
    }
    return nil
  }

  /// Names of the roles that somebody may give, change or end in the place.
  private func grantable(by acting: ActingPerson, in place: Symbol?) -> Set<String> {
    let permissions: [Permission] =
      place == nil ? [.organizationMembers] : [.membersInvite, .membersChangeRole, .membersRemove]
    guard permissions.contains(where: { acting.may($0, in: place) }) else { return [] }
    let own = acting.rank(in: place)
    return Set(acting.policy.roles(scope(place)).filter { $0.rank <= own }.map(\.name))
  }
}

extension ActualTenant {
  /// With a membership for each open invitation of the person.
  fileprivate func supposingAcceptance(by person: Symbol, at now: Instant) -> ActualTenant {
    var result = self
    result.roll.suppose(acceptanceBy: person, at: now)
    for index in result.workspaces.indices { result.workspaces[index].roll.suppose(acceptanceBy: person, at: now) }
    return result
  }
}

extension Roll {
  fileprivate mutating func suppose(acceptanceBy person: Symbol, at now: Instant) {
    guard let offer = invitations.first(sortedBy: \.person, person), offer.isOpen(at: now),
      members.first(sortedBy: \.person, person) == nil
    else { return }
    let member = ActualMember(person: person, role: offer.role, expires: offer.expires, joined: now)
    members.insert(member, at: members.firstIndex { person < $0.person } ?? members.endIndex)
  }
}

extension Policy {
  /// Everything the role may do; nothing where the policy does not know it.
  fileprivate func may(_ role: String, _ scope: RoleScope) -> Set<Permission> {
    guard let found = self.role(role, scope) else { return [] }
    return found.permissions.contains(.all) ? Set(Permission.allCases) : found.permissions
  }
}
