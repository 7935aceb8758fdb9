import Model

/// Leaving management (SPEC section 6): judged before everything else, since it tells who is managed in the rest.
///
/// | the manifests no longer                            | step                                                          |
/// |----------------------------------------------------|---------------------------------------------------------------|
/// | say `management: authoritative`, have `members`,   | one for the organization; workspaces that follow its           |
/// | `workspaces`                                       | `management` are in it                                        |
/// | manage a workspace whole, or have its `members` or | one for the workspace                                         |
/// | `apiKeys`; or release it                           |                                                               |
/// | have a document of the organization                | one for all of it                                             |
///
/// While one is withheld, the older management holds.
extension TenantPlanner {
  /// What becomes of each place that leaves management.
  func leavings() -> [PolicyVerdict] {
    guard stored != nil, let older = baseline?.tenant else { return [] }
    let followers = desired.workspaces.map(\.name).filter { isFollowing($0, older) }
    var result: [PolicyVerdict] = []
    if let before = older.managed(nil), let after = desired.managed(nil) {
      let flips = before.management == .authoritative && after.management == .additive
      if before.leaves(after) || (flips && !followers.isEmpty) {
        let places = [nil] + (flips ? followers.map(Optional.some) : [])
        result.append(verdict(ManagementEdit(before: before, after: after, places: places), nil, desired.mark))
      }
    }
    let covered = result.isEmpty ? [] : Set(followers)
    for workspace in desired.workspaces where !covered.contains(workspace.name) {
      guard let before = older.managed(workspace.name), let after = workspace.managed, before.leaves(after) else {
        continue
      }
      let edit = ManagementEdit(before: before, after: after, places: [workspace.name])
      result.append(verdict(edit, workspace.name, workspace.mark))
    }
    return result
  }

  /// Whether nothing of the workspace's own leaves management, but what its organization's `management` says.
  private func isFollowing(_ workspace: Symbol, _ older: DesiredTenant) -> Bool {
    guard var before = older.managed(workspace), let after = desired.managed(workspace),
      before.management == .authoritative, after.management == .additive, older.management == .authoritative,
      desired.management == .additive, before.leaves(after)
    else { return false }
    before.management = .additive
    return !before.leaves(after)
  }

  private func verdict(_ edit: ManagementEdit, _ workspace: Symbol?, _ mark: Mark) -> PolicyVerdict {
    var step = Step(
      workspace: workspace, change: .updateManagement(edit), origin: .change, mark: mark,
      entry: .management(workspace), phase: .management)
    step.alsoBy = edit.places.filter { $0 != workspace }.map { .management($0) }
    let origins = WorkspaceOrigins(former: renames)
    var contexts = [context(policy, origins)]
    if let appliedPolicy, appliedPolicy.canonical != policy.canonical {
      contexts.append(context(appliedPolicy, origins))
    }
    let options = input.options
    return PolicyVerdict(
      step, contexts, options.overrides, isChosen: !options.driftOnly && isChosen(workspace.map(names.text)))
  }

  /// With the older management wherever leaving it is withheld.
  func keeping(_ leavings: [PolicyVerdict]) -> TenantPlanner {
    guard leavings.contains(where: { $0.hold != nil }), let older = baseline?.tenant.ended(at: input.now) else {
      return self
    }
    var result = self
    for leaving in leavings where leaving.hold != nil {
      guard case .updateManagement(let edit) = leaving.step.change else { continue }
      for place in edit.places { result.desired.keepManagement(of: place, from: older) }
    }
    return result
  }

  /// The plan of an organization that has no document any more: it is let go, or goes on as it was declared.
  func planDropped() -> TenantPlan? {
    guard let stored, let baseline, let before = baseline.tenant.managed(nil),
      baseline.tenant.isManaging,
      input.options.only.isEmpty || input.options.only.contains(where: { $0.tenant == stored.name })
    else { return nil }
    let after = Managed(isDeclared: false, management: .additive, members: false, workspaces: false)
    let places = [nil] + baseline.tenant.workspaces.filter { $0.disposition == .declared }.map { Optional($0.name) }
    let verdict = verdict(ManagementEdit(before: before, after: after, places: places), nil, .none)
    guard verdict.hold == nil else {
      var planner = self
      planner.desired = baseline.tenant.ended(at: input.now)
      planner.desired.policy = policy.inForce
      return planner.plan(early: [verdict])
    }
    let wording = wording
    var result = TenantPlan(name: desired.name, organization: wording.organization, policy: policy.inForce)
    result.take([verdict], atomic: [], wording)
    result.baseline = Baseline(tenant: desired)
    return result
  }
}

extension DesiredTenant {
  /// Whether anything of it is declared.
  var isManaging: Bool {
    members != nil || managesWorkspaces || !workspaces.isEmpty || owner != nil || displayName != nil
      || subscription != nil
  }
}
