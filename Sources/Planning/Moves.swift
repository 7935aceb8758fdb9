import Model

/// The stored state as it will be once accounts have moved to their new emails.
extension ActualTenant {
  /// `moved`: former email → present one.
  func moving(_ moved: [Symbol: Symbol], names: NameTable) -> ActualTenant {
    var result = self
    if let account, let new = moved[account] {
      result.account = new
      result.name = "~" + names.text(new)
    }
    result.owner = owner.map { moved[$0] ?? $0 }
    result.roll = roll.moving(moved)
    for index in result.workspaces.indices {
      result.workspaces[index].owner = workspaces[index].owner.map { moved[$0] ?? $0 }
      result.workspaces[index].roll = workspaces[index].roll.moving(moved)
      for key in workspaces[index].apiKeys.indices {
        result.workspaces[index].apiKeys[key].creator = workspaces[index].apiKeys[key].creator.map { moved[$0] ?? $0 }
      }
    }
    return result
  }
}

extension Roll {
  fileprivate func moving(_ moved: [Symbol: Symbol]) -> Roll {
    var result = self
    for index in members.indices {
      result.members[index].person = moved[members[index].person] ?? members[index].person
    }
    for index in invitations.indices {
      result.invitations[index].person = moved[invitations[index].person] ?? invitations[index].person
      result.invitations[index].inviter = invitations[index].inviter.map { moved[$0] ?? $0 }
    }
    for index in departures.indices {
      result.departures[index].person = moved[departures[index].person] ?? departures[index].person
    }
    result.members.sort { $0.person < $1.person }
    result.invitations.sort { $0.person < $1.person }
    result.departures.sort { $0.person < $1.person }
    return result
  }
}
