import Model

/// The state of one import: organization after organization, with what is to be said about it.
struct PeribolosConversion {
  private let documents: Documents
  private let emails: EmailBook
  private let options: PeribolosImport.Options
  private(set) var organizations: [ImportedOrganization] = []
  /// As first written, by login in lower case.
  private(set) var unknown: [String: String] = [:]
  private var list: DiagnosticList
  private var taken: [String: PeribolosConfig.Name] = [:]
  /// What is said once, however often it happens: where it first did, and how often.
  private var counts: [Summary: PeribolosConfig.Unsaid] = [:]

  private enum Summary: Int, CaseIterable {
    case inherited, outsiders, severalNames, listedTwice, samePerson
  }

  init(_ documents: Documents, emails: EmailBook, options: PeribolosImport.Options) {
    (self.documents, self.emails, self.options) = (documents, emails, options)
    list = DiagnosticList(documents)
  }

  var sortedDiagnostics: [Diagnostic] { list.sorted() }

  // MARK: Saying

  mutating func add(_ finding: Finding, file: Int) { list.add(finding, file: file) }

  mutating func foundNothing() {
    list.add(Diagnostic(code: "no-organization", message: "There is no organization in these files."))
  }

  private mutating func report(_ code: String, _ message: String, at mark: Mark, hint: String? = nil) {
    let place = Place(line: mark.line, column: mark.column)
    list.add(
      Finding(code: code, message: message, place: place, hint: hint, scope: .everything), file: Int(mark.file))
  }

  private mutating func warn(_ code: String, _ message: String, at mark: Mark, hint: String? = nil) {
    list.add(
      Diagnostic(
        .warning, code: code, message: message, location: SourceLocation(mark, files: documents.paths), hint: hint,
        scope: .nothing))
  }

  private func place(_ mark: Mark) -> String { SourceLocation(mark, files: documents.paths)?.description ?? "" }

  private mutating func count(_ summary: Summary, at mark: Mark, _ times: Int = 1) {
    guard times > 0 else { return }
    counts[summary, default: .init(first: mark, count: 0)].count += times
  }

  /// What Tenure has no word for.
  mutating func warn(about key: PeribolosConfig.Key, _ unsaid: PeribolosConfig.Unsaid) {
    let who =
      switch key.owner {
      case .config: "Beside `orgs`"
      case .organization: unsaid.count == 1 ? "One organization has" : "\(unsaid.count) organizations have"
      case .team: unsaid.count == 1 ? "One team has" : "\(unsaid.count) teams have"
      }
    let what = "`\(Shown.text(key.name))`"
    let message =
      key.owner == .config
      ? "\(who) stands \(what), which is no organization: left out."
      : "\(who) \(what), for which manifests have no word: left out."
    warn("not-representable", message, at: unsaid.first, hint: Self.hint(for: key))
  }

  private static func hint(for key: PeribolosConfig.Key) -> String? {
    switch (key.owner, key.name) {
    case (.team, "repos"), (.organization, "repos"), (.organization, "default_repository_permission"):
      "Tenure says who is in which workspace; keep saying elsewhere what a workspace may do with a repository."
    case (.organization, "roles"): "Roles beyond admin and member are the policy's `roles`."
    default: nil
    }
  }

  mutating func addSummaries() {
    for summary in Summary.allCases {
      guard let found = counts[summary] else { continue }
      let n = found.count
      switch summary {
      case .inherited:
        warn(
          "inherited",
          "\(n == 1 ? "One person of a child team is" : "\(n) times people of a child team are") "
            + "written into its parent as `developer` too, as GitHub has it.", at: found.first)
      case .outsiders:
        warn(
          "not-in-organization",
          "\(n == 1 ? "One person is" : "\(n) times a person is") in a team and not in the "
            + "organization: plans will refuse them there (organization-member-first).", at: found.first,
          hint: "Add them to the organization's `members`.")
      case .severalNames:
        warn(
          "several-former-names",
          "\(n == 1 ? "One former name" : "\(n) former names") of teams left out: "
            + "`renamedFrom` takes one name, which no other workspace has or had.",
          at: found.first)
      case .listedTwice:
        warn("listed-twice", "\(n == 1 ? "One login stands" : "\(n) logins stand") in a list twice.", at: found.first)
      case .samePerson:
        warn(
          "same-person",
          "\(n == 1 ? "Two logins of a list have" : "\(n) times two logins of a list have") the same "
            + "email: they are one person, with the higher role.", at: found.first)
      }
    }
  }

  // MARK: Converting

  mutating func add(_ organization: PeribolosConfig.Organization) {
    let name = organization.name.text.lowercased()
    guard isIdentifier(name) else {
      return report(
        "invalid-name", "`\(Shown.text(organization.name.text))` cannot be the name of an organization.",
        at: organization.name.mark,
        hint: "Such names begin with a letter or digit and go on with a-z, 0-9, `.`, `_`, `-`.")
    }
    if let other = taken[name] {
      return report(
        "duplicate-declaration", "The organization `\(name)` is there already.", at: organization.name.mark,
        hint: "The other is at \(place(other.mark)).")
    }
    taken[name] = organization.name
    if name != organization.name.text {
      warn(
        "renamed", "The organization `\(organization.name.text)` is named `\(name)`: names are in lower case.",
        at: organization.name.mark)
    }
    var result = ImportedOrganization(name: name, management: options.management)
    result.displayName = displayName(organization, name)
    result.members = people(organization.admins, "super-admin", organization.members, "member", "admins", "members")
    var teams = Teams()
    flatten(organization.teams, into: &teams)
    result.workspaces = workspaces(teams, members: Set(result.members.keys))
    result.defaultWorkspace = defaultWorkspace(teams)
    if let owner = options.owner { result.owner = checked(owner, &result, organization.name) }
    organizations.append(result)
  }

