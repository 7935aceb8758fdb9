import Model

/// Leaving management is a raise for each of its actors who then keeps more than counts as applied (SPEC section 6).
///
/// | somebody keeps                       | where                                                                       |
/// |--------------------------------------|-----------------------------------------------------------------------------|
/// | a membership, or an open invitation  | it gives more, or for longer, than what counts as applied, and the manifests |
/// |                                      | no longer say what they are to have there                                   |
/// | an API key that they made            | it does not count as applied, and keys are no longer managed whole          |
extension NoSelfChange {
  func reasonAgainst(
    _ edit: ManagementEdit, _ step: Step, in state: TenantState, _ context: RuleContext
  ) -> Reason? {
    let parts = context.accountability.parts(of: step)
    let actors = Set(parts.compactMap(\.person))
    let open = parts.filter { part in
      !part.known.passed.contains(name)
        && !part.approvers.contains { !actors.contains($0) && context.allows($0, step) }
    }
    let gaining = Set(open.compactMap(\.person)).subtracting(context.accountability.firstOwners)
    for person in gaining.sorted(by: context.names.precedes) {
      for place in edit.places {
        guard let kept = context.kept(by: person, in: place, state) else { continue }
        let remedy = Approvers(of: step, context).remedy
        return Reason(
          "\(context.email(person)) would keep \(kept) in \(context.path(place)), which does not count as applied, once "
            + "that is not managed any more; the older management holds",
          remedy: remedy.text, inReview: remedy.inReview)
      }
    }
    return nil
  }
}

extension RuleContext {
  /// What the person has in the place beyond what counts as applied and the manifests no longer speak of; nil: nothing.
  fileprivate func kept(by person: Symbol, in place: Symbol?, _ state: TenantState) -> String? {
    guard let declarations else { return nil }
    return keptRole(of: person, in: place, state, declarations) ?? keptKey(of: person, in: place, declarations)
  }

  private func keptRole(
    of person: Symbol, in place: Symbol?, _ state: TenantState, _ declarations: Declarations
  ) -> String? {
    if declarations.speaksOf(person, in: place) { return nil }
    let roll = state.roll(of: place.map(origins.stored))
    let member = roll?.member(person).flatMap { $0.expires.map { now < $0 } ?? true ? Grant($0) : nil }
    let offer = roll?.invitation(person).flatMap { $0.isOpen(at: now) ? Grant($0) : nil }
    guard let held = member ?? offer else { return nil }
    let top = roleToGive(inWorkspace: place != nil)
    let old = Declaration(of: person, in: place, declarations.old, top: top, at: now).grants.first
    let organization = place.map { _ in
      [Declaration(of: person, in: nil, declarations.old, top: roleToGive(inWorkspace: false), at: now).grants.first]
    }
    let isMore = gives(held, moreThan: old, in: place, organization)
    let isLonger = old.map { held.lastsLonger(than: $0) } ?? false
    return isMore || isLonger ? "the role `\(names.text(held.role))`" : nil
  }

  private func keptKey(of person: Symbol, in place: Symbol?, _ declarations: Declarations) -> String? {
    guard let place, let known = declarations.old?.workspaces.first(where: { $0.name == place })?.apiKeys,
      let workspace = stored?.workspaces.first(where: { $0.name == origins.stored(place) })
    else { return nil }
    let key = workspace.apiKeys.first { key in key.creator == person && !known.contains { $0.name == key.name } }
    return key.map { "the API key `\(names.text($0.name))`" }
  }
}

extension Declarations {
  /// Whether the new manifests say what the person is to have in the place, or end what an applied commit gave.
  fileprivate func speaksOf(_ person: Symbol, in workspace: Symbol?) -> Bool {
    func place(_ tenant: DesiredTenant?) -> (isDeclared: Bool, members: [DesiredMember]?, owner: Symbol?) {
      guard let workspace else { return (tenant != nil, tenant?.members, tenant?.owner?.value) }
      let found = tenant?.workspaces.first { $0.name == workspace }
      return (found?.disposition == .declared, found?.members, found?.owner?.value)
    }
    let (new, old) = (place(new), place(old))
    guard new.isDeclared else { return false }
    guard let list = new.members else { return new.owner == person }
    return list.first(sortedBy: \.person, person) != nil || old.members?.first(sortedBy: \.person, person) != nil
  }
}
