import Model

/// What somebody's declaration in one roll gives from now on: the own entry, groups and `owner:` together, one after the
/// other (SPEC section 6, «Who answers»).
struct Declaration {
  /// Each begins where the one before ends.
  let grants: [Grant]

  /// - Parameters:
  ///   - tenant: nil: nothing is declared.
  ///   - top: the role that `owner:` gives where nobody manages the list.
  init(of person: Symbol, in workspace: Symbol?, _ tenant: DesiredTenant?, top: Symbol, at now: Instant) {
    let listed = tenant?.grants(in: workspace) ?? ListedGrants()
    if listed.members == nil, tenant?.owner(of: workspace)?.value == person {
      grants = [Grant(role: top, expires: nil, protect: false)]
      return
    }
    let first = listed.members?.first(sortedBy: \.person, person).flatMap { $0.isInForce ? $0 : nil }
    let all = (first.map { [$0] } ?? []) + (listed.later[person] ?? [])
    grants = all.map(Grant.init).filter { $0.expires.map { now < $0 } ?? true }
  }

  /// What it gives at one time or another from `start` on until `end` (nil: for good); nil where it gives nothing.
  fileprivate func pieces(from start: Instant, until end: Instant?) -> [Grant?] {
    var result: [Grant?] = []
    var covered: Instant? = start
    for grant in grants {
      guard let from = covered, end.map({ from < $0 }) ?? true else { break }
      guard grant.expires.map({ from < $0 }) ?? true else { continue }
      result.append(grant)
      covered = grant.expires
    }
    if let from = covered, end.map({ from < $0 }) ?? true { result.append(nil) }
    return result
  }
}

/// What a plan's commit declares of a tenant, beside what counts as applied.
struct Declarations: Sendable {
  let new: DesiredTenant
  let old: DesiredTenant?
}

extension RuleContext {
  /// The first grant of somebody's declaration that gives more than what counts as applied gives at the same time, what
  /// an organization role opens anyway included; nil: none does.
  func gain(of person: Symbol, in workspace: Symbol?) -> Grant? {
    guard let declarations else { return nil }
    let top = roleToGive(inWorkspace: workspace != nil)
    let new = Declaration(of: person, in: workspace, declarations.new, top: top, at: now)
    let old = Declaration(of: person, in: workspace, declarations.old, top: top, at: now)
    let organization = workspace.map { _ in
      Declaration(
        of: person, in: nil, declarations.old, top: roleToGive(inWorkspace: false), at: now)
    }
    var start = now
    for grant in new.grants {
      for piece in old.pieces(from: start, until: grant.expires) {
        let opening = organization?.pieces(from: start, until: grant.expires)
        if gives(grant, moreThan: piece, in: workspace, opening) { return grant }
        // The organization's membership carries those of workspaces.
        if workspace == nil, piece == nil, carries(person, grant, declarations.new) { return grant }
      }
      guard let end = grant.expires else { break }
      start = end
    }
    return nil
  }

  func gives(_ grant: Grant, moreThan old: Grant?, in workspace: Symbol?, _ organization: [Grant?]?) -> Bool {
    if grant.protect, !(old?.protect ?? false) { return true }
    let inWorkspace = workspace != nil
    let held = old.map { permissions($0.role, inWorkspace) } ?? []
    // An organization role opens the workspace only as long as it is held.
    let openings = (organization ?? []).map { $0.map { self.openings(by: $0.role) } ?? [] }
    let anyway = openings.dropFirst().reduce(openings.first ?? []) { $0.intersection($1) }
    return !permissions(grant.role, inWorkspace).beyond(held.union(anyway)).isEmpty
  }

  private func carries(_ person: Symbol, _ grant: Grant, _ tenant: DesiredTenant) -> Bool {
    guard policy.asksOrganizationFirst, policy.admitsToWorkspaces(grant.role) else { return false }
    return tenant.workspaces.contains {
      $0.members?.first(sortedBy: \.person, person) != nil || $0.owner?.value == person
    }
      || stored?.workspaces.contains { $0.roll.members.first(sortedBy: \.person, person) != nil } ?? false
  }

  /// Whether somebody would become owner of record who is not as far as counts as applied.
  func becomesOwner(_ person: Symbol, of workspace: Symbol?) -> Bool {
    guard let declarations else { return false }
    func owner(_ tenant: DesiredTenant?) -> Symbol? { tenant?.owner(of: workspace)?.value }
    return owner(declarations.new) == person && owner(declarations.old) != person
  }
}

/// A declaration that needs no step, as it was judged.
struct SilentDeclaration {
  let step: Step
  /// What is yet to be known before it can be judged.
  var missing: Waiting.Event?
  var refusals: [(rule: RuleName, reason: Reason)] = []
  /// Rules that an override lifted.
  var lifted: Set<RuleName> = []
  var parts: [Part] = []
  var isPassed = false
}

