import Model

/// What there is to say of renames: forgotten ones, those that do nothing, and names that another workspace takes over.
extension TenantDiff {
  /// The workspace that the plan makes and that may be a dropped one under a new name: the one that shares the most people
  /// with it, else the first in byte order.
  func perhapsRenamed(_ dropped: ActualWorkspace) -> Symbol? {
    let people = Set(dropped.roll.members.map(\.person) + dropped.roll.invitations.map(\.person))
    let made = madeWorkspaces
    let candidates = desired.workspaces.filter { made.contains($0.name) && baseline?.workspace($0.name) == nil }
    func shared(_ workspace: DesiredWorkspace) -> Int {
      (workspace.members ?? []).count { people.contains($0.person) }
    }
    // `max` takes the last of equals.
    return candidates.reversed().max { shared($0) < shared($1) }?.name
  }

  mutating func warnPerhapsRenamed(_ old: Symbol, _ new: Symbol) {
    let (path, former) = (self.path(new), names.text(old))
    warnings.append(
      PlanWarning(
        code: "perhaps-renamed",
        message: "\(path) is new, and \(self.path(old)) is not declared any more: if they are one workspace, write "
          + "`renamedFrom: \(former)`, which keeps its people, keys and content; without it \(path) begins empty",
        path: path))
  }

  /// A `renamedFrom` that moves nothing, with the reason. One that was applied before says nothing.
  mutating func warnWithoutEffect(_ name: Symbol, _ from: Symbol, isNew: Bool) {
    let ids = actual.workspaceIDs
    guard !self.isNew, let why = reason(name, from, isNew: isNew, ids) else { return }
    let path = self.path(name)
    warnings.append(
      PlanWarning(
        code: "rename-without-effect", message: "`renamedFrom: \(names.text(from))` of \(path) does nothing: \(why)",
        path: path))
  }

  /// A workspace that the plan makes under a name that it takes from another one.
  mutating func warnTakenOver(_ name: Symbol) {
    guard let new = renames.first(where: { $0.value == name })?.key else { return }
    let path = self.path(name)
    warnings.append(
      PlanWarning(
        code: "name-taken-over",
        message: "\(path) is a new workspace: the one of this name so far becomes \(self.path(new)), with its people, "
          + "keys and content; whoever goes by the name reaches the new one, which begins empty",
        path: path))
  }

  private func reason(_ name: Symbol, _ from: Symbol, isNew: Bool, _ ids: [Symbol: Int64]) -> String? {
    guard let old = ids[from] else {
      return isNew ? "there is no workspace \(path(from))" : nil
    }
    let known = baseline?.renames[.init(name: name, from: from)]
    if let known, known != old {
      return isNew ? "it was planned before, and \(path(from)) is another workspace than it was about" : nil
    }
    return isNew
      ? nil
      : "\(path(name)) is there already, and everything in \(path(from)) stays there; a rename needs a name that no "
        + "workspace has"
  }

  private func path(_ workspace: Symbol) -> String {
    Path(tenant: desired.name, workspace: names.text(workspace)).description
  }
}
