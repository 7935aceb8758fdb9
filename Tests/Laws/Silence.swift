import Model

/// Law 2: silence means equality. What differs between the manifests of the applied commit and the store is in a line of
/// the next plan, or the manifests say that it is not managed.
struct Silence {
  private let applied: Applied
  private let lines: Lines
  private var found: [Violation] = []
  /// People and workspaces that applied commits declared: `path email`, and `path`.
  private let declaredOnce: Set<String>

  static func violations(_ applied: Applied, declaredOnce: Set<String>) -> [Violation] {
    var silence = Silence(applied, declaredOnce)
    silence.check()
    return silence.found
  }

  private init(_ applied: Applied, _ declaredOnce: Set<String>) {
    (self.applied, self.declaredOnce) = (applied, declaredOnce)
    lines = Lines(applied.next)
  }

  private mutating func say(_ kind: String, _ detail: String) {
    found.append(Violation(.silenceMeansEquality, kind, detail))
  }

  private mutating func check() {
    let declared = applied.declared
    for (name, organization) in declared.organizations.inOrder where !lines.leftAlone.contains(name) {
      guard let tenant = applied.after.tenants[name] else {
        if !lines.has(name, nil, nil) { say("an organization that is declared and missing", name) }
        continue
      }
      if lines.hasStep([.createOrganization], name, nil) { continue }
      attribute("displayName", organization.displayName, tenant.displayName, name, nil)
      let subscription = tenant.subscription ?? declared.preset(of: name).subscription
      attribute("subscription", organization.subscription, subscription, name, nil)
      owner(organization.owner, tenant.owner, name, nil)
      list(name, nil, organization.isAdditive, tenant.list)
      if let workspaces = organization.workspaces { check(workspaces, name, organization, tenant) }
    }
    for (email, account) in declared.accounts.inOrder where !lines.leftAlone.contains("~" + email) {
      guard let id = applied.after.account(email) else {
        if !lines.has("~" + email, nil, nil), !lines.has("~" + email, nil, email) {
          say("an account that is declared and missing", email)
        }
        continue
      }
      let stored = applied.after.people[id]?.displayName
      if let name = account.displayName, name != stored, !lines.has("~" + email, nil, nil),
        !lines.has("~" + email, nil, email)
      {
        say("an account's name that differs", email)
      }
    }
  }

  // MARK: Workspaces

  private mutating func check(
    _ workspaces: [String: Declared.Workspace], _ name: String, _ organization: Declared.Organization,
    _ tenant: Stored.Tenant
  ) {
    for (title, workspace) in workspaces.inOrder {
      let stored = tenant.workspaces.first { $0.name == title }
      switch workspace.state {
      case .released: continue
      case .removed:
        // A tombstone that found nothing is spent: what comes later under the name is somebody's by hand.
        if stored != nil, declaredOnce.contains("\(name)/\(title)"), !lines.has(name, title, nil) {
          say("a workspace that is declared removed and there", "\(name)/\(title)")
        }
      case .declared:
        if lines.hasStep([.createWorkspace, .renameWorkspace, .deleteWorkspace], name, title) { continue }
        guard let stored else {
          if !lines.has(name, title, nil) { say("a workspace that is declared and missing", "\(name)/\(title)") }
          continue
        }
        attribute("displayName", workspace.displayName, stored.displayName, name, title)
        let subscription = stored.subscription ?? tenant.subscription ?? applied.declared.preset(of: name).subscription
        attribute("subscription", workspace.subscription, subscription, name, title)
        owner(applied.declared.owner(of: title, in: name, at: applied.now), stored.owner, name, title)
        list(name, title, workspace.isAdditive ?? organization.isAdditive, stored.list)
        keys(name, title, workspace, workspace.isAdditive ?? organization.isAdditive, stored)
      }
    }
    for stored in tenant.workspaces where workspaces[stored.name] == nil {
      let path = "\(name)/\(stored.name)"
      if lines.has(name, stored.name, nil) || lines.warns(path) { continue }
      // A rename that is refused says so under the new name.
      let heirs = workspaces.filter { $0.value.renamedFrom == stored.name && $0.value.state == .declared }.keys
      if heirs.contains(where: { lines.hasStep([.renameWorkspace, .createWorkspace], name, $0) }) { continue }
      if stored.kind == .default || organization.isAdditive, !declaredOnce.contains(path) { continue }
      say("a workspace that is there and not declared", path)
    }
  }

  private mutating func attribute(
    _ what: String, _ wanted: String?, _ stored: String?, _ organization: String, _ workspace: String?
  ) {
    guard let wanted, wanted != stored, !lines.has(organization, workspace, nil) else { return }
    say("a \(what) that differs", "\(path(organization, workspace)): \(wanted), stored \(stored ?? "none")")
  }

  private mutating func owner(_ wanted: String?, _ stored: Int64?, _ organization: String, _ workspace: String?) {
    guard let wanted else { return }
    if let stored, applied.after.people[stored]?.email.lowercased() == wanted { return }
    if lines.has(organization, workspace, wanted) || lines.covers(person: wanted) { return }
    say("an owner who differs", "\(path(organization, workspace)): \(wanted)")
  }

