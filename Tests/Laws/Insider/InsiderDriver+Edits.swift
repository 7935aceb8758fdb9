/// What is written into manifests.
extension InsiderDriver {
  private func places(_ tree: Declared) -> [String] { Outlook.places(tree) }

  private mutating func workspace(_ tree: Declared) -> String {
    chance.any(places(tree).filter { $0.contains("/") }) ?? "acme/ml"
  }

  /// The insider, or whom they let in.
  private mutating func somebody() -> String {
    chance.percent(setting.asksActors ? 60 : 85) ? People.mallory : People.eve
  }

  private mutating func role(in place: String) -> String {
    chance.one(
      place.contains("/")
        ? ["admin", "admin", "developer", "viewer"] : ["super-admin", "super-admin", "billing-admin", "member"])
  }

  private func top(_ place: String) -> String { place.contains("/") ? "admin" : "super-admin" }
  private func low(_ place: String) -> String { place.contains("/") ? "viewer" : "member" }
  private func day(_ life: InsiderLife) -> Int { Day.of(life.engine.now.instant) }

  // MARK: The insider's

  mutating func attack(_ tree: Declared, _ life: InsiderLife) -> [Edit] {
    var edits: [Edit] = []
    for _ in 0..<chance.one([1, 1, 1, 2, 3]) { edits += oneAttack(tree, life) }
    return edits
  }

  private mutating func oneAttack(_ tree: Declared, _ life: InsiderLife) -> [Edit] {
    let place = chance.any(places(tree)) ?? People.acme
    let who = somebody()
    switch chance.number(0..<100) {
    case 0..<20: return raise(who, place, life)
    case 20..<34: return throughGroups(who, place, life)
    case 34..<40: return [.entry(place, who, chance.percent(50) ? nil : .init(role: role(in: place)))]
    case 40..<47: return ownership(who, place)
    case 47..<57: return management(tree, place)
    case 57..<66: return names(who, tree)
    case 66..<76: return policies(who)
    case 76..<81: return accounts()
    case 81..<85: return [.entry(place, who, .init(role: low(place), protect: true))]
    case 85..<92: return removals(tree)
    case 92..<95:
      return [.founded(People.beta, owner: chance.one([People.ada, who]), members: [who: .init(role: "super-admin")])]
    default: return [.displayName(place, chance.one(["X", "Y"]))]
    }
  }

  private mutating func raise(_ who: String, _ place: String, _ life: InsiderLife) -> [Edit] {
    var entry = Declared.Entry(role: role(in: place))
    if chance.percent(25) { entry.lastDay = day(life) + chance.number(0..<9) }
    let admission: [Edit] =
      who == People.eve && place.contains("/")
      ? [.entry(Declared.parts(place).organization, who, .init(role: "member"))] : []
    return admission + [.entry(place, who, entry)]
  }

  mutating func throughGroups(_ who: String, _ place: String, _ life: InsiderLife) -> [Edit] {
    let organization = Declared.parts(place).organization
    let join: Edit = .group(organization, "gang", person: who, isIn: true)
    switch chance.number(0..<4) {
    case 0: return uncovering(who, place, life)
    case 1: return [join, .entry(place, "gang", .init(role: role(in: place)))]
    case 2: return [.group(People.acme, "crew", person: who, isIn: true), .entry("acme/ml", who, nil)]
    default: return [.group("", "sre", person: who, isIn: true), .entry("acme/web", "sre", .init(role: "admin"))]
    }
  }

  /// An own entry wins over the group's as long as it lasts.
  mutating func uncovering(_ who: String, _ place: String, _ life: InsiderLife) -> [Edit] {
    let own = Declared.Entry(role: low(place), lastDay: day(life) + chance.number(0..<4))
    return [
      .group(Declared.parts(place).organization, "gang", person: who, isIn: true),
      .entry(place, "gang", .init(role: top(place))), .entry(place, who, own),
    ]
  }

  private mutating func ownership(_ who: String, _ place: String) -> [Edit] {
    switch chance.number(0..<3) {
    case 0: [.list(place, isManaged: false), .owner(place, who)]
    case 1: [.owner(place, who), .entry(place, who, .init(role: top(place)))]
    default: [.owner(place, who)]
    }
  }

  private mutating func management(_ tree: Declared, _ place: String) -> [Edit] {
    let workspace = workspace(tree)
    return switch chance.number(0..<8) {
    case 0: [.additive(place, true)]
    case 1: [.list(place, isManaged: false)]
    case 2: [.state(workspace, .released)]
    case 3: [.dropped(workspace)]
    case 4: [.dropped(Declared.parts(place).organization)]
    case 5: [.keys(workspace, isManaged: chance.percent(50))]
    case 6: [.additive(place, false)]
    default: [.list(place, isManaged: true)]
    }
  }

