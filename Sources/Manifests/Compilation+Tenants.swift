import Model

/// Organizations, accounts and their workspaces.
extension Compilation {
  mutating func organization(_ index: Int) -> DesiredTenant {
    let (document, file) = (organizations[index].document, organizations[index].file)
    let name = names.text(document.name.value)
    let stops = Diagnostic.Scope.organizations([name])
    let vocabulary = own[index] ?? common
    checkSubscription(document.subscription, file, vocabulary, stops)
    let context = ListContext(
      scope: .organization, roles: vocabulary.organization, organization: index, file: file, stops: stops)
    let management = document.management ?? .authoritative
    let list = members(document.members, owner: document.owner, context)
    var tenant = DesiredTenant(
      name: name, mark: document.place.mark(file), displayName: marked(document.displayName, file),
      owner: marked(document.owner, file), subscription: marked(document.subscription, file), management: management,
      defaultWorkspace: document.defaultWorkspace,
      members: list.members,
      workspaces: workspaces(
        organizations[index].workspaces.map { (owned($0.entry, by: document.owner, vocabulary), $0.file) }, index,
        vocabulary, management, stops),
      managesWorkspaces: organizations[index].managesWorkspaces, policy: inForce(vocabulary))
    tenant.later = list.later
    tenant.pinned = pinned(own[index]?.policy)
    checkOwners(tenant, vocabulary, stops)
    return tenant
  }

  /// Whose members are all declared, and none of them in the top role, has no owner but the organization's. Ends are not
  /// looked at: what is an error is not to depend on the day.
  private mutating func checkOwners(_ tenant: DesiredTenant, _ vocabulary: Vocabulary, _ stops: Diagnostic.Scope) {
    guard vocabulary.policy?.policy.workspaces.ownerRequired ?? false, vocabulary.workspace.isCertain,
      tenant.owner == nil, let top = vocabulary.workspace.top
    else { return }
    for workspace in tenant.workspaces
    where workspace.disposition == .declared && workspace.management == .authoritative {
      guard workspace.owner == nil, let members = workspace.members, !members.contains(where: { $0.role == top }) else {
        continue
      }
      report(
        "owner-required", "Nobody is the owner of the workspace \(quoted(workspace.name)).", at: workspace.mark,
        hint: "Write its `owner:`, give somebody the role \(quoted(top)), or write the organization's `owner:`.",
        scope: stops)
    }
  }

  mutating func account(_ index: Int) -> DesiredTenant {
    let (document, file) = (accounts[index].document, accounts[index].file)
    let person = document.email.value.person
    let entries = (document.workspaces ?? []).map { entry in
      var entry = entry
      if entry.disposition == .declared, entry.owner == nil { entry.owner = Placed(document.email.value, entry.place) }
      return (entry, file)
    }
    let workspaces = workspaces(entries, nil, common, .authoritative, .everything)
    var tenant = DesiredTenant(
      name: "~" + names.text(person), account: person, mark: document.place.mark(file),
      displayName: marked(document.displayName, file), workspaces: workspaces,
      managesWorkspaces: document.workspaces != nil,
      formerly: document.formerly.map { Marked($0.value.person, $0.place.mark(file)) }
        .sorted { names.precedes($0.value, $1.value) },
      policy: inForce(common))
    tenant.emailMark = document.email.place.mark(file)
    return tenant
  }

  /// Where workspaces need an owner, the organization's stands in for one that nobody is declared to be.
  private func owned(_ entry: WorkspaceEntry, by owner: Placed<EmailName>?, _ vocabulary: Vocabulary) -> WorkspaceEntry
  {
    guard let owner, entry.disposition == .declared, entry.owner == nil, let members = entry.members,
      inForce(vocabulary).policy.workspaces.ownerRequired, let top = vocabulary.workspace.top,
      !members.contains(where: { $0.role == top && ($0.expires.map { now < $0 } ?? true) })
    else { return entry }
    var entry = entry
    entry.owner = Placed(owner.value, entry.place)
    return entry
  }

  /// What an organization's own Policy sets: by itself, or by the preset that it names.
  private func pinned(_ own: PolicyInForce?) -> Set<String> {
    guard let own else { return [] }
    func isOwn(_ path: String) -> Bool { own.origins[path] != common.policy?.origins[path] }
    let namesPreset = isOwn("extends")
    return Set(
      own.origins.keys.filter { path in
        switch own.origins[path] {
        case .manifest?: isOwn(path)
        case .preset?: namesPreset
        case nil: false
        }
      })
  }

  private func inForce(_ vocabulary: Vocabulary) -> PolicyInForce {
    vocabulary.policy ?? common.policy ?? PolicyInForce(policy: Compilation.noPolicy, canonical: "")
  }

  private func marked(_ text: Placed<String>?, _ file: Int) -> Marked<String>? {
    text.map { Marked($0.value, $0.place.mark(file)) }
  }

  private func marked(_ name: Placed<Symbol>?, _ file: Int) -> Marked<Symbol>? {
    name.map { Marked($0.value, $0.place.mark(file)) }
  }

  private func marked(_ email: Placed<EmailName>?, _ file: Int) -> Marked<Symbol>? {
    email.map { Marked($0.value.person, $0.place.mark(file)) }
  }

