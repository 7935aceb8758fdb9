import Model

/// What a commit gives one person in one place at an instant.
struct Grant: Hashable {
  var role: String
  /// The first instant without access; nil: none.
  var end: Instant?
  var protect = false
}

extension Declared {
  /// Who is in the list then, by email: an own entry that is in force wins over groups, among groups the higher role,
  /// then the later end; `owner` implies the top role. Nil: the list is not managed.
  ///
  /// - Parameter workspace: nil for the organization itself.
  func grants(_ organization: String, _ workspace: String?, at now: Instant) -> [String: Grant]? {
    guard let tenant = organizations[organization] else { return nil }
    let preset = preset(of: organization)
    guard let workspace else {
      return grants(tenant.members, tenant.owner, tenant.groups, preset.organization, now)
    }
    guard let place = tenant.workspaces?[workspace], place.state == .declared else { return nil }
    return grants(place.members, owner(of: workspace, in: organization, at: now), tenant.groups, preset.workspace, now)
  }

  /// Whom a workspace has as its owner of record: where one is needed and nobody is declared to be it, the organization's.
  func owner(of workspace: String, in organization: String, at now: Instant) -> String? {
    guard let tenant = organizations[organization], let place = tenant.workspaces?[workspace] else { return nil }
    let preset = preset(of: organization)
    guard place.owner == nil, preset.needsOwners, let members = place.members,
      !members.values.contains(where: { $0.role == preset.workspace[0] && $0.isInForce(at: now) })
    else { return place.owner }
    return tenant.owner
  }

  /// What is implied by `owner` alone, where the list itself is not managed.
  func impliedOwner(_ organization: String, _ workspace: String?) -> String? {
    guard let tenant = organizations[organization] else { return nil }
    guard let workspace else { return tenant.owner }
    return tenant.workspaces?[workspace]?.owner
  }

  private func grants(
    _ list: [String: Entry]?, _ owner: String?, _ own: [String: [String]], _ roles: [String], _ now: Instant
  ) -> [String: Grant]? {
    guard let list else { return nil }
    var result: [String: Grant] = [:]
    for (name, entry) in list.inOrder where !name.contains("@") && entry.isInForce(at: now) {
      for person in own[name] ?? groups[name] ?? [] {
        let grant = entry.grant
        guard let other = result[person] else {
          result[person] = grant
          continue
        }
        let (mine, theirs) = (roles.firstIndex(of: grant.role) ?? .max, roles.firstIndex(of: other.role) ?? .max)
        if mine < theirs || (mine == theirs && grant.lasts(beyond: other)) { result[person] = grant }
      }
    }
    for (name, entry) in list where name.contains("@") && entry.isInForce(at: now) { result[name] = entry.grant }
    if let owner, list[owner].map({ !$0.isInForce(at: now) }) ?? true {
      result[owner] = Grant(role: roles[0])
    }
    return result
  }
}

extension Declared.Entry {
  func isInForce(at now: Instant) -> Bool { lastDay.map { now < Day.end($0) } ?? true }
  var grant: Grant { Grant(role: role, end: lastDay.map(Day.end), protect: protect) }
}

extension Grant {
  func lasts(beyond other: Grant) -> Bool {
    guard let theirs = other.end else { return false }
    return end.map { theirs < $0 } ?? true
  }
}
