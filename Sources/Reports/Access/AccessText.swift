import Model

/// `why` for a terminal: a place, then the lines of manifests that give it, each with its commit, then what was done.
///
///     acme/ml: developer, active
///       manifests/acme.yaml:16:7  sre: developer
///         3b4a…  2026-03-01T10:00:00Z  ada@acme.example, approved by grace@acme.example  Let the SREs in
///       2026-03-01T11:00:00Z  add-member developer  by ada@acme.example  commit 3b4a…
public struct AccessText {
  private let explanation: Explanation
  private let paint: Paint

  public init(_ explanation: Explanation, options: TextOptions = .init()) {
    (self.explanation, paint) = (explanation, Paint(options.color))
  }

  public func render() -> String {
    let parts = (explanation.access.isEmpty ? [nothing] : present) + explanation.ended.map(ended)
    return parts.joined(separator: "\n")
  }

  private var nothing: String {
    let place = explanation.path.map { " to \(Inert.line($0))" } ?? ""
    return "\(Inert.line(explanation.subject)) has no access\(place).\n"
  }

  private var present: [String] {
    // What an organization role opens may be hundreds of workspaces with one and the same proof, which stands above.
    let isFolded = explanation.path == nil
    let opened = explanation.access.filter { isFolded && $0.via == "organization-role" }
    let own = explanation.access.filter { !isFolded || $0.via != "organization-role" }
    return own.map { access in
      let inside = opened.filter { $0.path.hasPrefix(access.path + "/") }
      return block(access) + (inside.isEmpty ? "" : folded(inside, access))
    }
  }

  private func block(_ access: Access) -> String {
    var lines = [heading(access)] + access.proof.flatMap(link)
    if access.proof.isEmpty { lines.append("  \(undeclared(access))") }
    if let next = access.next { lines.append("  \(newer(next, access))") }
    // What has ended is told below.
    let ended = explanation.ended.filter { $0.path == access.path }.flatMap { $0.given + [$0.event].compactMap(\.self) }
    return (lines + events(access.events.filter { !ended.contains($0) })).map { $0 + "\n" }.joined()
  }

  private func heading(_ access: Access) -> String {
    var words = [Inert.line(access.role), status(access)]
    if access.via == "organization-role" {
      words.append(
        "by the role in \(Inert.line(String(access.path.prefix { $0 != "/" }))), which opens every workspace")
    }
    if access.isOwner { words.append("owner of record") }
    if access.protect { words.append("protected") }
    if let end = access.expires { words.append("until \(end)") }
    return paint("\(Inert.line(access.path)): \(words.joined(separator: ", "))", .bold)
  }

  private func status(_ access: Access) -> String {
    switch access.because {
    case .left: "held: left of their own will"
    case .declined: "held: declined the invitation"
    case .acceptInvitation: "pending until they accept the invitation"
    case .invitationExpired: "declared, and the invitation has expired"
    case .organizationMembership: "declared, waiting until they are a member of the organization"
    case .withheld where access.status == .declared: "declared, held back by the last apply (tenure plan says why)"
    case .notApplied where access.isEndedByHand: "declared, ended by hand since it was applied"
    case .notApplied where access.status == .declared: "declared, not applied yet"
    case .withheld, .notApplied, nil: access.status.rawValue
    }
  }

  private func link(_ link: ProofLink) -> [String] {
    let source = Inert.line(link.source.description)
    return ["  \(source)  \(Inert.line(link.text))", "    \(words(link.introduced))"]
      + (link.since.map { ["    first \(words($0))"] } ?? [])
  }

  private func words(_ introduction: Introduction) -> String {
    let approvers = introduction.approvers.map(Inert.line).joined(separator: ", ")
    let people = Inert.line(introduction.author) + (approvers.isEmpty ? "" : ", approved by \(approvers)")
    let line = [introduction.commit, introduction.date.description, people, Inert.line(introduction.message)]
    return line.filter { !$0.isEmpty }.joined(separator: "  ")
      + (introduction.isCut ? " (or before: history is cut)" : "")
  }

  /// How somebody came to what no manifest gives them.
  private func undeclared(_ access: Access) -> String {
    let grant = access.events.last {
      ["add-member", "change-role", "update-member", "invite", "accept-invitation"].contains($0.action)
    }
    guard let grant else {
      return access.events.contains { $0.action.hasPrefix("create-") }
        ? "no manifest declares it: it came with the place"
        : "no manifest declares it, and no audit entry says how it came"
    }
    return grant.commit == nil ? "no manifest declares it: done by hand" : "no manifest at hand declares it"
  }

  private func newer(_ next: NewerDeclaration, _ access: Access) -> String {
    let end = next.expires.map { " until \($0)" } ?? ""
    let what = next.role.map { "as \(Inert.line($0))\(end)" } ?? "no more"
    let why = access.because == .withheld ? "held back by the last apply" : "the next apply changes it"
    return "declared \(what) at \(next.commit): \(why)"
  }

  private func events(_ events: [AccessEvent]) -> [String] {
    aligned(events.map(cells), paint: paint).map { "  " + $0 }
  }

  private func cells(_ event: AccessEvent) -> [Cell] {
    let actors = event.actors.isEmpty ? "" : "by \(event.actors.map(Inert.line).joined(separator: ", "))"
    var notes: [String] = []
    if !event.approvedBy.isEmpty {
      notes.append("approved by \(event.approvedBy.map(Inert.line).joined(separator: ", "))")
    }
    if let commit = event.commit { notes.append("commit \(Inert.line(commit))") }
    if !event.overrides.isEmpty { notes.append("override \(event.overrides.map(Inert.line).joined(separator: ", "))") }
    if let reason = event.reason { notes.append(Inert.line(reason)) }
    return [event.time.description, event.action, event.role ?? "", actors, notes.joined(separator: ", ")]
      .map { Cell(Inert.line($0)) }
  }

  private func folded(_ inside: [Access], _ access: Access) -> String {
    let paths = inside.map { Inert.line($0.path) }.joined(separator: ", ")
    return "  \(Inert.line(access.role)) opens \(counted(inside.count, "workspace")): \(paths)\n"
  }

  private func ended(_ ended: EndedAccess) -> String {
    let role = ended.role.map { ": \(Inert.line($0))" } ?? ""
    var lines = [paint("\(Inert.line(ended.path))\(role), ended", .bold)]
    if let end = ended.expired { lines.append("  its end came: \(end)") }
    if let line = ended.line { lines += link(line) }
    if let removed = ended.removed { lines.append("    taken out by \(words(removed))") }
    return (lines + events(ended.given + [ended.event].compactMap(\.self))).map { $0 + "\n" }.joined()
  }
}