  private mutating func names(_ who: String, _ tree: Declared) -> [Edit] {
    let place = workspace(tree)
    let (organization, _) = Declared.parts(place)
    made += 1
    let new = "n\(made)"
    return switch chance.number(0..<5) {
    case 0: [.renamed(place, to: new), .entry("\(organization)/\(new)", who, .init(role: "admin"))]
    case 1: [.made("\(organization)/\(new)", identity: made, members: [who: .init(role: "admin")])]
    case 2:
      [
        .dropped(place), .made("\(organization)/\(new)", identity: made, members: [who: .init(role: "admin")]),
        .claims("\(organization)/\(new)", from: Declared.parts(place).workspace ?? ""),
      ]
    case 3:
      [.claims(place, from: Declared.parts(workspace(tree)).workspace ?? ""), .entry(place, who, .init(role: "admin"))]
    default: [.state(place, .removed)]
    }
  }

  mutating func policies(_ who: String) -> [Edit] {
    let scope = chance.percent(60) ? nil : chance.one([People.acme, People.hooli])
    let edit: Edit.PolicyEdit
    switch chance.number(0..<10) {
    case 0..<3: edit = .operators([who])
    case 3: edit = .rule("no-self-change", "off")
    case 4: edit = setting.asksActors ? .rule("actor-allowed", "off") : .operators([who])
    case 5: edit = setting.isAttested ? .identity("commit") : .rule("no-self-change", "off")
    case 6: edit = .rank("organization.member", 99)
    case 7: edit = .permissions("organization.member", ["members.view", "organization.members"])
    case 8: edit = setting.asksActors ? .rank("workspace.viewer", 99) : .permissions("organization.member", ["all"])
    default: edit = setting.asksActors ? .permissions("workspace.viewer", ["members.view", "members.invite"]) : .gone
    }
    return [.policy(scope, edit)]
  }

  mutating func accounts() -> [Edit] {
    [
      chance.one([
        .account(People.ada, formerly: [People.eve]), .account(People.ada, formerly: [People.mallory]),
        .account(People.mallory, formerly: [People.ada]), .account(People.eve, formerly: [People.bob]),
      ])
    ]
  }

  private mutating func removals(_ tree: Declared) -> [Edit] {
    switch chance.number(0..<4) {
    case 0: (1...6).map { .entry(People.acme, "p\($0)@x.example", nil) }
    case 1: [.entry(People.acme, People.bob, nil), .entry(People.hooli, People.bob, nil)]
    case 2: [.entry(People.acme, People.ada, .init(role: "member")), .owner(People.acme, nil)]
    default: [.entry(People.acme, chance.one(People.bystanders), nil)]
    }
  }

  // MARK: Others'

  mutating func work(_ tree: Declared, _ life: InsiderLife) -> [Edit] {
    let place = chance.one(["acme/ml", "acme/web"])
    let who = somebody()
    switch chance.number(0..<100) {
    case 0..<20: return [.displayName(chance.any(places(tree)) ?? place, chance.one(["A", "B", "C"]))]
    case 20..<40: return mending(tree)
    case 40..<58:
      var entry = Declared.Entry(role: chance.one(["developer", "viewer", "operator"]))
      if chance.percent(40) { entry.lastDay = day(life) + chance.number(0..<6) }
      return [.entry(People.acme, who, .init(role: "member")), .entry(place, who, entry)]
    case 58..<68: return [.entry(place, who, nil)] + (who == People.eve ? [.entry(People.acme, who, nil)] : [])
    case 68..<76: return [.entry(People.acme, People.guest, chance.percent(50) ? nil : .init(role: "member"))]
    case 76..<82:
      return [.group(People.acme, "crew", person: chance.one([who, People.guest]), isIn: chance.percent(70))]
    case 82..<88:
      made += 1
      return [
        chance.percent(50)
          ? .renamed(workspace(tree), to: "w\(made)")
          : .made("acme/w\(made)", identity: made, members: [People.bob: .init(role: "admin")])
      ]
    case 88..<92: return [.policy(nil, .rule("member-cap", chance.one(["off", "on"])))]
    default: return [.restored(clean)]
    }
  }

  private func mending(_ tree: Declared) -> [Edit] {
    let broken = tree.broken.sorted().map { Edit.broken($0, false) }
    return broken.isEmpty ? [.restored(clean)] : broken
  }
}
