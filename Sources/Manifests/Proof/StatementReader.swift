import Model

extension FileDocuments {
  /// What the file says about these people (caseless emails), and everything by which groups lead to groups and lists.
  public func statements(about people: Set<String>, names: NameTable) -> FileStatements {
    var reader = StatementReader(names: names, people: Set(people.compactMap(names.symbol)))
    for document in organizations { reader.read(document) }
    for document in workspaces { reader.read(document.entry, of: names.text(document.organization.value)) }
    for group in groups { reader.read(group, organization: nil) }
    for document in accounts { reader.read(document) }
    reader.found.isBroken = !findings.isEmpty
    return reader.found
  }
}

private struct StatementReader {
  let names: NameTable
  let people: Set<Symbol>
  var found = FileStatements()

  init(names: NameTable, people: Set<Symbol>) { (self.names, self.people) = (names, people) }

  mutating func read(_ document: OrganizationDocument) {
    let tenant = names.text(document.name.value)
    owner(document.owner, of: tenant, nil)
    members(document.members, of: tenant, nil)
    for group in document.groups { read(group, organization: tenant) }
    for workspace in document.workspaces ?? [] { read(workspace, of: tenant) }
  }

  mutating func read(_ document: AccountDocument) {
    let email = document.email.value
    let tenant = "~" + names.text(email.person)
    for var workspace in document.workspaces ?? [] {
      // A personal account owns what it does not say otherwise of.
      if workspace.owner == nil, workspace.disposition == .declared {
        workspace.owner = Placed(email, workspace.place)
      }
      read(workspace, of: tenant)
    }
  }

  mutating func read(_ entry: WorkspaceEntry, of tenant: String) {
    let name = names.text(entry.name)
    if let from = entry.renamedFrom {
      found.renames.append(.init(tenant: tenant, from: names.text(from.value), to: name))
    }
    owner(entry.owner, of: tenant, name)
    members(entry.members, of: tenant, name)
  }

  mutating func read(_ group: GroupEntry, organization: String?) {
    let list = Statement.List.group(organization: organization, name: names.text(group.name))
    for item in group.items where !item.isPerson || people.contains(item.person) {
      add(list, EmailName(written: item.name, person: item.person), item.isPerson, item.place)
    }
  }

  private mutating func owner(_ owner: Placed<EmailName>?, of tenant: String, _ workspace: String?) {
    guard let owner, people.contains(owner.value.person) else { return }
    add(.owner(tenant: tenant, workspace: workspace), owner.value, true, owner.place)
  }

  private mutating func members(_ entries: [MemberEntry]?, of tenant: String, _ workspace: String?) {
    for entry in entries ?? [] where entry.isGroup || (entry.isPerson && people.contains(entry.person)) {
      add(
        .members(tenant: tenant, workspace: workspace), EmailName(written: entry.name, person: entry.person),
        entry.isPerson, entry.place, role: names.text(entry.role), expires: entry.expires)
    }
  }

  private mutating func add(
    _ list: Statement.List, _ name: EmailName, _ isPerson: Bool, _ place: Place, role: String? = nil,
    expires: Instant? = nil
  ) {
    found.statements.append(
      Statement(
        list: list, name: names.text(name.person), written: names.text(name.written), isPerson: isPerson, role: role,
        expires: expires, line: Int(place.line), column: Int(place.column)))
  }
}
