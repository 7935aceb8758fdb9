/// Commands by hand, of things that are there.
extension Driver {
  mutating func command(_ stored: Stored) -> Step? {
    switch chance.number(0..<100) {
    case 0..<35: answer(stored)
    case 35..<80: changeList(stored)
    case 80..<88: changeKey(stored)
    case 88..<94: changePlace(stored)
    default: changePerson(stored)
    }
  }

  private mutating func answer(_ stored: Stored) -> Step? {
    var open: [(path: String, email: String)] = []
    for (name, tenant) in stored.tenants.inOrder where tenant.account == nil {
      open += tenant.list.invitations.keys.sorted().map { (name, $0) }
      for workspace in tenant.workspaces {
        open += workspace.list.invitations.keys.sorted().map { ("\(name)/\(workspace.name)", $0) }
      }
    }
    guard let (path, email) = chance.any(open) else { return nil }
    if stored.account(email) == nil { return .command(.signUp(email), actor: nil) }
    return .command(chance.percent(85) ? .accept(path, by: email) : .decline(path, by: email), actor: nil)
  }

  private mutating func place(_ stored: Stored) -> (path: String, list: Stored.List, isWorkspace: Bool)? {
    var places: [(path: String, list: Stored.List, isWorkspace: Bool)] = []
    for (name, tenant) in stored.tenants.inOrder where tenant.account == nil {
      places.append((name, tenant.list, false))
      places += tenant.workspaces.map { ("\(name)/\($0.name)", $0.list, true) }
    }
    return chance.any(places)
  }

  private mutating func actor() -> String? {
    switch chance.number(0..<10) {
    case 0..<4: nil
    case 4..<7: Self.boss
    default: person()
    }
  }

  private mutating func changeList(_ stored: Stored) -> Step? {
    guard let place = place(stored) else { return nil }
    let organization = String(place.path.prefix { $0 != "/" })
    let preset = head.preset(of: organization)
    let role = chance.one(preset.roles(inWorkspace: place.isWorkspace))
    let inside = place.list.members.keys.sorted().compactMap { stored.people[$0]?.email }
    let email = chance.any(inside) ?? Self.boss
    switch chance.number(0..<8) {
    case 0: return .command(.add(place.path, person(), role: role), actor: actor())
    case 1: return .command(.invite(place.path, person(), role: role), actor: actor())
    case 2, 3: return .command(.setRole(place.path, email, role: role), actor: actor())
    case 4: return .command(.remove(place.path, email), actor: actor())
    case 5: return .command(.leave(place.path, by: email), actor: nil)
    case 6: return .command(.transfer(place.path, to: email), actor: actor())
    default:
      let open = place.list.invitations.keys.sorted()
      return chance.any(open).map { .command(.cancel(place.path, $0), actor: actor()) }
    }
  }

  private mutating func changeKey(_ stored: Stored) -> Step? {
    guard let place = place(stored), place.isWorkspace else { return nil }
    let inside = place.list.members.keys.sorted().compactMap { stored.people[$0]?.email }
    let key = chance.one(["k1", "k2", "k3"])
    return .command(
      chance.percent(80) ? .createKey(place.path, key) : .revokeKey(place.path, key), actor: chance.any(inside))
  }

  private mutating func changePlace(_ stored: Stored) -> Step? {
    let organization = chance.one(Self.organizations)
    switch chance.number(0..<6) {
    case 0, 1: return .command(.createWorkspace("\(organization)/\(chance.one(Self.names))"), actor: actor())
    case 2: return .command(.deleteWorkspace("\(organization)/\(chance.one(Self.names))"), actor: nil)
    case 3: return .command(.suspendOrganization(organization), actor: nil)
    default: return .command(.resumeOrganization(organization), actor: nil)
    }
  }

  private mutating func changePerson(_ stored: Stored) -> Step? {
    let email = person()
    switch chance.number(0..<8) {
    case 0, 1: return .command(.suspend(email), actor: nil)
    case 2, 3, 4:
      let stopped = stored.people.filter(\.value.isSuspended).sorted { $0.key < $1.key }.map(\.value.email)
      return chance.any(stopped).map { .command(.resume($0), actor: nil) }
    case 5:
      guard manner.moves, stored.account(email) != nil else { return nil }
      moved += 1
      let new = email.prefix { $0 != "@" && $0 != "-" } + "-\(moved)@x.example"
      if let place = people.firstIndex(of: email) { people[place] = String(new) }
      // Mostly the next commit says the new email; else it is told to.
      if chance.percent(80) { head.replace(email, with: String(new)) }
      return .command(.move(email, to: String(new)), actor: nil)
    default: return .command(.signUp(email), actor: nil)
    }
  }
}
