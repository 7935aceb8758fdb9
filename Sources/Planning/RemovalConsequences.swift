import Model

/// What ends with somebody's removal, and what stays behind: open invitations that they sent by hand, and API keys that
/// they made.
///
/// | removed from    | under `invitations.ofRemoved: cancel`        | under `apiKeys.ofRemoved: revoke`                       |
/// |-----------------|----------------------------------------------|---------------------------------------------------------|
/// | a workspace     | their invitations to it end                  | their keys there, unless their organization role opens it |
/// | an organization | their invitations to it and its workspaces   | their keys in the workspaces that they no longer enter  |
/// | either          | not of people who are declared there         | declared keys too: somebody else makes them anew        |
///
/// A role in the organization that no longer lets its holder into a workspace ends access like a removal: keys go by that.
/// Under `keep` they stay, and whoever plans it is told. Whoever leaves of their own will is not removed: whom
/// they invited may still come.
struct RemovalConsequences {
  /// With the names that workspaces have before the steps.
  let tenant: ActualTenant
  let policy: PolicyView
  let now: Instant
  /// Whether manifests declare the person in a workspace, or in the tenant itself.
  var isDeclared: (_ workspace: Symbol?, _ person: Symbol) -> Bool

  private typealias Place = TenantDiff.RollPlace

  /// What the removals among `steps` bring about, each as a step that depends on its removal.
  func steps(after steps: [Step]) -> [Step] {
    let removals = Removals(steps)
    guard !removals.isEmpty else { return [] }
    var result: [Step] = []
    for (workspace, roll) in rolls(removals) where policy.policy.invitations.ofRemoved == .cancel {
      for (invitation, removal) in invitations(workspace, roll, removals) {
        let place = Place(workspace: workspace, person: invitation.person)
        guard steps[removal].ownWill != .departure, !removals.touched.contains(place) else { continue }
        var step = consequence(of: removal, steps, .cancelInvitation(Grant(invitation)), in: workspace, removals)
        step.person = invitation.person
        result.append(step)
      }
    }
    guard policy.policy.apiKeys.ofRemoved == .revoke else { return result }
    for stored in tenant.workspaces {
      let workspace = removals.name(of: stored)
      for (key, ends) in keys(stored, removals) where !removals.revoked.contains([workspace, key.name]) {
        var step = consequence(of: ends[0], steps, .revokeAPIKey(key.limits), in: workspace, removals)
        step.key = key.name
        step.requires = ends
        result.append(step)
      }
    }
    return result
  }

  private func consequence(
    of removal: Int, _ steps: [Step], _ change: Change, in workspace: Symbol?, _ removals: Removals
  ) -> Step {
    var step = Step(
      workspace: workspace, change: change, origin: steps[removal].origin, mark: steps[removal].mark,
      entry: steps[removal].entry, phase: steps[removal].phase)
    step.requires = [removal]
    step.isConsequence = true
    step.mootAfter = workspace.flatMap { removals.deletions[$0] }
    return step
  }

  /// What somebody leaves behind in a place.
  struct Left: Hashable {
    var workspace: Symbol?
    var person: Symbol
    /// False: only their role in the organization changed.
    var isRemoved = true
    var keys: [Symbol] = []
    /// Whom they invited.
    var invited: [Symbol] = []
  }