  // MARK: Lists

  private mutating func list(
    _ organization: String, _ workspace: String?, _ isAdditive: Bool, _ stored: Stored.List
  ) {
    guard let grants = applied.declared.grants(organization, workspace, at: applied.now) else { return }
    let place = path(organization, workspace)
    for (email, grant) in grants.inOrder {
      let member = applied.after.account(email).flatMap { stored.members[$0] }
      if let member, member.role == grant.role, member.end == grant.end, member.protect == grant.protect { continue }
      if lines.has(organization, workspace, email) || lines.covers(person: email) { continue }
      let kind = member == nil ? "somebody declared who is missing" : "somebody whose access differs"
      say(kind, "\(place): \(email) is to be \(grant), is \(member.map { "\($0)" } ?? "nothing")")
    }
    for (account, member) in stored.members.sorted(by: { $0.key < $1.key }) {
      let email = applied.after.people[account]?.email.lowercased() ?? ""
      if grants[email] != nil || lines.has(organization, workspace, email) || lines.covers(person: email) { continue }
      if isAdditive, !declaredOnce.contains("\(place) \(email)") { continue }
      say(
        isAdditive ? "somebody who was declared, in an additive list" : "somebody in the list who is not declared",
        "\(place): \(email) is \(member.role)")
    }
    for email in stored.invitations.keys.sorted() {
      if grants[email] != nil || lines.has(organization, workspace, email) || lines.covers(person: email) { continue }
      if isAdditive { continue }
      say("an invitation of somebody who is not declared", "\(place): \(email)")
    }
  }

  private mutating func keys(
    _ organization: String, _ title: String, _ workspace: Declared.Workspace, _ isAdditive: Bool,
    _ stored: Stored.Workspace
  ) {
    guard let keys = workspace.keys else { return }
    for (key, limit) in keys.inOrder where !lines.has(organization, title, key) {
      guard let live = stored.keys[key] else {
        say("a key that is declared and missing", "\(organization)/\(title): \(key)")
        continue
      }
      if let limit, limit != live.limit { say("a key whose limit differs", "\(organization)/\(title): \(key)") }
    }
    guard !isAdditive else { return }
    for key in stored.keys.keys.sorted() where keys[key] == nil && !lines.has(organization, title, key) {
      say("a key that is there and not declared", "\(organization)/\(title): \(key)")
    }
  }

  private func path(_ organization: String, _ workspace: String?) -> String {
    workspace.map { "\(organization)/\($0)" } ?? organization
  }
}

/// What a plan speaks of.
private struct Lines {
  private struct Subject: Hashable {
    var organization: String
    var workspace: String?
    /// Nil: the place itself.
    var subject: String?
  }

  private struct Place: Hashable {
    var organization: String
    var workspace: String?
  }

  private var subjects: Set<Subject> = []
  private var steps: [Place: Set<Action.Kind>] = [:]
  private var warned: Set<String> = []
  /// People whose account is to move, and does not.
  private var moving: Set<String> = []
  /// Organizations with errors, and those out of reconciliation.
  let leftAlone: Set<String>

  init(_ plan: Plan) {
    leftAlone = Set(plan.invalid).union(plan.suspended.map(\.organization))
    for action in plan.actions {
      add(action.organization, action.workspace, action.subject)
      steps[Place(organization: action.organization, workspace: action.workspace), default: []].insert(action.kind)
      if action.kind == .transferOwnership {
        // One step says what becomes of both.
        for email in [action.before?.text("owner"), action.after?.text("owner")].compactMap({ $0 }) {
          add(action.organization, action.workspace, email)
        }
      }
      if action.kind == .moveAccount {
        moving.formUnion([action.subject, action.before?.text("email"), action.after?.text("email")].compactMap { $0 })
      }
    }
    for refusal in plan.blocked { add(refusal.organization, refusal.workspace, refusal.subject) }
    for waiting in plan.waiting { add(waiting.organization, waiting.workspace, waiting.subject) }
    for held in plan.held { add(held.organization, held.workspace, held.subject) }
    warned = Set(plan.warnings.compactMap(\.path))
  }

  private mutating func add(_ organization: String, _ workspace: String?, _ subject: String?) {
    subjects.insert(
      Subject(organization: organization.lowercased(), workspace: workspace, subject: subject?.lowercased()))
  }

  func has(_ organization: String, _ workspace: String?, _ subject: String?) -> Bool {
    subjects.contains(Subject(organization: organization, workspace: workspace, subject: subject))
  }

  func hasStep(_ kinds: Set<Action.Kind>, _ organization: String, _ workspace: String?) -> Bool {
    !(steps[Place(organization: organization, workspace: workspace)] ?? []).isDisjoint(with: kinds)
  }

  func warns(_ path: String) -> Bool { warned.contains(path) }

  /// The person's move is a line of its own, and explains what is missing of both emails.
  func covers(person: String) -> Bool { moving.contains(person) }
}
