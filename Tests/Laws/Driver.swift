import Model

/// Chooses what happens next in a company, by chance and by what is stored.
struct Driver {
  /// What a history is about.
  struct Manner: Hashable, CustomStringConvertible {
    var preset: String
    var admission = "direct"
    /// `no-self-change` as the preset has it, `actor-allowed` where this says so.
    var asksActors = false
    /// Renames, names that are used anew, tombstones, drops.
    var renames = true
    /// Accounts that move.
    var moves = true
    /// Policies of organizations, and the Policy for all, that change.
    var policies = false
    var hasMemory = false
    /// Views are asked.
    var looks = false

    var description: String {
      var words = [preset, admission]
      if asksActors { words.append("actor-allowed") }
      if !renames { words.append("no renames") }
      if !moves { words.append("no moves") }
      if policies { words.append("policies change") }
      if looks { words.append("views are asked") }
      if hasMemory { words.append("with memory") }
      return words.joined(separator: ", ")
    }
  }

  /// May do nothing, anywhere, ever: what only their commits say is never applied where actors are asked.
  static let outsider = "mallory@out.example"
  static let boss = "ada@x.example"
  static let organizations = ["acme", "hooli"]
  static let names = ["a", "b", "c", "d", "e", "f"]

  let manner: Manner
  var chance: Chance
  /// The newest commit.
  var head: Declared
  /// Present emails of the people that manifests speak of.
  var people = ["bob", "cat", "dan", "eve", "fay", "gus"].map { $0 + "@x.example" }
  var identities = 0
  var moved = 0

  init(_ manner: Manner, seed: UInt64) {
    (self.manner, chance) = (manner, Chance(seed: seed))
    head = Declared()
    head = first()
  }

  private mutating func first() -> Declared {
    var declared = Declared()
    declared.policy = policy(manner.preset)
    declared.groups["crew"] = [person(), person()].unique
    for name in Self.organizations {
      let preset = Preset.named[manner.preset] ?? Preset.all[0]
      var organization = Declared.Organization(owner: Self.boss)
      organization.members = [Self.boss: .init(role: preset.organization[0])]
      for person in people where chance.percent(60) {
        let role = chance.one(Array(preset.organization.dropFirst()))
        organization.members?[person] = .init(role: role)
      }
      organization.workspaces = [:]
      for title in Self.names.prefix(2) {
        let made = workspace(organization, preset)
        organization.workspaces?[title] = made
      }
      declared.organizations[name] = organization
    }
    return declared
  }

  mutating func policy(_ preset: String) -> Declared.PolicyDocument {
    var policy = Declared.PolicyDocument(preset: preset, admission: manner.admission)
    policy.joinAs = preset == "small-team" && chance.percent(50) ? "lowest" : "declared"
    policy.rules = ["removal-threshold": "off", "actor-allowed": manner.asksActors ? "on" : "off"]
    if chance.percent(60) { policy.rules["member-cap"] = "off" }
    return policy
  }

  mutating func person() -> String { chance.one(people) }

  mutating func workspace(_ organization: Declared.Organization, _ preset: Preset) -> Declared.Workspace {
    identities += 1
    var workspace = Declared.Workspace(identity: identities)
    workspace.owner = preset.name == "enterprise" && chance.percent(60) ? nil : Self.boss
    workspace.members = [:]
    if preset.name != "enterprise" || chance.percent(70) {
      workspace.members?[Self.boss] = .init(role: preset.workspace[0])
    }
    let known = (organization.members ?? [:]).keys.filter { $0.contains("@") }.sorted()
    for person in known + people where workspace.members?[person] == nil && chance.percent(20) {
      workspace.members?[person] = .init(role: chance.one(lower(preset.workspace, preset)))
    }
    return workspace
  }

  /// Roles that several people may have.
  func lower(_ roles: [String], _ preset: Preset) -> [String] {
    preset.name == "single-owner" ? Array(roles.dropFirst()) : roles
  }

  // MARK: Steps

  /// The steps that come next: mostly one, or some that belong together.
  mutating func next(_ stored: Stored, _ now: Moment) -> [Step] {
    if manner.looks, chance.percent(5) { return [.later(seconds: 3 * 86_400), .look] }
    switch chance.number(0..<100) {
    case 0..<34: return [commit(now)]
    case 34..<40: return pieces(now)
    case 40..<66: return [.apply(applying(stored))]
    case 66..<70: return [.apply(.init(isRun: true)), .apply(.init(isRun: true))]
    case 70..<74: return [.plan(applying(stored))]
    case 74..<80: return [.later(seconds: chance.one([60, 3600, 86_400, 3 * 86_400, 10 * 86_400]))]
    default: return command(stored).map { [$0] } ?? [.apply(.init())]
    }
  }

  /// The same changes, a commit each, with applies in between.
  private mutating func pieces(_ now: Moment) -> [Step] {
    let author = self.author()
    var steps: [Step] = []
    for _ in 0..<chance.number(2..<4) {
      change(now, by: author)
      steps.append(.commit(head, author: author, approver: nil))
      if chance.percent(70) { steps.append(.apply(.init())) }
    }
    return steps
  }

  private mutating func commit(_ now: Moment) -> Step {
    let author = self.author()
    for _ in 0..<chance.one([1, 1, 1, 2, 2, 3, 4]) { change(now, by: author) }
    let approver = chance.percent(8) ? Self.boss : nil
    return .commit(head, author: author, approver: approver)
  }

  private mutating func author() -> String {
    switch chance.number(0..<100) {
    case 0..<55: Self.boss
    case 55..<90: person()
    default: Self.outsider
    }
  }

  private mutating func applying(_ stored: Stored) -> Step.Applying {
    var applying = Step.Applying()
    if chance.percent(12) {
      applying.overrides = [chance.one(["removal-threshold", "protected-subject", "default-workspace-kept"])]
    }
    if manner.asksActors, chance.percent(4) { applying.overrides.append("actor-allowed") }
    if chance.percent(15) {
      let organization = chance.one(Self.organizations)
      let names = (head.organizations[organization]?.workspaces ?? [:]).keys.sorted()
      let path = chance.any(names).map { "\(organization)/\($0)" } ?? organization
      let isKnown = head.organizations[organization] != nil
      if isKnown { applying.only = [chance.percent(50) ? organization : path] }
    }
    applying.allowsDeletion = chance.percent(40)
    applying.allowsMove = chance.percent(50)
    applying.isAtomic = chance.percent(8)
    return applying
  }
}

extension [String] {
  /// Each once, in this order.
  var unique: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
