import Foundation
import Model
import Testing

/// Law 4: what is said is what holds. Every view, asked through the binary, gives the oracle's answer.
struct Views {
  let engine: Engine
  let stored: Stored
  private let inForce: InForce
  private var found: [Violation] = []

  static func violations(_ engine: Engine) throws -> [Violation] {
    var views = try Views(engine)
    try views.checkPlaces()
    try views.checkPeople()
    try views.checkEndings()
    try views.checkKeys()
    try views.checkRights()
    return views.found
  }

  private init(_ engine: Engine) throws {
    self.engine = engine
    stored = try engine.stored()
    inForce = InForce(stored: stored, now: engine.now.instant)
  }

  private var organizations: [(key: String, value: Stored.Tenant)] {
    stored.tenants.inOrder.filter { $0.value.account == nil && $0.value.policy != nil }
  }

  private mutating func compare(
    _ view: String, _ path: String, _ said: Set<InForce.Row>, _ holds: Set<InForce.Row>
  ) {
    guard said != holds else { return }
    let (more, less) = (said.subtracting(holds), holds.subtracting(said))
    let kind = more.isEmpty ? "says too little" : "says too much or something else"
    found.append(
      Violation(
        .whatIsSaidHolds, "\(view) \(kind)",
        "\(path) at \(engine.now.text): said only \(more.map(\.description).sorted()), holds only "
          + "\(less.map(\.description).sorted())"))
  }

  // MARK: Views

  private mutating func checkPlaces() throws {
    for (name, tenant) in organizations {
      let places: [Stored.Workspace?] = [nil] + tenant.workspaces.map { $0 }
      for workspace in places {
        let path = workspace.map { "\(name)/\($0.name)" } ?? name
        let opening = workspace == nil ? [] : inForce.opening(tenant)
        let stopped = workspace == nil ? [] : inForce.opening(tenant, suspended: true)
        let who = try rows(engine.json(["who", path]), "people")
        let active = inForce.direct(tenant, workspace).union(opening)
        compare("who", path, who["active"] ?? [], active)
        compare(
          "who (suspended)", path, who["suspended"] ?? [],
          inForce.direct(tenant, workspace, suspended: true).union(stopped))
        compare("who (pending)", path, who["pending"] ?? [], inForce.pending(tenant, workspace))
        guard workspace != nil else { continue }
        let show = try rows(engine.json(["workspace", "show", path]), "members") { $0["status"] == $0["role"] }
        compare("workspace show", path, show["active"] ?? [], inForce.direct(tenant, workspace))
      }
    }
  }

  private mutating func checkPeople() throws {
    for (_, person) in stored.people.sorted(by: { $0.key < $1.key }) {
      let email = person.email.lowercased()
      let show = try engine.json(["account", "show", email])
      let why = try engine.json(["why", email])
      for (name, tenant) in organizations {
        let places: [Stored.Workspace?] = [nil] + tenant.workspaces.map { $0 }
        for workspace in places {
          let path = workspace.map { "\(name)/\($0.name)" } ?? name
          let direct = inForce.direct(tenant, workspace).filter { $0.email == email }
          let shown = rows(show, "memberships", email: email, path: path)["active"] ?? []
          compare("account show", path, shown, direct)
          let opening = workspace == nil ? [] : Set(inForce.opening(tenant).filter { $0.email == email })
          let reasons = rows(why, "access", email: email, path: path)["active"] ?? []
          // One proof a place is enough, where there are two ways.
          guard reasons.isEmpty || !reasons.isSubset(of: direct.union(opening)) || direct.union(opening).isEmpty else {
            continue
          }
          compare("why", path, reasons, direct.isEmpty ? opening : direct)
        }
      }
    }
  }

  private mutating func checkEndings() throws {
    let list = try engine.json(["expiring", "--within", "3000d"])
    for (name, tenant) in organizations {
      let places: [Stored.Workspace?] = [nil] + tenant.workspaces.map { $0 }
      for workspace in places {
        let path = workspace.map { "\(name)/\($0.name)" } ?? name
        let ending = inForce.direct(tenant, workspace).filter { $0.end != nil }
        compare("expiring", path, rows(list, "expiring", path: path)["active"] ?? [], ending)
      }
    }
  }

  private mutating func checkKeys() throws {
    for secret in engine.secrets {
      for (name, tenant) in organizations {
        guard let workspace = tenant.workspaces.first(where: { $0.id == secret.workspace }) else { continue }
        let path = "\(name)/\(workspace.name)"
        let isNewest = engine.secrets.last { $0.workspace == secret.workspace && $0.name == secret.name } == secret
        let key = isNewest ? workspace.keys[secret.name] : nil
        let keeps = tenant.policy.map { $0.apiKeys.ofRemoved == .keep } ?? true
        let works = key.map { inForce.works($0, tenant, workspace, keepsOfRemoved: keeps) } ?? false
        let status = try engine.tenure(["api-key", "check", path], stdin: secret.text).status
        if (status == 0) == works { continue }
        found.append(
          Violation(
            .whatIsSaidHolds, works ? "a key that should work" : "a key that should not work",
            "\(secret.name) of \(path) at \(engine.now.text), made by "
              + "\(key?.creator.flatMap { stored.people[$0]?.email } ?? "the operator")"))
      }
    }
  }

  /// `may`, of everybody in every workspace: whoever has a role there that reads resources may.
  private mutating func checkRights() throws {
    for (name, tenant) in organizations {
      for workspace in tenant.workspaces {
        let path = "\(name)/\(workspace.name)"
        let reading = Set((tenant.policy?.workspaceRoles ?? []).filter { $0.may(.resourcesRead) }.map(\.name))
        let rows = inForce.direct(tenant, workspace).filter { reading.contains($0.role) }
        let able = Set(rows.union(inForce.opening(tenant)).map(\.email))
        let involved = Set(workspace.list.members.keys).union(tenant.list.members.keys)
        for email in involved.compactMap({ stored.people[$0]?.email.lowercased() }).sorted() {
          let status = try engine.tenure(["may", email, "resources.read", path, "--now", engine.now.text]).status
          if (status == 0) == able.contains(email), [0, 3].contains(status) { continue }
          found.append(
            Violation(
              .whatIsSaidHolds, able.contains(email) ? "may says no" : "may says yes",
              "\(email) resources.read \(path) at \(engine.now.text): exit code \(status)"))
        }
      }
    }
  }

  // MARK: JSON

  /// Rows of a list by status.
  private func rows(
    _ report: [String: Any], _ list: String, email: String? = nil, path: String? = nil,
    isActive: ([String: String]) -> Bool = { $0["status"] == "active" }
  ) -> [String: Set<InForce.Row>] {
    var result: [String: Set<InForce.Row>] = [:]
    for case let item as [String: Any] in report[list] as? [Any] ?? [] {
      let fields = item.compactMapValues { $0 as? String }
      if let path, fields["path"] != path { continue }
      let row = InForce.Row(
        email: (email ?? fields["subject"] ?? "").lowercased(), role: fields["role"] ?? "",
        end: fields["expires"].flatMap { Instant(rfc3339: $0) })
      result[isActive(fields) ? "active" : fields["status"] ?? "", default: []].insert(row)
    }
    return result
  }
}
