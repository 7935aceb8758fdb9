import Model

/// Workspaces as the entries of a `workspaces:` mapping.
struct WorkspaceExport {
  let input: StateExport.Input
  let policy: Policy
  let baseline: DesiredTenant?

  func write(_ workspaces: [ActualWorkspace], to lines: inout YAMLLines) {
    guard !workspaces.isEmpty else { return }
    let sorted = workspaces.sorted { input.names.precedes($0.name, $1.name) }
    lines.line(0, "workspaces:")
    for workspace in sorted { write(workspace, to: &lines) }
  }

  private func write(_ workspace: ActualWorkspace, to lines: inout YAMLLines) {
    let rolls = RollExport(input: input)
    let declared = declaration(workspace.name)
    var value = YAMLLines()
    value.displayName(2, workspace.displayName)
    value.entry(
      2, "owner",
      ifThere: rolls.owner(workspace.owner, in: workspace.roll, top: policy.topRole(.workspace)?.name))
    value.subscription(2, workspace.subscription.map(input.names.text), policy)
    if let declared, declared.management != baseline?.management ?? .authoritative {
      value.entry(2, "management", declared.management.rawValue)
    }
    rolls.write(workspace.roll, of: .workspace, under: policy, depth: 2, to: &value)
    if let keys = declared?.apiKeys { write(keys, workspace, to: &value) }
    lines.entry(1, input.names.text(workspace.name), value)
  }

  /// Which keys may exist, made or not, with the limits that they have.
  private func write(_ declared: [DesiredAPIKey], _ workspace: ActualWorkspace, to lines: inout YAMLLines) {
    var limits: [String: APIKeyLimits] = [:]
    for key in declared { limits[input.names.text(key.name)] = key.limits }
    for key in workspace.apiKeys { limits[input.names.text(key.name)] = key.limits }
    guard !limits.isEmpty else { return lines.line(2, "apiKeys: {}") }
    lines.line(2, "apiKeys:")
    for name in limits.keys.inByteOrder() {
      let parts = [
        limits[name]?.monthly.map { "monthlyLimit: \($0)" }, limits[name]?.daily.map { "dailyRateLimit: \($0)" },
      ].compactMap(\.self)
      lines.line(3, YAMLScalar.text(name) + ": {" + parts.joined(separator: ", ") + "}")
    }
  }

  func declaration(_ name: Symbol) -> DesiredWorkspace? {
    baseline?.workspaces.first { $0.name == name && $0.disposition == .declared }
  }

  /// As sign-up or the organization's creation left it: nothing to say about it.
  func isPlain(_ workspace: ActualWorkspace, owner: Symbol?) -> Bool {
    guard declaration(workspace.name) == nil, workspace.displayName ?? "" == "", workspace.roll.invitations.isEmpty,
      workspace.owner == nil || workspace.owner == owner
    else { return false }
    if let subscription = workspace.subscription, input.names.text(subscription) != policy.defaultSubscription {
      return false
    }
    guard let member = workspace.roll.members.first else { return true }
    return workspace.roll.members.count == 1 && member.person == owner && member.expires == nil && !member.protect
      && input.names.text(member.role) == policy.topRole(.workspace)?.name
  }
}
