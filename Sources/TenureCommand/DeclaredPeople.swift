import Model
import Reconciling
import Reports

/// Who is in a place by what a commit declares.
struct DeclaredPeople {
  private let reading: Reading
  private let point: PointInTime

  /// - Throws: ``Failure`` where the commit's manifests cannot be read.
  init(_ source: DesiredSource, at point: PointInTime, _ console: Console) throws {
    self.point = point
    reading = DesiredSource.compile(
      try source.snapshot(at: point.commit), now: point.instant,
      source: PlanSource(
        repository: source.name, ref: source.ref, commit: point.commit, manifests: source.manifests))
    guard !reading.isUnusable else {
      Findings.show(reading, console)
      throw Failure(.invalidManifests, "the manifests of \(point.commit) have errors that concern everything")
    }
  }

  /// Sorted by subject, then via.
  func of(_ path: Path) throws -> (path: String, people: [People.Person]) {
    let (tenant, workspace) = try find(path)
    let roles = tenant.policy.policy
    let top = roles.topRole(workspace == nil ? .organization : .workspace)?.name
    let owner = workspace == nil ? tenant.owner?.value : workspace?.owner?.value
    let declared = workspace == nil ? tenant.members : workspace?.members
    let admitted = declared.map { members in
      members.filter(\.isInForce).compactMap { workspace == nil ? $0 : tenant.admitting($0, reading.names) }
    }
    var people = inForce(admitted, owner: owner, top: top)
    if workspace != nil, tenant.account == nil {
      let organization = inForce(
        tenant.members, owner: tenant.owner?.value, top: roles.topRole(.organization)?.name)
      for var person in organization where roles.role(person.role, .organization)?.may(.workspaceEnterAll) ?? false {
        person.via = "organization-role"
        people.append(person)
      }
    }
    let name = tenant.account.map { "~" + email($0) } ?? tenant.name
    return (
      Path(tenant: name, workspace: path.workspace).description,
      people.sorted { a, b in
        a.subject == b.subject ? a.via < b.via : a.subject.utf8.lexicographicallyPrecedes(b.subject.utf8)
      }
    )
  }

  private func find(_ path: Path) throws -> (DesiredTenant, DesiredWorkspace?) {
    let tenants = reading.desired.tenants
    guard let tenant = tenants.first(where: { $0.name == path.tenant }) else {
      if reading.desired.stopped.contains(path.tenant) {
        throw Failure(.invalidManifests, "the manifests of \(path.tenant) have errors at \(point.commit)")
      }
      throw Unknown.thing(
        path.isAccount ? "account" : "organization", path.tenant, among: tenants.map(\.name),
        otherwise: "no manifest of \(point.commit) declares it")
    }
    guard let wanted = path.workspace else { return (tenant, nil) }
    let workspaces = tenant.workspaces.filter { $0.disposition == .declared }
    guard let workspace = workspaces.first(where: { reading.names.text($0.name) == wanted }) else {
      throw Unknown.thing(
        "workspace", path.description,
        among: workspaces.map { Path(tenant: tenant.name, workspace: reading.names.text($0.name)).description },
        otherwise: "no manifest of \(point.commit) declares it")
    }
    return (tenant, workspace)
  }

  private func inForce(_ members: [DesiredMember]?, owner: Symbol?, top: String?) -> [People.Person] {
    guard let members else {
      // Not managed, but for what `owner:` implies.
      guard let owner, let top else { return [] }
      return [.init(subject: email(owner), role: top, status: "active", via: "direct")]
    }
    return members.filter(\.isInForce).map { member in
      People.Person(
        subject: email(member.person), role: reading.names.text(member.role), status: "active",
        via: member.group.map { "group:" + reading.names.text($0) } ?? "direct", expires: member.expires)
    }
  }

  private func email(_ person: Symbol) -> String { reading.names.text(reading.desired.spellings[person] ?? person) }
}
