/// An organization that is declared, changes, and says itself as a manifest.
struct RandomOrganization {
  let name: String
  private let isEnterprise: Bool
  private let preset: String
  private var attributes: [(key: String, value: String)] = []
  /// Values as YAML by email.
  private var members: [(email: String, value: String)] = []
  private var hasGroup = false
  /// Entries as YAML lines by name.
  private var workspaces: [(name: String, lines: [String])] = []

  var workspaceNames: [String] { workspaces.map(\.name) }

  init(_ name: String, _ preset: String, _ random: inout SeededRandom) {
    (self.name, self.preset, isEnterprise) = (name, preset, preset == "enterprise")
    let roles = isEnterprise ? ["super-admin", "billing-admin", "member"] : ["owner", "member"]
    if !isEnterprise || random.chance(80) { attributes.append(("owner", RandomStore.people[0])) }
    if random.chance(30) { attributes.append(("displayName", random.pick(RandomStore.odd))) }
    if random.chance(30) { attributes.append(("subscription", random.pick(["team", "business"]))) }
    if random.chance(30) { attributes.append(("management", random.pick(["additive", "authoritative"]))) }
    if random.chance(40) { attributes.append(("defaultWorkspace", random.pick(RandomStore.odd))) }
    members = [(RandomStore.people[0], roles[0])]
    for person in random.some(Array(RandomStore.people.dropFirst()), 2...6) {
      members.append((person, Self.grant(random.pick(roles), &random)))
    }
    hasGroup = random.chance(40)
    for workspace in random.some(RandomStore.odd, 1...4) { workspaces.append((workspace, lines(&random))) }
  }

  /// Renames, ends, adds and removes.
  mutating func change(_ random: inout SeededRandom) {
    if random.chance(40), !workspaces.isEmpty {
      let index = random.number(0...workspaces.count - 1)
      let new = random.pick(RandomStore.odd)
      if !workspaceNames.contains(new), !workspaces[index].lines.contains(where: { $0.contains(" gone") }) {
        let old = workspaces[index].name
        workspaces[index].name = new
        workspaces[index].lines.removeAll { $0.hasPrefix("renamedFrom") }
        workspaces[index].lines.append("renamedFrom: \(old.quoted)")
      }
    }
    if random.chance(30), !workspaces.isEmpty {
      let index = random.number(0...workspaces.count - 1)
      workspaces[index].lines = [random.pick(["released", "removed"]) + ": is gone"]
    }
    let new = random.pick(RandomStore.odd)
    if random.chance(30), !workspaceNames.contains(new) { workspaces.append((new, lines(&random))) }
    if random.chance(40), members.count > 1 { members.remove(at: random.number(1...members.count - 1)) }
  }

  private static func grant(_ role: String, _ random: inout SeededRandom) -> String {
    switch random.number(0...19) {
    case 0...3: "{role: \(role), expires: \(random.pick(["2035-01-31", "'2035-03-01T12:30:00Z'"]))}"
    case 4, 5: "{role: \(role), protect: true}"
    case 6: "{role: \(role), protect: true, expires: 2034-01-01}"
    default: role
    }
  }

  /// The keys of a workspace.
  private func lines(_ random: inout SeededRandom) -> [String] {
    let roles = isEnterprise ? ["admin", "developer", "operator", "viewer"] : ["owner", "member"]
    let pool = isEnterprise ? members.map(\.email) : RandomStore.people
    var lines: [String] = []
    var inside: [String: String] = [:]
    for person in random.some(pool, 0...4) {
      inside[person] = preset == "single-owner" ? "member" : Self.grant(random.pick(roles), &random)
    }
    if !isEnterprise || random.chance(40) {
      let owner = random.pick(pool)
      inside[owner] = roles[0]
      lines.append("owner: \(owner.quoted)")
    }
    if random.chance(30) {
      lines.append("displayName: \(random.pick(RandomStore.odd + ["The \"Lab\": 1 # x"]).quoted)")
    }
    if random.chance(30) { lines.append("subscription: \(random.pick(["free", "team", "business"]))") }
    if random.chance(20) { lines.append("management: \(random.pick(["additive", "authoritative"]))") }
    if random.chance(80) {
      lines.append(
        "members: {\(inside.sorted { $0.key < $1.key }.map { "\($0.key.quoted): \($0.value)" }.joined(separator: ", "))}"
      )
    }
    if random.chance(40) {
      let limits = ["{}", "{monthlyLimit: 10}", "{monthlyLimit: 5, dailyRateLimit: 0}"]
      var keys: [String] = []
      for key in random.some(RandomStore.odd, 0...3) { keys.append("\(key.quoted): \(random.pick(limits))") }
      lines.append("apiKeys: {\(keys.joined(separator: ", "))}")
    }
    return lines
  }

  var text: String {
    var text = "apiVersion: tenure/v1\nkind: Organization\nname: \(name.quoted)\n"
    for (key, value) in attributes { text += "\(key): \(value.quoted)\n" }
    text += "members:\n" + members.map { "  \($0.email.quoted): \($0.value)\n" }.joined()
    if hasGroup {
      text += "  sre: member\ngroups: {sre: [\(RandomStore.people[3].quoted), \(RandomStore.people[4].quoted)]}\n"
    }
    if workspaces.isEmpty { return text }
    return text + "workspaces:\n"
      + workspaces.map { "  \($0.name.quoted): {\($0.lines.joined(separator: ", "))}\n" }.joined()
  }
}
