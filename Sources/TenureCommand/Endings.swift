import Model
import Planning
import Reconciling

/// Memberships and invitations that end within a time, or have ended and are still stored, and what they leave without
/// an owner.
struct Endings {
  struct Ending {
    var path: String
    var subject: String
    var role: String
    /// `active`, `suspended`, `pending`; `expired` for what has ended; `declared` where nothing is stored.
    var status: String
    var via: String
    var expires: Instant
    /// Where it is declared; nil: it is not.
    var source: SourceLocation?
  }

  /// A place in which nobody holds the top role without an end, and the last who holds it with one goes then.
  struct Ownerless {
    var path: String
    var role: String
    var expires: Instant
  }

  struct Found {
    /// By instant, then path, then subject.
    var endings: [Ending] = []
    /// By instant, then path.
    var ownerless: [Ownerless] = []
  }

  let from: Instant
  let to: Instant

  init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }

  /// Of what is stored; `source` says where it was declared.
  func of(_ stored: StoredState, _ source: DesiredSource?) throws -> Found {
    var found = Found()
    var manifests = AppliedManifests(source, now: from)
    for tenant in stored.actual.tenants {
      let policy = stored.policy(of: tenant).policy
      let declared = try tenant.applied.flatMap { try manifests.lines(of: $0.commit) } ?? [:]
      for workspace in [nil] + tenant.workspaces.map(Optional.some) {
        let key = Path(tenant: tenant.name, workspace: workspace.map { stored.names.text($0.name) })
        let path = StoredPlace.name(tenant, workspace, stored)
        let lines = declared[key] ?? [:]
        let above = workspace == nil ? [:] : declared[Path(tenant: tenant.name)] ?? [:]
        // What an organization role opens ends with it, in the organization.
        let people = People(stored, now: from).stored(in: tenant, workspace).filter {
          $0.via != People.throughOrganization
        }
        for person in people where person.hasEnded || (person.isStanding && isSoon(person.expires)) {
          let line = lines[person.subject.emailKey]
          // Where the organization's end counts, its line says so.
          let end = line ?? above[person.subject.emailKey]
          found.endings.append(
            Ending(
              path: path, subject: person.subject, role: person.role, status: person.status,
              via: person.via, expires: person.expires ?? to, source: end?.source))
        }
        let top = policy.topRole(workspace == nil ? .organization : .workspace)?.name
        let holders = people.filter { $0.role == top && $0.status == "active" }.map(\.expires)
        found.ownerless += ownerless(path, top, holders)
      }
    }
    return found.sorted()
  }

  /// Of what a commit declares.
  func of(_ reading: Reading) -> Found {
    var found = Found()
    for tenant in reading.desired.tenants {
      let places: [(DesiredWorkspace?, [DesiredMember]?)] =
        [(nil, tenant.members)] + tenant.workspaces.map { ($0, $0.members) }
      for (workspace, members) in places {
        let path = Path(tenant: tenant.name, workspace: workspace.map { reading.names.text($0.name) }).description
        let top = tenant.policy.policy.topRole(workspace == nil ? .organization : .workspace)?.name
        let inForce = (members ?? []).filter(\.isInForce).compactMap { member in
          workspace == nil ? member : tenant.admitting(member, reading.names)
        }
        for member in inForce where isSoon(member.expires) {
          let line = DeclaredLine(member, reading)
          found.endings.append(
            Ending(
              path: path, subject: reading.names.text(reading.desired.spellings[member.person] ?? member.person),
              role: reading.names.text(member.role), status: "declared", via: line.via,
              expires: member.expires ?? to, source: line.source))
        }
        let holders = inForce.filter { reading.names.text($0.role) == top }.map(\.expires)
        found.ownerless += ownerless(path, top, holders)
      }
    }
    return found.sorted()
  }

  private func isSoon(_ end: Instant?) -> Bool { end.map { from < $0 && $0 <= to } ?? false }

  /// `holders`: the ends of those who hold the top role now.
  private func ownerless(_ path: String, _ role: String?, _ holders: [Instant?]) -> [Ownerless] {
    let ends = holders.compactMap(\.self)
    guard let role, ends.count == holders.count, ends.contains(where: isSoon), let last = ends.max() else { return [] }
    return [Ownerless(path: path, role: role, expires: last)]
  }
}

extension Endings.Found {
  fileprivate func sorted() -> Self {
    func precedes(_ a: [String], _ b: [String]) -> Bool {
      a.lexicographicallyPrecedes(b) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    var result = self
    result.endings.sort { a, b in
      a.expires == b.expires ? precedes([a.path, a.subject], [b.path, b.subject]) : a.expires < b.expires
    }
    result.ownerless.sort { a, b in a.expires == b.expires ? precedes([a.path], [b.path]) : a.expires < b.expires }
    return result
  }
}

/// Where a membership is declared.
struct DeclaredLine {
  var via: String
  var source: SourceLocation?

  init(_ member: DesiredMember, _ reading: Reading) {
    via = member.group.map { "group:" + reading.names.text($0) } ?? "direct"
    source = SourceLocation(member.mark, files: reading.desired.files)
  }
}

/// The lines of applied commits, each commit read once.
private struct AppliedManifests {
  private let source: DesiredSource?
  private let now: Instant
  private var known: [String: [Path: [String: DeclaredLine]]] = [:]

  init(_ source: DesiredSource?, now: Instant) { (self.source, self.now) = (source, now) }

  /// By place and caseless email; nothing where the repository does not have the commit.
  mutating func lines(of commit: String) throws -> [Path: [String: DeclaredLine]] {
    if let lines = known[commit] { return lines }
    var lines: [Path: [String: DeclaredLine]] = [:]
    if let source, source.repository.contains(commit: commit) {
      let reading = DesiredSource.compile(
        try source.snapshot(at: commit), now: now,
        source: PlanSource(repository: source.name, ref: source.ref, commit: commit, manifests: source.manifests))
      for tenant in reading.desired.tenants {
        let places: [(Symbol?, [DesiredMember]?)] =
          [(nil, tenant.members)] + tenant.workspaces.map { ($0.name, $0.members) }
        for (workspace, members) in places {
          let path = Path(tenant: tenant.name, workspace: workspace.map(reading.names.text))
          for member in members ?? [] where member.expires != nil {
            lines[path, default: [:]][reading.names.text(member.person)] = DeclaredLine(member, reading)
          }
        }
      }
    }
    known[commit] = lines
    return lines
  }
}