  private mutating func checkSubscription(
    _ name: Placed<Symbol>?, _ file: Int, _ vocabulary: Vocabulary, _ stops: Diagnostic.Scope
  ) {
    guard let name, vocabulary.workspace.isCertain, !vocabulary.subscriptions.contains(name.value) else { return }
    let known = vocabulary.subscriptions.map(names.text).sorted()
    report(
      "unknown-subscription", "There is no subscription \(quoted(name.value)).", at: name.place, of: file,
      hint: suggestions.hint(for: names.text(name.value), among: known) ?? "One of: \(known.joined(separator: ", ")).",
      scope: stops)
  }

  /// In byte order of their names, each once.
  private mutating func workspaces(
    _ declarations: [(entry: WorkspaceEntry, file: Int)], _ organization: Int?, _ vocabulary: Vocabulary,
    _ management: Management, _ stops: Diagnostic.Scope
  ) -> [DesiredWorkspace] {
    var found: [DesiredWorkspace] = []
    var first: [Symbol: Int] = [:]
    let ordered = declarations.sorted { ($0.file, $0.entry.place) < ($1.file, $1.entry.place) }
    for (i, (entry, file)) in ordered.enumerated() {
      var isRead = !entry.isUnreadable
      if isRead, let other = first[entry.name] {
        reportTwice(entry, file, first: ordered[other], stops)
        isRead = false
      }
      if isRead { first[entry.name] = i }
      checkSubscription(entry.subscription, file, vocabulary, stops)
      let context = ListContext(
        scope: .workspace, roles: vocabulary.workspace, organization: organization, file: file, stops: stops)
      let list = members(entry.members, owner: entry.owner, context)
      var workspace = DesiredWorkspace(
        name: entry.name, mark: entry.place.mark(file), disposition: entry.disposition,
        displayName: marked(entry.displayName, file), renamedFrom: marked(entry.renamedFrom, file),
        owner: marked(entry.owner, file), subscription: marked(entry.subscription, file),
        management: entry.management ?? management,
        members: list.members,
        apiKeys: entry.apiKeys.map { keys in
          keys.map { DesiredAPIKey(name: $0.name, limits: $0.limits, mark: $0.place.mark(file)) }
            .sorted { names.precedes($0.name, $1.name) }
        })
      workspace.later = list.later
      // What is named in error was looked at for what is wrong with it.
      if isRead { found.append(workspace) }
    }
    checkRenames(found, stops)
    return found.sorted { names.precedes($0.name, $1.name) }
  }

  private mutating func reportTwice(
    _ entry: WorkspaceEntry, _ file: Int, first: (entry: WorkspaceEntry, file: Int), _ stops: Diagnostic.Scope
  ) {
    let isSame =
      switch (entry.disposition, first.entry.disposition) {
      case (.declared, .declared), (.removed, .removed), (.released, .released): true
      case (.declared, _), (.removed, _), (.released, _): false
      }
    report(
      isSame ? "duplicate-declaration" : "declared-and-removed",
      isSame
        ? "The workspace \(quoted(entry.name)) is declared twice."
        : "The workspace \(quoted(entry.name)) is declared here and removed or released there, or the other way round.",
      at: entry.place, of: file, hint: firstAt(first.entry.place, first.file), scope: stops)
  }

  /// A workspace has one former name, which was another's, and chains of names end somewhere.
  private mutating func checkRenames(_ workspaces: [DesiredWorkspace], _ stops: Diagnostic.Scope) {
    var source: [Symbol: Marked<Symbol>] = [:]
    var taken: [Symbol: Mark] = [:]
    for workspace in workspaces {
      guard let from = workspace.renamedFrom else { continue }
      if from.value == workspace.name {
        report("rename-to-itself", "\(quoted(from.value)) is the workspace's own name.", at: from.mark, scope: stops)
      } else if let other = taken[from.value] {
        report(
          "duplicate-rename", "Another workspace is renamed from \(quoted(from.value)) as well.", at: from.mark,
          hint: alreadyAt(Place(line: other.line, column: other.column), Int(other.file)), scope: stops)
      } else {
        taken[from.value] = from.mark
        source[workspace.name] = from
      }
    }
    var done: Set<Symbol> = []
    for workspace in workspaces where source[workspace.name] != nil {
      var path: [Symbol] = []
      var name = workspace.name
      while let from = source[name], done.insert(name).inserted {
        path.append(name)
        name = from.value
      }
      guard let start = path.firstIndex(of: name) else { continue }
      let marks = path[start...].compactMap { source[$0]?.mark }
      guard let last = marks.max(by: { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }) else {
        continue
      }
      report(
        "rename-cycle", "The renames of \(path[start...].map(quoted).joined(separator: ", ")) go round in a circle.",
        at: last, hint: "Rename one of them to a name of its own first.", scope: stops)
    }
  }

  private mutating func report(
    _ code: String, _ message: String, at mark: Mark, hint: String? = nil, scope: Diagnostic.Scope
  ) {
    report(
      code, message, at: Place(line: mark.line, column: mark.column), of: Int(mark.file), hint: hint, scope: scope)
  }
}
