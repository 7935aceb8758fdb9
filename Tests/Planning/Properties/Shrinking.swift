import Model

extension Case {
  /// The smallest case found that still fails in the same way: one thing after the other is left out if that changes
  /// nothing about the failure, until nothing can be.
  func shrunk(to kind: String, tries: Int = 3000) -> Case {
    var smallest = self
    var left = tries
    var isSmaller = true
    let isShort = fails(with: kind, isShort: true)
    while isSmaller {
      isSmaller = false
      var next = 0
      var candidates = smallest.smaller
      while next < candidates.count, left > 0 {
        let candidate = candidates[next]
        guard candidate != smallest else {
          next += 1
          continue
        }
        left -= 1
        if candidate.fails(with: kind, isShort: isShort) {
          smallest = candidate
          candidates = smallest.smaller
          isSmaller = true
        } else {
          next += 1
        }
      }
    }
    return smallest
  }

  private func fails(with kind: String, isShort: Bool) -> Bool {
    check(isShort: isShort)?.failures.contains { $0.kind == kind } == true
  }

  private func with(_ change: (inout Case) -> Void) -> Case {
    var result = self
    change(&result)
    return result
  }

  /// Every case with one thing less, the largest things first.
  private var smaller: [Case] {
    var result: [Case] = []
    result.append(with { $0.applied = nil })
    result.append(with { $0.applied = $0.next })
    if let applied {
      result.append(with { $0.next.law = applied.law })
      result.append(with { $0.applied?.law = $0.next.law })
      result.append(with { $0.next.ownLaws = applied.ownLaws })
    }
    for name in world.tenants.keys.sorted() where name.first != "~" {
      result.append(
        with {
          $0.world.tenants[name] = nil
          $0.next.organizations[name] = nil
          $0.applied?.organizations[name] = nil
        })
    }
    for name in world.tenants.keys.sorted() {
      for title in (world.tenants[name]?.workspaces ?? [:]).keys.sorted() {
        result.append(
          with {
            $0.world.tenants[name]?.workspaces[title] = nil
            $0.next.organizations[name]?.workspaces?[title] = nil
            $0.applied?.organizations[name]?.workspaces?[title] = nil
          })
      }
    }
    for email in Set(world.accounts.keys).union(next.accounts.keys).sorted() {
      result.append(
        with {
          $0.world.remove(email)
          $0.next.remove(email)
          $0.applied?.remove(email)
        })
      result.append(with { $0.world.accounts[email]?.isSuspended = false })
    }
    for world in world.smaller { result.append(with { $0.world = world }) }
    for commit in next.smaller { result.append(with { $0.next = commit }) }
    for commit in applied?.smaller ?? [] { result.append(with { $0.applied = commit }) }
    result.append(with { $0.permits = Deed.Permits(allowDeletion: true, allowMove: true, actor: nil) })
    return result
  }
}

extension World {
  fileprivate mutating func remove(_ email: String) {
    accounts[email] = nil
    tenants["~" + email] = nil
    for (name, tenant) in tenants {
      tenants[name]?.roll.remove(email)
      if tenant.owner == email { tenants[name]?.owner = nil }
      for (title, workspace) in tenant.workspaces {
        tenants[name]?.workspaces[title]?.roll.remove(email)
        if workspace.owner == email { tenants[name]?.workspaces[title]?.owner = nil }
      }
    }
  }

  fileprivate var smaller: [World] {
    var result: [World] = []
    func with(_ change: (inout World) -> Void) {
      var world = self
      change(&world)
      result.append(world)
    }
    for (name, tenant) in tenants.inOrder {
      if name.first != "~" { with { $0.tenants[name] = nil } }
      for title in tenant.workspaces.keys.sorted() { with { $0.tenants[name]?.workspaces[title] = nil } }
      with { $0.tenants[name]?.owner = nil }
      with { $0.tenants[name]?.subscription = nil }
      for roll in tenant.roll.smaller { with { $0.tenants[name]?.roll = roll } }
      for (title, workspace) in tenant.workspaces.inOrder {
        with { $0.tenants[name]?.workspaces[title]?.owner = nil }
        with { $0.tenants[name]?.workspaces[title]?.subscription = nil }
        with { $0.tenants[name]?.workspaces[title]?.displayName = nil }
        with { $0.tenants[name]?.workspaces[title]?.keys = [:] }
        for roll in workspace.roll.smaller { with { $0.tenants[name]?.workspaces[title]?.roll = roll } }
      }
    }
    return result
  }
}

extension World.Roll {
  fileprivate mutating func remove(_ email: String) {
    members[email] = nil
    invitations[email] = nil
    departures[email] = nil
  }

  fileprivate var smaller: [World.Roll] {
    var result: [World.Roll] = []
    func with(_ change: (inout World.Roll) -> Void) {
      var roll = self
      change(&roll)
      result.append(roll)
    }
    for email in Set(members.keys).union(invitations.keys).union(departures.keys).sorted() {
      with { $0.remove(email) }
      with { $0.members[email]?.expires = nil }
      with { $0.members[email]?.protect = false }
      with { $0.invitations[email]?.lapses = nil }
      with { $0.invitations[email]?.sends = 1 }
    }
    return result
  }
}