  private func isIdentifier(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { Names.isIdentifier($0) }
  }

  private mutating func displayName(_ organization: PeribolosConfig.Organization, _ name: String) -> String? {
    guard let given = organization.displayName else {
      return organization.name.text == name ? nil : organization.name.text
    }
    guard DisplayName.isValid(given) else {
      warn(
        "left-out", "The name of `\(name)` has characters that cannot be printed: left out.", at: organization.name.mark
      )
      return nil
    }
    return given
  }

  private mutating func checked(
    _ owner: String, _ organization: inout ImportedOrganization, _ name: PeribolosConfig.Name
  ) -> String? {
    let listed = organization.members.first { $0.key.emailKey == owner.emailKey }
    guard listed?.value == "super-admin" else {
      report(
        "owner-is-no-admin", "\(owner) is no admin of `\(organization.name)`, so cannot be its owner of record.",
        at: name.mark, hint: "Name an admin of every organization, or import them one by one.")
      return nil
    }
    return listed?.key
  }

  /// Role by email. `upper` and `lower` may not share anybody, as for peribolos.
  private mutating func people(
    _ upper: [PeribolosConfig.Name], _ upperRole: String, _ lower: [PeribolosConfig.Name], _ lowerRole: String,
    _ upperKey: String, _ lowerKey: String
  ) -> [String: String] {
    var roles: [String: String] = [:]
    var spellings: [String: String] = [:]
    var logins: [String: PeribolosConfig.Name] = [:]
    for (names, role) in [(upper, upperRole), (lower, lowerRole)] {
      for login in names {
        let key = login.text.lowercased()
        if logins[key] != nil {
          if role == lowerRole, upper.contains(where: { $0.text.lowercased() == key }) {
            report(
              "in-both-roles", "`\(Shown.text(login.text))` stands under `\(upperKey)` and under `\(lowerKey)`.",
              at: login.mark, hint: "Keep one of them; peribolos refuses both.")
          } else {
            count(.listedTwice, at: login.mark)
          }
          continue
        }
        logins[key] = login
        guard let email = emails.email(of: login.text) else {
          if unknown[key] == nil { unknown[key] = login.text }
          continue
        }
        // The same person under two logins keeps the role that comes first, which is the higher one.
        guard spellings[email.emailKey] == nil else {
          count(.samePerson, at: login.mark)
          continue
        }
        spellings[email.emailKey] = email
        roles[email] = role
      }
    }
    return roles
  }
}

/// Teams as workspaces.
extension PeribolosConversion {
  /// All teams of an organization, children included, each with the people of the teams below it.
  struct Teams {
    var flat: [(team: PeribolosConfig.Team, inherited: [PeribolosConfig.Name])] = []
    var byName: [String: PeribolosConfig.Name] = [:]
  }

  private mutating func flatten(_ teams: [PeribolosConfig.Team], into result: inout Teams) {
    for team in teams {
      if let other = result.byName[team.name.text] {
        report(
          "duplicate-declaration", "There is a team `\(Shown.text(team.name.text))` already.", at: team.name.mark,
          hint: "The other is at \(place(other.mark)); a team's name is its own in the whole organization.")
        continue
      }
      guard Names.isTitle(team.name.text) else {
        report(
          "invalid-name", "`\(Shown.text(team.name.text))` is no name for a workspace.", at: team.name.mark,
          hint: "Such names are 1 to 100 printable characters without outer spaces.")
        continue
      }
      result.byName[team.name.text] = team.name
      result.flat.append((team, Self.below(team)))
      flatten(team.children, into: &result)
    }
  }

  private static func below(_ team: PeribolosConfig.Team) -> [PeribolosConfig.Name] {
    team.children.flatMap { $0.maintainers + $0.members + below($0) }
  }

  private mutating func workspaces(_ teams: Teams, members: Set<String>) -> [ImportedOrganization.Workspace] {
    let inside = Set(members.map { $0.emailKey })
    var renamed: Set<String> = []
    return teams.flat.map { team, inherited in
      var result = ImportedOrganization.Workspace(name: team.name.text)
      result.members = people(
        team.maintainers, "admin", team.members, "developer", "maintainers", "members")
      let direct = Set(result.members.keys.map { $0.emailKey })
      var passedOn = Set<String>()
      for email in inherited.compactMap({ emails.email(of: $0.text) })
      where !direct.contains(email.emailKey) && passedOn.insert(email.emailKey).inserted {
        result.members[email] = "developer"
      }
      count(.inherited, at: team.name.mark, passedOn.count)
      count(.outsiders, at: team.name.mark, result.members.keys.count { !inside.contains($0.emailKey) })
      result.renamedFrom = formerName(team, teams, &renamed)
      return result
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The first of the former names that can be one: of a workspace that is there no more, and of no other.
  private mutating func formerName(
    _ team: PeribolosConfig.Team, _ teams: Teams, _ renamed: inout Set<String>
  ) -> String? {
    var found: String?
    for name in team.previously {
      let isFree = teams.byName[name.text] == nil && Names.isTitle(name.text)
      if found == nil, isFree, renamed.insert(name.text).inserted {
        found = name.text
      } else if name.text != found {
        count(.severalNames, at: name.mark)
      }
    }
    return found
  }

  /// An organization begins with a workspace, which must be no team's: its people would be the default's.
  private mutating func defaultWorkspace(_ teams: Teams) -> String? {
    guard let team = teams.byName["default"] else { return nil }
    var (name, number) = ("general", 1)
    while teams.byName[name] != nil {
      number += 1
      name = "general-\(number)"
    }
    warn(
      "default-workspace",
      "There is a team `default`, so the organization's first workspace is named `\(name)`.", at: team.mark)
    return name
  }
}