extension TenantPlanner {
  /// Asks the rules about people of declarations that need no step. What `--only` and `--drift-only` leave out is not
  /// judged, and so does not count as applied.
  func judged(_ steps: [Step], _ judge: Judge, _ accountability: Accountability) -> [SilentDeclaration] {
    if steps.isEmpty { return [] }
    let state = initialState
    let order = steps.indices.sorted { precedes(steps[$0], $0, steps[$1], $1) }
    return order.map { steps[$0] }.map { step in
      var result = SilentDeclaration(step: step)
      guard !input.options.driftOnly, isChosen(step.workspace.map(names.text)) else { return result }
      result.missing = accountability.missing(for: step)
      guard result.missing == nil else { return result }
      result.refusals = judge.refusals(of: step, in: state).filter { Part.rules.contains($0.rule) }
      result.lifted = judge.lifted(for: step, in: state).intersection(Part.rules)
      result.isPassed = result.refusals.isEmpty
      result.parts = judge.parts(of: step, refusedBy: Set(result.refusals.map(\.rule)))
      return result
    }
  }

  /// Declarations that give somebody more than counts as applied although nothing is to be done for them: the store has
  /// it already, or it waits or is held. As the steps that would do it, to be judged and not to be done.
  func silent(_ diff: TenantDiff, _ context: RuleContext) -> [Step] {
    guard stored != nil, !authorship.isBeginning else { return [] }
    let known = Set(diff.steps.map(\.entry))
    var result: [Step] = []
    if desired.account == nil { roll(nil, desired.owner, known, context, into: &result) }
    let made = diff.madeWorkspaces
    for workspace in desired.workspaces where workspace.disposition == .declared && !made.contains(workspace.name) {
      roll(workspace.name, workspace.owner, known, context, into: &result)
    }
    return result
  }

  private func roll(
    _ workspace: Symbol?, _ owner: Marked<Symbol>?, _ known: Set<EntryKey>, _ context: RuleContext,
    into result: inout [Step]
  ) {
    let (new, old) = (desired.grants(in: workspace), baseline?.tenant.grants(in: workspace) ?? ListedGrants())
    let top = policy.top(inWorkspace: workspace != nil)
    let maker = maker(of: workspace)
    let list = new.members ?? (owner.map { [DesiredMember(person: $0.value, role: top, mark: $0.mark)] } ?? [])
    for member in list {
      let before = old.members?.first(sortedBy: \.person, member.person)
      // Nearly everybody is declared as before.
      if let before, member.isDeclared(as: before), new.later[member.person] == nil { continue }
      if let maker, maker.person == member.person, Grant(maker) == Grant(member), new.later[member.person] == nil {
        continue
      }
      let entry = EntryKey.member(workspace: workspace, person: member.person)
      guard !known.contains(entry), let gain = context.gain(of: member.person, in: workspace) else { continue }
      let present = Declaration(of: member.person, in: workspace, baseline?.tenant, top: top, at: input.now).grants
        .first
      let change = present.map { Change.changeRole(before: $0, after: gain) } ?? .addMember(gain)
      var step = silent(workspace, member.person, change, member.mark, entry)
      step.later = new.later[member.person]?.map(Grant.init) ?? []
      result.append(step)
    }
    if let owner, owner.value != maker?.person, !known.contains(.owner(workspace)),
      context.becomesOwner(owner.value, of: workspace)
    {
      let change = Change.transferOwnership(from: baseline?.tenant.owner(of: workspace)?.value, swap: nil)
      result.append(silent(workspace, owner.value, change, owner.mark, .owner(workspace)))
    }
  }

  /// Whoever made a workspace by hand that was never declared, and owns it since: declaring what came with it gives them
  /// nothing.
  private func maker(of workspace: Symbol?) -> ActualMember? {
    guard let workspace, baseline?.tenant.workspaces.contains(where: { $0.name == workspace }) != true,
      let made = stored?.workspaces.first(where: { $0.name == workspace }),
      let maker = made.owner.flatMap({ made.roll.members.first(sortedBy: \.person, $0) })
    else { return nil }
    return maker.joined == made.created ? maker : nil
  }

  private func silent(
    _ workspace: Symbol?, _ person: Symbol, _ change: Change, _ mark: Mark, _ entry: EntryKey
  ) -> Step {
    Step(
      workspace: workspace, person: person, change: change, origin: .change, mark: mark, entry: entry,
      phase: .attributes)
  }
}

extension DesiredMember {
  fileprivate func isDeclared(as other: DesiredMember) -> Bool {
    isInForce == other.isInForce && Grant(self).gives(Grant(other))
  }
}