  /// What stays of people whom `steps`, all of which are done, remove; in the order of the places.
  func left(by steps: [Step]) -> [Left] {
    let removals = Removals(steps)
    guard !removals.isEmpty else { return [] }
    var found: [Place: Left] = [:]
    var order: [Place] = []
    func note(_ workspace: Symbol?, _ person: Symbol, _ add: (inout Left) -> Void) {
      let place = Place(workspace: workspace, person: person)
      if found[place] == nil { order.append(place) }
      add(&found[place, default: Left(workspace: workspace, person: person)])
    }
    let keepsInvitations = policy.policy.invitations.ofRemoved == .keep
    for (workspace, roll) in rolls(removals) where keepsInvitations && !removals.isDeleted(workspace) {
      for (invitation, _) in invitations(workspace, roll, removals) {
        guard let inviter = invitation.inviter,
          !removals.touched.contains(Place(workspace: workspace, person: invitation.person))
        else { continue }
        note(workspace, inviter) { $0.invited.append(invitation.person) }
      }
    }
    for stored in tenant.workspaces where policy.policy.apiKeys.ofRemoved == .keep {
      let workspace = removals.name(of: stored)
      guard !removals.isDeleted(workspace) else { continue }
      for (key, ends) in keys(stored, removals) where !removals.revoked.contains([workspace, key.name]) {
        guard let creator = key.creator else { continue }
        note(workspace, creator) {
          $0.keys.append(key.name)
          $0.isRemoved = ends.contains { policy.isEnding(steps[$0].change) }
        }
      }
    }
    return order.compactMap { found[$0] }
  }

  private func rolls(_ removals: Removals) -> [(workspace: Symbol?, roll: Roll)] {
    [(nil, tenant.roll)] + tenant.workspaces.map { (removals.name(of: $0), $0.roll) }
  }

  /// Open ones that somebody sent by hand whom a step removes from the place, or from all of the organization.
  private func invitations(_ workspace: Symbol?, _ roll: Roll, _ removals: Removals) -> [(ActualInvitation, Int)] {
    roll.invitations.compactMap { invitation in
      guard let inviter = invitation.inviter, let removal = removals.removal(of: inviter, from: workspace),
        !isDeclared(workspace, invitation.person)
      else { return nil }
      return (invitation, removal)
    }
  }

  /// Those of people whose access to the workspace steps end, with these steps.
  private func keys(_ stored: ActualWorkspace, _ removals: Removals) -> [(ActualAPIKey, ends: [Int])] {
    stored.apiKeys.compactMap { key in
      guard let creator = key.creator else { return nil }
      let ends = ends(of: creator, in: stored, removals)
      return ends.isEmpty ? nil : (key, ends)
    }
  }

  /// The steps that end the person's access to the workspace; none where they keep a way in.
  private func ends(of person: Symbol, in stored: ActualWorkspace, _ removals: Removals) -> [Int] {
    let own = Place(workspace: removals.name(of: stored), person: person)
    let organization = Place(workspace: nil, person: person)
    let change = removals.removed[organization] ?? removals.granted[organization]?.step
    guard removals.removed[own] != nil || change != nil else { return [] }
    let held = stored.roll.members.first(sortedBy: \.person, person).map(Grant.init)
    let carried = tenant.roll.members.first(sortedBy: \.person, person).map(Grant.init)
    if enters(removals.after(held, at: own), removals.after(carried, at: organization)) { return [] }
    guard let removal = removals.removed[own] else {
      let isEnd = removals.removed[organization] != nil || enters(held, carried)
      return isEnd ? change.map { [$0] } ?? [] : []
    }
    // Where the organization's change is refused, its role still lets them in.
    return enters(nil, carried) ? [removal] + (change.map { [$0] } ?? []) : [removal]
  }

  /// Whether a membership of a workspace, with the one of its organization, lets its holder in; a suspension apart.
  private func enters(_ own: Grant?, _ organization: Grant?) -> Bool {
    guard tenant.account == nil else {
      return own.map { InForce.gap($0.expires, carriedBy: nil, at: now) == nil } ?? false
    }
    if let organization, policy.opensWorkspaces(organization.role),
      InForce.gap(organization.expires, carriedBy: nil, at: now) == nil
    {
      return true
    }
    guard let own else { return false }
    let carrier = policy.asksOrganizationFirst ? .some(organization.map(policy.carrier)) : nil as InForce.Carrier??
    return InForce.gap(own.expires, carriedBy: carrier, at: now) == nil
  }

