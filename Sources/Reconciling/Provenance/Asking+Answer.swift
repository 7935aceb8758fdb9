import Manifests
import Model

extension Asking {
  mutating func answer() throws -> AccessQuestion.Answer {
    if !(tip?.isUnusable ?? false) { try followRenames() }
    var explanation = Explanation(
      subject: spelling ?? question.email, path: wanted.map(shown), commit: question.at?.commit)
    if stored == nil, let tip, tip.isUnusable || wanted.map({ tip.stopped.contains($0.tenant) }) ?? false {
      return AccessQuestion.Answer(
        explanation: explanation, notes: notes, diagnostics: tip.diagnostics, files: tip.files)
    }
    if let tip, stored != nil, tip.isUnusable {
      notes.append("the manifests of \(tip.commit) cannot be read, so they are left out: tenure validate says why")
    }
    if let tip, !tip.isUnusable, !tip.stopped.isEmpty {
      let names = tip.stopped.sorted().joined(separator: ", ")
      notes.append("the manifests of \(names) have errors at \(tip.commit), so they are left out there")
    }
    for path in places() { explanation.access += try access(to: path) }
    explanation.access += try openedByOrganization()
    explanation.access.sort { a, b in
      a.path == b.path
        ? a.via != "organization-role" && b.via == "organization-role"
        : a.path.utf8.lexicographicallyPrecedes(b.path.utf8)
    }
    // Who is declared alone has nothing: what they had may have ended.
    let present = explanation.access.filter { stored == nil || $0.status.isStored }
    if wanted == nil || present.isEmpty {
      let paths = Set(present.filter { $0.via != "organization-role" }.map(\.path))
      explanation.ended = try ended().filter { !paths.contains($0.path) }
    }
    if explanation.isCut {
      notes.append("this clone is shallow and its history is cut: git fetch --unshallow gets the rest")
    }
    return AccessQuestion.Answer(
      explanation: explanation, notes: notes, knowsPlace: knowsPlace || !explanation.ended.isEmpty,
      knowsPerson: spelling != nil || !explanation.access.isEmpty || !explanation.ended.isEmpty)
  }

  /// Where the person has something, or the one place that was asked about.
  private func places() -> [Path] {
    var found = Set(stored?.places.keys.map(\.self) ?? [])
    for access in declared.values { found.formUnion(access?.declarations.keys.map(\.self) ?? []) }
    if let path = wanted { found.formIntersection([path]) }
    return found.sorted { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
  }

  var knowsPlace: Bool {
    guard let path = wanted else { return true }
    if let stored, stored.tenants[path.tenant] != nil {
      if path.workspace == nil || stored.workspaces(of: path.tenant).contains(path) { return true }
    }
    return tip?.paths.contains(path) ?? false
  }

  /// The path with the account's email as it is written.
  func shown(_ path: Path) -> String {
    guard let account = path.accountEmail, people.contains(account), let spelling else { return path.description }
    return Path(tenant: "~" + spelling, workspace: path.workspace).description
  }

  /// What a role in the organization opens, a proof of its own for each workspace.
  private mutating func openedByOrganization() throws -> [Access] {
    var result: [Access] = []
    for (organization, workspaces) in try opened().sorted(by: { $0.key.description < $1.key.description }) {
      let inside = workspaces.filter { wanted == nil || wanted == $0 }
      guard !inside.isEmpty, var own = try access(to: organization).first else { continue }
      own.via = "organization-role"
      own.isOwner = false
      for workspace in inside {
        own.path = shown(workspace)
        result.append(own)
      }
    }
    return result
  }

  private func opened() throws -> [Path: [Path]] {
    guard let stored else { return tip?.opened ?? [:] }
    var result: [Path: [Path]] = [:]
    for (path, place) in stored.places where path.workspace == nil {
      guard let tenant = stored.tenants[path.tenant], case .member? = place.standing,
        stored.opensWorkspaces(of: tenant, at: path, instant)
      else { continue }
      result[path] = stored.workspaces(of: path.tenant)
    }
    return result
  }
}

extension Access.Status {
  /// Whether the store has it, by a membership or an open invitation.
  fileprivate var isStored: Bool {
    switch self {
    case .active, .pending, .suspended: true
    case .held, .declared: false
    }
  }
}

extension Explanation {
  /// Whether some commit is only the oldest that the clone has.
  fileprivate var isCut: Bool {
    access.contains { $0.proof.contains { $0.introduced.isCut || $0.since?.isCut ?? false } }
  }
}
