import Model
import Planning
import Reconciling
import Reports
import Store

/// A saved plan against what would be planned now, and in words what has changed since.
///
/// | differs                                     | stale | says                                                        |
/// |---------------------------------------------|-------|-------------------------------------------------------------|
/// | the serial of a tenant                      | yes   | both serials, and who did what since, from the audit log    |
/// | the policy applied before, or the one to be | yes   | each value that is different                                |
/// | the digest alone                            | yes   | which ends came between both instants                       |
/// | only the commit applied before              | no    | said besides where something else is stale                  |
struct StalePlan {
  let saved: SavedPlan
  let proposal: Reconciliation.Proposal
  private let now: [String: SavedPlan.Standing]
  private let policies: [String: String]
  private let names: [String]

  /// So many lines of one sort are said.
  private static let most = 10

  init(_ saved: SavedPlan, _ proposal: Reconciliation.Proposal) {
    (self.saved, self.proposal) = (saved, proposal)
    let (standings, texts) = SavedPlan.standings(proposal)
    now = standings
    policies = saved.policies.merging(texts) { $1 }
    names = Set(saved.tenants.keys).union(standings.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Refuses a stale plan.
  func check(_ store: any StoreReader) throws {
    let moved = names.filter { saved.tenants[$0]?.serial != serial($0) }
    let ruled = names.filter { name in
      guard let before = saved.tenants[name], let after = now[name] else { return false }
      return before.policy != after.policy || before.appliedPolicy != after.appliedPolicy
    }
    guard !moved.isEmpty || !ruled.isEmpty || proposal.digest != saved.digest else { return }
    let what =
      !moved.isEmpty
      ? "\(listed(moved)) changed since it was made"
      : !ruled.isEmpty
        ? "the policy of \(listed(ruled)) changed since it was made"
        : "it was made for \(saved.instant), and at \(proposal.plan.now) another one is due"
    throw Failure(
      .failure, "the plan is stale: \(what); nothing was applied",
      details: try moved.flatMap(movement) + done(moved, store) + names.flatMap(policyLines) + lapses + differences,
      hint: "plan again, and review what is different")
  }

  private func listed(_ names: [String]) -> String {
    let most = 5
    let rest = names.count > most ? " and \(names.count - most) more" : ""
    return names.prefix(most).joined(separator: ", ") + rest
  }

  private func clipped(_ lines: [String], indent: String = "") -> [String] {
    let rest = lines.count > Self.most ? ["\(indent)and \(lines.count - Self.most) more"] : []
    return lines.prefix(Self.most) + rest
  }

  // MARK: - The store

  private func stored(_ name: String) -> ActualTenant? { proposal.input.actual.tenants.first { $0.name == name } }

  /// Of tenants that this plan leaves alone too; nil: not stored, where it is not planned either.
  private func serial(_ name: String) -> Int64? { now[name]?.serial ?? stored(name)?.serial }

  private func movement(_ name: String) -> [String] {
    func text(_ serial: Int64?) -> String { serial.map { $0 == 0 ? "not stored" : "\($0)" } ?? "left alone" }
    let (before, after) = (saved.tenants[name]?.serial, serial(name))
    let noun = (before ?? 0) > 0 ? "serial " : ""
    var lines = ["\(name): \(noun)\(text(before)) → \(text(after))"]
    let applied = stored(name)?.applied
    if let applied, applied.commit != saved.tenants[name]?.appliedCommit {
      lines.append("\(name): commit \(applied.commit) was applied, at \(applied.time)")
    }
    if let since = stored(name)?.suspended, since > saved.instant || now[name] == nil {
      lines.append("\(name): suspended since \(since): \(stored(name)?.suspensionReason ?? "")")
    }
    return lines
  }

  /// What was done in the tenants since, or where the log says nothing of them, what was done at all.
  private func done(_ moved: [String], _ store: any StoreReader) throws -> [String] {
    guard !moved.isEmpty else { return [] }
    let entries = try store.audit(after: saved.auditEnd).map(\.record)
    let tenants = Set(moved)
    let theirs = entries.filter { tenants.contains(tenant($0)) }
    let lines = (theirs.isEmpty ? entries : theirs).map { record in
      let who = record.actors.isEmpty ? "operator" : record.actors.joined(separator: ", ")
      let what = [record.action, record.path, record.subject, Words.change(record.before, record.after)]
      return "  \(record.time) \(who): \(what.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " "))"
    }
    return lines.isEmpty ? ["  the audit log has nothing about it"] : clipped(lines, indent: "  ")
  }

  private func tenant(_ record: AuditRecord) -> String {
    let name = String((record.path ?? "").prefix { $0 != "/" })
    return name.hasPrefix("~") ? name.emailKey : name
  }

  // MARK: - The policy

  private func policyLines(_ name: String) -> [String] {
    guard let before = saved.tenants[name], let after = now[name] else { return [] }
    let applied = leaves(before.appliedPolicy, after.appliedPolicy).map { "policy applied to \(name): \($0)" }
    let wanted = leaves(before.policy, after.policy).map { "policy of \(name): \($0)" }
    return clipped(applied) + clipped(wanted)
  }

  /// `invitations.admission: direct → invite`, one line a value.
  private func leaves(_ old: String?, _ new: String?) -> [String] {
    guard old != new else { return [] }
    let (before, after) = (values(old), values(new))
    let different = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    return different.map { "\($0): \(before[$0] ?? "not set") → \(after[$0] ?? "not set")" }
  }

  private func values(_ digest: String?) -> [String: String] {
    let lines = (digest.flatMap { policies[$0] } ?? "").split(separator: "\n")
    return Dictionary(
      lines.map { line in
        let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }, uniquingKeysWith: { a, _ in a })
  }

  // MARK: - Time

  /// Memberships that ended and invitations that lapsed between both instants, stored or declared.
  private var lapses: [String] {
    let (input, from, to) = (proposal.input, saved.instant, proposal.plan.now)
    guard from < to else { return [] }
    func isBetween(_ instant: Instant?) -> Bool { instant.map { from < $0 && $0 <= to } ?? false }
    func email(_ person: Symbol) -> String {
      input.names.text(input.actual.accounts[person]?.email ?? input.desired.spellings[person] ?? person)
    }
    var lines: Set<String> = []
    func look(_ path: Path, _ roll: Roll) {
      for member in roll.members where isBetween(member.expires) {
        lines.insert("\(path): \(email(member.person)) ended at \(member.expires.map(\.description) ?? "")")
      }
      for invitation in roll.invitations where isBetween(invitation.lapses) {
        let end = invitation.lapses.map(\.description) ?? ""
        lines.insert("\(path): the invitation of \(email(invitation.person)) lapsed at \(end)")
      }
    }
    for tenant in input.actual.tenants {
      look(Path(tenant: tenant.name), tenant.roll)
      for workspace in tenant.workspaces {
        look(Path(tenant: tenant.name, workspace: input.names.text(workspace.name)), workspace.roll)
      }
    }
    for tenant in input.desired.tenants {
      let lists =
        [(Path(tenant: tenant.name), tenant.members ?? [])]
        + tenant.workspaces.map { (Path(tenant: tenant.name, workspace: input.names.text($0.name)), $0.members ?? []) }
      for (path, members) in lists {
        for member in members where isBetween(member.expires) {
          lines.insert("\(path): \(email(member.person)) ended at \(member.expires.map(\.description) ?? "")")
        }
      }
    }
    return clipped(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  // MARK: - Actions

  private struct Key: Hashable {
    var kind: Action.Kind
    var path: Path
    var subject: String?
    var before: Fields?
    var after: Fields?

    init(_ action: Action) {
      kind = action.kind
      path = Path(tenant: action.organization, workspace: action.workspace)
      (subject, before, after) = (action.subject, action.before, action.after)
    }
  }

  /// What would be applied now and was not to be, and the other way round.
  private var differences: [String] {
    let (old, new) = (saved.actions, proposal.plan.actions)
    let (oldDone, newDone) = (Self.done(old), Self.done(new))
    let (oldKeys, newKeys) = (Set(oldDone.map(Key.init)), Set(newDone.map(Key.init)))
    let come = newDone.filter { !oldKeys.contains(Key($0)) }
    let gone = oldDone.filter { !newKeys.contains(Key($0)) }
    let before = Self.blocked(old)
    let after = Self.blocked(new)
    let lines =
      clipped(come.map { "+ \(ActionLines.plain($0))" + (before[Key($0)].map { ", blocked by \($0) before" } ?? "") })
      + clipped(gone.map { "- \(ActionLines.plain($0))" + (after[Key($0)].map { ", blocked by \($0) now" } ?? "") })
    if lines.isEmpty { return ["the actions are the same as in the saved plan"] }
    return ["compared with the saved plan:"] + lines.map { "  " + $0 }
  }

  private static func done(_ actions: [Action]) -> [Action] { actions.filter { $0.blockedBy.isEmpty } }

  private static func blocked(_ actions: [Action]) -> [Key: String] {
    let refused = actions.filter { !$0.blockedBy.isEmpty }
    return Dictionary(
      refused.map { (Key($0), $0.blockedBy.map(\.rawValue).joined(separator: ", ")) }, uniquingKeysWith: { a, _ in a })
  }
}
