import Model

/// Something that somebody with the right to gave: a role, until when.
struct Given: Hashable {
  /// As of ``Preset/level(_:inWorkspace:)``.
  var level: Int
  /// Nil: without an end.
  var until: Instant?

  func covers(_ other: Given) -> Bool {
    guard level >= other.level else { return false }
    guard let until else { return true }
    return other.until.map { $0 <= until } ?? false
  }

  /// What both give.
  func meeting(_ other: Given) -> Given {
    let ends = [until, other.until].compactMap(\.self)
    return Given(level: min(level, other.level), until: ends.min())
  }
}

/// What manifests give one person in one place, now and at any later instant.
struct Outlook {
  let declared: Declared
  let place: String
  let person: String

  private var parts: (organization: String, workspace: String?) { Declared.parts(place) }
  private var organization: Declared.Organization? { declared.organizations[parts.organization] }
  private var workspace: Declared.Workspace? { parts.workspace.flatMap { organization?.workspaces?[$0] } }
  private var list: [String: Declared.Entry]? { parts.workspace == nil ? organization?.members : workspace?.members }
  var owner: String? { parts.workspace == nil ? organization?.owner : workspace?.owner }

  /// Whether Tenure leaves it to people who is in the list, or adds only.
  var isFree: Bool {
    if declared.grants(parts.organization, parts.workspace, at: Instant(seconds: 0)) == nil { return true }
    return workspace?.isAdditive ?? organization?.isAdditive ?? true
  }

  func grant(at instant: Instant) -> Given? {
    let (name, title) = parts
    let preset = Preset.all[0]
    guard let grants = declared.grants(name, title, at: instant) else {
      guard declared.impliedOwner(name, title) == person, title == nil || workspace?.state == .declared else {
        return nil
      }
      return Given(level: preset.roles(inWorkspace: title != nil).count, until: nil)
    }
    return grants[person].map { Given(level: preset.level($0.role, inWorkspace: title != nil), until: $0.end) }
  }

  func isProtected(at instant: Instant) -> Bool {
    declared.grants(parts.organization, parts.workspace, at: instant)?[person]?.protect ?? false
  }

  /// All that could name the person: own entry, entries of groups that they are in, and the owner's line.
  var sayings: [String: Declared.Entry] {
    let named = (list ?? [:]).filter { name, _ in
      name == person || (!name.contains("@") && people(in: name).contains(person))
    }
    return named.merging(owner == person ? ["owner": Declared.Entry(role: "owner")] : [:]) { $1 }
  }

  private func people(in group: String) -> [String] { organization?.groups[group] ?? declared.groups[group] ?? [] }

  /// Instants at which something in the manifests ends.
  static func ends(_ declared: Declared) -> Set<Instant> {
    var days: Set<Int> = []
    for organization in declared.organizations.values {
      let lists = [organization.members] + (organization.workspaces ?? [:]).values.map(\.members)
      for list in lists { days.formUnion((list ?? [:]).values.compactMap(\.lastDay)) }
    }
    return Set(days.map(Day.end))
  }

  /// Every place that the manifests speak of.
  static func places(_ declared: Declared) -> [String] {
    declared.organizations.inOrder.flatMap { name, organization in
      [name] + (organization.workspaces ?? [:]).keys.sorted().map { "\(name)/\($0)" }
    }
  }
}

/// What a change of manifests gives somebody that they did not give before, or that it says anew.
struct Gift {
  let before: Declared
  let after: Declared
  let now: Instant

  private var instants: [Instant] {
    [now] + Outlook.ends(before).union(Outlook.ends(after)).filter { now < $0 }.sorted()
  }

  /// Where the place was before, under the name that it had.
  func former(_ place: String) -> String {
    let (name, title) = Declared.parts(place)
    guard let title, before.organizations[name]?.workspaces?[title] == nil,
      let from = after.organizations[name]?.workspaces?[title]?.renamedFrom
    else { return place }
    return "\(name)/\(from)"
  }

  private func sides(_ place: String, _ person: String) -> (old: Outlook, new: Outlook) {
    (
      Outlook(declared: before, place: former(place), person: person),
      Outlook(declared: after, place: place, person: person)
    )
  }

  func given(_ place: String, _ person: String) -> [Given] {
    let (old, new) = sides(place, person)
    let isSaidAnew = old.sayings != new.sayings
    return instants.compactMap { instant in
      guard let grant = new.grant(at: instant) else { return nil }
      let former = old.grant(at: instant)
      return isSaidAnew || former.map { !$0.covers(grant) } ?? true ? grant : nil
    }
  }

  func protects(_ place: String, _ person: String) -> Bool {
    let (old, new) = sides(place, person)
    return instants.contains { new.isProtected(at: $0) && (old.sayings != new.sayings || !old.isProtected(at: $0)) }
  }

  func makesOwner(_ place: String, _ person: String) -> Bool {
    let (old, new) = sides(place, person)
    return new.owner == person && old.owner != person
  }

  var changesPolicy: Bool { before.policy != after.policy || before.ownPolicies != after.ownPolicies }

  /// Whether it gives one of them what would let them give more.
  func empowers(_ people: [String]) -> Bool {
    for place in Outlook.places(after) {
      let top = Preset.all[0].roles(inWorkspace: place.contains("/")).count
      for person in people {
        if makesOwner(place, person) || given(place, person).contains(where: { $0.level >= top }) { return true }
      }
    }
    return false
  }
}
