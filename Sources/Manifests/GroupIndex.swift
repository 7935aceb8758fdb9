import Model

/// All groups as a graph. An organization sees its own and those for all, under one set of names.
struct GroupIndex {
  struct Group {
    var entry: GroupEntry
    var file: Int
    /// Nil: for all.
    var organization: Int?
    /// The groups it names, with the place of the name.
    var inner: [(group: Int, place: Place)] = []
  }

  var groups: [Group] = []
  var forAll: [Symbol: Int] = [:]
  var ofOrganization: [Int: [Symbol: Int]] = [:]
  private var people: [Int: [Symbol]] = [:]

  func find(_ name: Symbol, organization: Int?) -> Int? {
    if let organization, let own = ofOrganization[organization]?[name] { return own }
    return forAll[name]
  }

  /// Everybody in the group or a group of it, each once. Not for groups in a cycle to be right, only to end.
  mutating func people(in group: Int) -> [Symbol] {
    if let known = people[group] { return known }
    // Inner groups first, each walked once however many name it; chains may be as long as a file.
    var path = [(group: group, next: 0)]
    var open: Set<Int> = [group]
    while let last = path.last {
      guard last.next < groups[last.group].inner.count else {
        people[last.group] = gathered(last.group)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let inner = groups[last.group].inner[last.next].group
      if people[inner] == nil, open.insert(inner).inserted { path.append((inner, 0)) }
    }
    return people[group] ?? []
  }

  private func gathered(_ group: Int) -> [Symbol] {
    var found: Set<Symbol> = []
    for item in groups[group].entry.items where item.isPerson { found.insert(item.person) }
    for (inner, _) in groups[group].inner { found.formUnion(people[inner] ?? []) }
    return found.sorted()
  }

  /// The names that close a cycle, without recursion: chains may be as long as a file.
  func cycles() -> [(group: Int, place: Place, inner: Int)] {
    var found: [(group: Int, place: Place, inner: Int)] = []
    enum Colour { case new, open, done }
    var colours = [Colour](repeating: .new, count: groups.count)
    for start in groups.indices where colours[start] == .new {
      var path = [(group: start, next: 0)]
      colours[start] = .open
      while let last = path.last {
        let inner = groups[last.group].inner
        if last.next == inner.count {
          colours[last.group] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let target = inner[last.next].group
        switch colours[target] {
        case .new:
          colours[target] = .open
          path.append((target, 0))
        case .open: found.append((last.group, inner[last.next].place, target))
        case .done: break
        }
      }
    }
    return found
  }
}

extension Compilation {
  /// An invalid group stops its organization; one for all stops everything.
  private func scope(ofGroupOf organization: Int?) -> Diagnostic.Scope {
    organization.map { .organizations([names.text(organizations[$0].document.name.value)]) } ?? .everything
  }

  mutating func indexGroups() {
    for (file, documents) in documents.files.enumerated() {
      for entry in documents.groups {
        if let first = groups.forAll[entry.name] {
          reportTwice(entry, file, first: groups.groups[first], scope: .everything)
          continue
        }
        groups.forAll[entry.name] = groups.groups.count
        groups.groups.append(GroupIndex.Group(entry: entry, file: file))
      }
    }
    for (index, organization) in organizations.enumerated() {
      for entry in organization.document.groups {
        let group = GroupIndex.Group(entry: entry, file: organization.file, organization: index)
        if let other = groups.forAll[entry.name].map({ groups.groups[$0] }) {
          let isLater = (organization.file, entry.place) > (other.file, other.entry.place)
          let (late, early) = isLater ? (group, other) : (other, group)
          reportTwice(late.entry, late.file, first: early, scope: scope(ofGroupOf: index))
        }
        groups.ofOrganization[index, default: [:]][entry.name] = groups.groups.count
        groups.groups.append(group)
      }
    }
    linkGroups()
    for cycle in groups.cycles() {
      let group = groups.groups[cycle.group]
      report(
        "group-cycle",
        "The group \(quoted(groups.groups[cycle.inner].entry.name)) contains itself through \(quoted(group.entry.name)).",
        at: cycle.place, of: group.file, scope: scope(ofGroupOf: group.organization))
    }
  }

  private mutating func reportTwice(
    _ entry: GroupEntry, _ file: Int, first: GroupIndex.Group, scope: Diagnostic.Scope
  ) {
    report(
      "duplicate-declaration", "The group \(quoted(entry.name)) is declared twice.", at: entry.place, of: file,
      hint: "\(firstAt(first.entry.place, first.file)) Groups for all and an organization's own share their names.",
      scope: scope)
  }

  private mutating func linkGroups() {
    for index in groups.groups.indices {
      let group = groups.groups[index]
      let scope = scope(ofGroupOf: group.organization)
      for item in group.entry.items {
        if item.isPerson {
          refuseFormer(item.person, at: item.place, of: group.file, scope: scope)
        } else if let inner = groups.find(item.name, organization: group.organization) {
          groups.groups[index].inner.append((inner, item.place))
        } else {
          reportUnknownGroup(item.name, at: item.place, of: group.file, organization: group.organization, scope: scope)
        }
      }
    }
  }

  mutating func reportUnknownGroup(
    _ name: Symbol, at place: Place, of file: Int, organization: Int?, scope: Diagnostic.Scope
  ) {
    // Gathering the names costs as much as comparing them.
    let known = suggestions.isSpent ? [] : groupNames(organization)
    let hint = suggestions.hint(for: names.text(name), among: known)
    report(
      "unknown-group", "There is no group \(quoted(name)).", at: place, of: file,
      hint: hint ?? "A person is named by their email.",
      scope: scope)
  }

  private func groupNames(_ organization: Int?) -> [String] {
    let own = organization.flatMap { groups.ofOrganization[$0] } ?? [:]
    return (groups.forAll.keys.map(names.text) + own.keys.map(names.text)).sorted()
  }

  /// People are named by their present email, or a grant would follow whoever has the former one next.
  mutating func refuseFormer(_ person: Symbol, at place: Place, of file: Int, scope: Diagnostic.Scope) {
    guard !former.isEmpty, let present = former[person] else { return }
    report(
      "former-email", "\(quoted(person)) is a former email.", at: place, of: file,
      hint: "Write the present one: \(quoted(present.written)).", scope: scope)
  }
}
