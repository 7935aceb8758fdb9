import Model
import Planning
import Store

/// A stored workspace, and whoever acts in it.
struct Workplace {
  let place: Place
  let stored: ActualWorkspace
  /// Nil: the operator.
  let acting: ActingPerson?
  /// Of the acting person.
  let account: AccountRow?
  /// The email of `--as`; nil: the operator.
  let actor: String?

  var path: Path { place.path }

  /// As the audit log names who did it.
  var maker: String { account?.email ?? actor ?? "operator" }

  func may(_ permission: Permission) -> Bool { acting?.may(permission, in: stored.name) ?? true }

  /// Why they may not; nil: they may.
  func refusal(_ permission: Permission) -> Refusal? {
    guard let acting, let reason = acting.refusal(permission, in: stored.name) else { return nil }
    return Refusal(
      rule: .actorAllowed, organization: path.tenant, workspace: path.workspace, subject: account?.email,
      message: reason.message, remedy: reason.remedy)
  }
}

extension HandView {
  /// - Throws: ``HandworkError`` where the path names no workspace.
  func workplace(_ path: Path) throws -> Workplace {
    let place = try Place(path, reader)
    guard let stored = place.stored else {
      throw HandworkError(
        "\(place.path) is no workspace", hint: "write \(place.path)/NAME; tenure who \(place.path) shows its members")
    }
    return Workplace(
      place: place, stored: stored, acting: try actor.map { try acting(in: place, as: $0) },
      account: try actor.flatMap { try reader.account(email: $0) }, actor: actor)
  }
}

extension Handwork {
  /// Does `body` in one transaction, if whoever acts has all `permissions` in the workspace.
  func work(
    in path: Path, needing permissions: [Permission],
    _ body: (Workplace, any StoreTransaction) throws -> Outcome
  ) throws -> Outcome {
    try store.transaction { transaction in
      let workplace = try HandView(reader: transaction, actor: actor, now: now).workplace(path)
      var refusals: [Refusal] = []
      // A suspended person would be told the same for each.
      for refusal in permissions.compactMap(workplace.refusal) where !refusals.contains(refusal) {
        refusals.append(refusal)
      }
      return refusals.isEmpty
        ? try body(workplace, transaction) : Outcome(deeds: [], refusals: refusals, problems: [])
    }
  }
}

extension Handwork.Deed {
  /// What was done to the workspace or to a key in it, with its audit entry written.
  init(
    _ name: String, as kind: Action.Kind, in workplace: Workplace, subject: String? = nil, before: Fields? = nil,
    after: Fields? = nil, at now: Instant, _ transaction: any StoreTransaction
  ) throws {
    let action = Action(
      kind, organization: workplace.path.tenant, workspace: workplace.path.workspace, subject: subject, before: before,
      after: after, origin: .change, actors: [workplace.maker])
    self.init(name: name, action: action)
    try transaction.appendAudit(
      AuditRecord(
        time: now, actors: action.actors, action: name, path: workplace.path.description, subject: subject,
        before: before, after: after))
  }
}