  /// What steps remove, by place, and what else they do there.
  private struct Removals {
    private(set) var removed: [Place: Int] = [:]
    /// What members hold afterwards, where a step changes it.
    private(set) var granted: [Place: (step: Int, grant: Grant)] = [:]
    /// Places and people that some step concerns.
    private(set) var touched: Set<Place> = []
    /// Workspace and name of keys that some step revokes.
    private(set) var revoked: Set<[Symbol]> = []
    private(set) var deletions: [Symbol: Int] = [:]
    private var renamed: [Symbol: Symbol] = [:]

    init(_ all: [Step]) {
      for (index, step) in all.enumerated() {
        if let person = step.person { touched.insert(Place(workspace: step.workspace, person: person)) }
        switch step.change {
        case .removeMember:
          if let person = step.person { removed[Place(workspace: step.workspace, person: person)] = index }
        case .addMember(let grant), .updateMember(_, let grant), .changeRole(_, let grant):
          if let person = step.person { granted[Place(workspace: step.workspace, person: person)] = (index, grant) }
        case .renameWorkspace(let from): if let name = step.workspace { renamed[from] = name }
        case .deleteWorkspace: if let name = step.workspace { deletions[name] = index }
        case .revokeAPIKey: if let name = step.workspace, let key = step.key { revoked.insert([name, key]) }
        case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
          .deleteAccount, .createWorkspace,
          .updateWorkspace, .invite, .updateInvitation, .cancelInvitation, .transferOwnership, .updateAPIKey:
          break
        }
      }
    }

    var isEmpty: Bool { removed.isEmpty && !granted.keys.contains { $0.workspace == nil } }

    /// What is held in the place once the steps are done.
    func after(_ held: Grant?, at place: Place) -> Grant? {
      removed[place] == nil ? granted[place]?.grant ?? held : nil
    }

    func name(of stored: ActualWorkspace) -> Symbol { renamed[stored.name] ?? stored.name }

    func isDeleted(_ workspace: Symbol?) -> Bool { workspace.map { deletions[$0] != nil } ?? false }

    /// From the place itself, else from its organization.
    func removal(of person: Symbol, from workspace: Symbol?) -> Int? {
      removed[Place(workspace: workspace, person: person)] ?? removed[Place(workspace: nil, person: person)]
    }
  }
}

extension DesiredTenant {
  /// Whether it gives the person anything in a workspace, or in the tenant itself.
  func declares(_ person: Symbol, in workspace: Symbol?) -> Bool {
    let list = workspace.map { name in workspaces.first { $0.name == name }?.members } ?? members
    return list?.first(sortedBy: \.person, person)?.isInForce ?? false
  }
}

extension TenantDiff {
  /// Adds what the removals among the steps bring about.
  mutating func endWithRemovals() {
    for step in consequences.steps(after: steps) { add(step) }
  }

  var consequences: RemovalConsequences {
    RemovalConsequences(tenant: actual, policy: policy, now: now) { [desired] in desired.declares($1, in: $0) }
  }

  /// A warning for each place where somebody who is removed by these steps leaves something.
  func warnings(leftBy done: [Step], _ wording: Wording) -> [PlanWarning] {
    consequences.left(by: done).map { left in
      let path = Path(tenant: wording.organization, workspace: left.workspace.map(names.text)).description
      return PlanWarning(code: "removal-leaves", message: wording.words(left), path: path)
    }
  }
}

extension Wording {
  /// «grace@acme.example is removed and leaves behind API key ci and the invitation of linus@acme.example».
  func words(_ left: RemovalConsequences.Left) -> String {
    var parts: [String] = []
    if !left.keys.isEmpty {
      parts.append("API \(left.keys.count == 1 ? "key" : "keys") " + left.keys.map(names.text).joined(separator: ", "))
    }
    if !left.invited.isEmpty {
      let noun = left.invited.count == 1 ? "invitation" : "invitations"
      parts.append("the \(noun) of " + left.invited.map(email).joined(separator: ", "))
    }
    let deed = left.isRemoved ? "is removed" : "no longer has access"
    return "\(email(left.person)) \(deed) and leaves behind \(parts.joined(separator: " and "))"
  }
}
