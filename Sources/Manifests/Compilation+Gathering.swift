import Model

/// Which organizations and accounts there are, each once.
extension Compilation {
  /// Organizations and workspaces move out of their files, so that each can be let go once it is compiled.
  mutating func gather() {
    for file in documents.files.indices {
      var organizations: [OrganizationDocument] = []
      swap(&organizations, &documents.files[file].organizations)
      for document in organizations { add(document, file) }
      for document in documents.files[file].accounts { add(document, file) }
    }
    for file in documents.files.indices {
      var workspaces: [WorkspaceDocument] = []
      swap(&workspaces, &documents.files[file].workspaces)
      for document in workspaces { add(document, file) }
    }
    gatherFormerEmails()
  }

  /// Forgets what the organization's documents say, once that is compiled.
  mutating func letGo(_ index: Int) {
    organizations[index].document.members = nil
    organizations[index].document.workspaces = nil
    organizations[index].workspaces = []
  }

  private mutating func add(_ document: OrganizationDocument, _ file: Int) {
    let name = document.name.value
    if document.isUnreadable {
      var organization = Organization(document: document, file: file)
      organization.workspaces = (document.workspaces ?? []).map { ($0, file) }
      organizations.append(organization)
      return
    }
    guard organizationByName[name] == nil else {
      report(
        "duplicate-declaration", "The organization \(quoted(name)) is declared twice.", at: document.name.place,
        of: file,
        hint: firstAt(
          organizations[organizationByName[name]!].document.name.place, organizations[organizationByName[name]!].file),
        scope: .organizations([names.text(name)]))
      return
    }
    organizationByName[name] = organizations.count
    var organization = Organization(document: document, file: file)
    organization.workspaces = (document.workspaces ?? []).map { ($0, file) }
    organization.managesWorkspaces = document.workspaces != nil
    organizations.append(organization)
  }

  private mutating func add(_ document: AccountDocument, _ file: Int) {
    let person = document.email.value.person
    if let first = accountByPerson[person] {
      report(
        "duplicate-declaration", "The account \(quoted(document.email.value.written)) is declared twice.",
        at: document.email.place, of: file,
        hint: firstAt(accounts[first].document.email.place, accounts[first].file), scope: .everything)
      return
    }
    accountByPerson[person] = accounts.count
    accounts.append(Account(document: document, file: file))
  }

  private mutating func add(_ document: WorkspaceDocument, _ file: Int) {
    let name = document.organization.value
    guard let index = organizationByName[name] else {
      reportUnknownOrganization(document.organization, file)
      return
    }
    organizations[index].workspaces.append((document.entry, file))
    organizations[index].managesWorkspaces = true
  }

  mutating func reportUnknownOrganization(_ name: Placed<Symbol>, _ file: Int) {
    let text = names.text(name.value)
    let known = suggestions.isSpent ? [] : organizations.map { names.text($0.document.name.value) }
    report(
      "unknown-organization", "There is no organization \(quoted(name.value)).", at: name.place, of: file,
      hint: suggestions.hint(for: text, among: known)
        ?? "Declare it: `kind: Organization`, `name: \(text)`.",
      scope: .organizations([text]))
  }

  private mutating func gatherFormerEmails() {
    for account in accounts {
      for email in account.document.formerly {
        let person = email.value.person
        if accountByPerson[person] != nil {
          report(
            "former-email-in-use", "\(quoted(email.value.written)) is the present email of an account.",
            at: email.place,
            of: account.file, hint: "An email is one account's, now or formerly.", scope: .everything)
        } else if let other = former[person] {
          report(
            "duplicate-declaration", "\(quoted(email.value.written)) was already formerly \(quoted(other.written)).",
            at: email.place, of: account.file, hint: "An email is one account's, now or formerly.", scope: .everything)
        } else {
          former[person] = account.document.email.value
        }
      }
    }
  }

  /// Where the first of two stands, which says less than both do.
  mutating func firstAt(_ place: Place, _ file: Int) -> String {
    markObscure(documents.paths[file], "declared again")
    return alreadyAt(place, file)
  }

  func alreadyAt(_ place: Place, _ file: Int) -> String {
    "It is already at \(documents.paths[file]):\(place.line):\(place.column)."
  }

  /// How people's emails are to be written: as their Account has it, else the smallest in byte order.
  mutating func spellings() -> [Symbol: Symbol] {
    let elsewhere = documents.spellingsElsewhere.map { text in
      let written = names.intern(text)
      return EmailName(written: written, person: names.folded(written))
    }
    var chosen = ContiguousArray<UInt32>(repeating: .max, count: names.count)
    func note(_ email: EmailName) {
      let person = Int(email.person.rawValue)
      let known = chosen[person]
      if known == email.written.rawValue { return }
      if known == .max || names.precedes(email.written, Symbol(rawValue: known)) {
        chosen[person] = email.written.rawValue
      }
    }
    func note(_ entries: [MemberEntry]?) {
      for entry in entries ?? [] where entry.isPerson { note(EmailName(written: entry.name, person: entry.person)) }
    }
    func note(_ workspace: WorkspaceEntry) {
      note(workspace.members)
      if let owner = workspace.owner { note(owner.value) }
    }
    func note(_ group: GroupEntry) {
      for item in group.items where item.isPerson { note(EmailName(written: item.name, person: item.person)) }
    }
    elsewhere.forEach(note)
    for file in documents.files {
      for organization in file.organizations {
        note(organization.members)
        if let owner = organization.owner { note(owner.value) }
        for group in organization.groups { note(group) }
        for workspace in organization.workspaces ?? [] { note(workspace) }
      }
      for workspace in file.workspaces { note(workspace.entry) }
      for group in file.groups { note(group) }
      for account in file.accounts {
        for email in account.formerly { note(email.value) }
        for workspace in account.workspaces ?? [] { note(workspace) }
      }
    }
    var declared: Set<Symbol> = []
    for account in documents.files.lazy.flatMap(\.accounts) {
      // A second one is an error.
      let email = account.email.value
      guard declared.insert(email.person).inserted else { continue }
      chosen[Int(email.person.rawValue)] = email.written.rawValue
    }
    var found: [Symbol: Symbol] = [:]
    for (person, written) in chosen.enumerated() where written != .max && Int(written) != person {
      found[Symbol(rawValue: UInt32(person))] = Symbol(rawValue: written)
    }
    return found
  }
}
