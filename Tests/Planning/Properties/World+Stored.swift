import Model

extension World {
  /// As a store would give it to the planner.
  func state(_ names: inout NameTable) -> ActualState {
    var ids = Int64(1000)
    func id() -> Int64 {
      ids += 1
      return ids
    }
    var directory = AccountDirectory()
    for (email, account) in accounts.inOrder {
      let symbol = names.intern(email)
      directory.put(
        AccountRecord(
          id: id(), person: symbol, email: symbol, displayName: account.displayName,
          suspended: account.isSuspended ? now : nil, created: now))
    }
    let stored = tenants.inOrder.map { name, tenant in
      ActualTenant(
        id: id(), name: name, account: name.first == "~" ? names.intern(String(name.dropFirst())) : nil,
        displayName: tenant.displayName, owner: tenant.owner.map { names.intern($0) },
        subscription: tenant.subscription.map { names.intern($0) }, serial: 1, roll: roll(tenant.roll, &names),
        workspaces: tenant.workspaces.inOrder.map { title, workspace in
          ActualWorkspace(
            id: Int64(workspace.id), name: names.intern(title), kind: WorkspaceKind(rawValue: workspace.kind)!,
            displayName: workspace.displayName, owner: workspace.owner.map { names.intern($0) },
            subscription: workspace.subscription.map { names.intern($0) }, created: now,
            roll: roll(workspace.roll, &names),
            apiKeys: workspace.keys.inOrder.map { key, limits in
              ActualAPIKey(
                name: names.intern(key), limits: APIKeyLimits(monthly: limits.monthly, daily: limits.daily),
                creator: nil, created: now)
            })
        })
    }
    return ActualState(tenants: stored, accounts: directory)
  }

  private func roll(_ roll: Roll, _ names: inout NameTable) -> Model.Roll {
    var result = Model.Roll()
    result.members = roll.members.inOrder.map { email, member in
      ActualMember(
        person: names.intern(email), role: names.intern(member.role), expires: member.expires, protect: member.protect,
        joined: now)
    }
    result.invitations = roll.invitations.inOrder.map { email, invitation in
      ActualInvitation(
        person: names.intern(email), email: names.intern(email), role: names.intern(invitation.role),
        expires: invitation.expires, protect: invitation.protect, created: now, lapses: invitation.lapses,
        sends: invitation.sends)
    }
    result.departures = roll.departures.inOrder.map { email, departure in
      Model.Departure(
        person: names.intern(email), reason: Model.Departure.Reason(rawValue: departure.reason)!, since: departure.since
      )
    }
    result.members.sort { $0.person < $1.person }
    result.invitations.sort { $0.person < $1.person }
    result.departures.sort { $0.person < $1.person }
    return result
  }

  /// In the words of ``Scenario/stored``, so that a failure becomes a test row.
  var text: String {
    var lines: [String] = []
    for (name, tenant) in tenants.inOrder {
      // An account's own tenant without a workspace says nothing.
      if name.first == "~", tenant.workspaces.isEmpty { continue }
      lines.append(line(name, kind: nil, tenant.displayName, tenant.owner, tenant.subscription))
      lines += World.lines(tenant.roll)
      for (title, workspace) in tenant.workspaces.inOrder {
        lines.append(
          line(
            "\(name)/\(title)", kind: workspace.kind, workspace.displayName, workspace.owner, workspace.subscription))
        lines += World.lines(workspace.roll)
        lines += workspace.keys.inOrder.map { "  key \($0)" + ($1.monthly.map { " monthly=\($0)" } ?? "") }
      }
    }
    lines += accounts.inOrder.filter(\.value.isSuspended).map { "! \($0.key)" }
    return lines.joined(separator: "\n")
  }

  private func line(_ path: String, kind: String?, _ name: String?, _ owner: String?, _ subscription: String?) -> String
  {
    var words = [path]
    if let kind, kind != "standard" { words.append(kind) }
    if let name { words.append("name=\(name)") }
    if let owner { words.append("owner=\(owner)") }
    if let subscription { words.append("subscription=\(subscription)") }
    return words.joined(separator: " ")
  }

  private static func lines(_ roll: Roll) -> [String] {
    roll.members.inOrder.map { email, member in
      "  \(email) \(member.role)" + (member.expires.map { " until=\($0)" } ?? "") + (member.protect ? " protect" : "")
    }
      + roll.invitations.inOrder.map { email, invitation in
        "  ? \(email) \(invitation.role)" + (invitation.lapses.map { " lapses=\($0)" } ?? "")
          + (invitation.sends == 1 ? "" : " sends=\(invitation.sends)")
      }
      + roll.departures.inOrder.map { "  < \($0) \($1.reason) \($1.since)" }
  }
}
