import Model
import Planning

/// A company whose history is lived step by step, with every law asked after each.
final class Life {
  let engine: Engine
  private(set) var steps: [Step] = []
  private(set) var commits: [Authored] = []
  /// Positions in `commits` that were applied as a whole.
  private var applied: [Int] = []
  private var identities = Identities()
  private var refusals = Refusals()
  private var book = EmailBook()
  /// See ``Silence``.
  private var declaredOnce: Set<String> = []
  private(set) var stored: Stored
  private var past = Past()
  private(set) var counts: [String: Int] = [:]

  /// The only violation that is looked for; nil: any.
  private let sought: Violation?

  init(hasMemory: Bool, seeking sought: Violation? = nil) throws {
    self.sought = sought
    engine = try Engine(hasMemory: hasMemory)
    stored = try engine.stored()
  }

  /// - Returns: what does not hold after it.
  func live(_ step: Step) throws -> [Violation] {
    steps.append(step)
    switch step {
    case .commit(let declared, let author, let approver):
      try engine.commit(declared, author: author, approver: approver)
      commits.append(Authored(declared: declared, author: author, approver: approver))
      refusals.forget()
      return []
    case .later(let seconds):
      engine.now = engine.now.later(seconds)
      return []
    case .plan(let options):
      if !commits.isEmpty { _ = try engine.reconcile(known(options), isApplied: false) }
      return []
    case .look:
      guard !commits.isEmpty, sought.map({ $0.law == .whatIsSaidHolds }) ?? true else { return [] }
      return try Views.violations(engine).filter { found in sought.map { $0.kind == found.kind } ?? true }
    case .command(let command, let actor): return try live(command, actor) + lookBack()
    case .apply(let options): return commits.isEmpty ? [] : try apply(known(options)) + lookBack()
    }
  }

  private func lookBack() throws -> [Violation] {
    guard sought.map({ $0.law == .pastIsWhatWas }) ?? true else { return [] }
    try past.note(engine.store, at: engine.now)
    return try past.violations(engine.store, turn: steps.count)
  }

  /// A part that a shortened history no longer has cannot be asked for.
  private func known(_ options: Step.Applying) -> Step.Applying {
    guard let declared = commits.last?.declared else { return options }
    var options = options
    options.only = options.only.filter { text in
      guard let path = Path(text), let organization = declared.organizations[path.tenant] else { return false }
      return path.workspace.map { organization.workspaces?[$0] != nil } ?? true
    }
    return options
  }

  private func live(_ command: Step.Command, _ actor: String?) throws -> [Violation] {
    let isDone = try engine.run(command, actor: actor)
    stored = try engine.stored()
    book.note(stored)
    guard isDone else { return [] }
    counts["commands", default: 0] += 1
    refusals.forget()
    forget(command)
    return identities.note(command, after: stored, book)
  }

  /// Somebody brought in by hand, where no applied commit declares them any more, is nobody's leftover.
  private func forget(_ command: Step.Command) {
    guard let last = applied.last, let (path, email) = command.place, let place = Path(path) else { return }
    let grants = commits[last].declared.grants(place.tenant, place.workspace, at: engine.now.instant)
    if grants?[email] == nil { declaredOnce.remove("\(path) \(email)") }
  }

  private func apply(_ options: Step.Applying) throws -> [Violation] {
    let before = stored
    let result = try engine.reconcile(options, isApplied: true)
    stored = try engine.stored()
    book.note(stored)
    guard let plan = result.plan else { return [] }
    if let failure = result.failures.first {
      return [Violation(.appliesEnd, "an apply that fails", failure)]
    }
    counts["applied", default: 0] += plan.applicable.count
    counts["refused", default: 0] += plan.actions.count - plan.applicable.count
    let isPlanned = sought?.asksForPlans ?? true
    guard let again = isPlanned ? try engine.reconcile(options, isApplied: false, isFull: true).plan : plan,
      let next = isPlanned ? try engine.reconcile(.init(), isApplied: false, isFull: true).plan : plan
    else { return [Violation(.appliesEnd, "a plan that ends", "after an apply there is none")] }
    let step = Applied(
      options: options, commits: commits, earlier: applied, now: engine.now.instant, plan: plan, before: before,
      after: stored, again: again, next: next)
    let found =
      identities.note(step, book) + refusals.note(step, identities, book)
      + Silence.violations(step, declaredOnce: declaredOnce)
    note(step)
    return sought.map { sought in found.filter { $0.kind == sought.kind } } ?? found
  }

  private func note(_ step: Applied) {
    let declared = step.declared
    if step.options.only.isEmpty { applied.append(commits.count - 1) }
    for (name, organization) in declared.organizations where stored.tenants[name]?.commit != nil {
      note(name, declared.grants(name, nil, at: step.now))
      for (title, workspace) in organization.workspaces ?? [:] {
        let path = "\(name)/\(title)"
        if workspace.state == .released { forget(path) }
        if workspace.state != .declared { continue }
        guard stored.workspace(name, title) != nil else { continue }
        declaredOnce.insert(path)
        note(path, declared.grants(name, title, at: step.now))
      }
    }
  }

  /// Whoever is in a list that is not managed is nobody's by declaration from then on.
  private func note(_ path: String, _ grants: [String: Grant]?) {
    guard let grants else {
      forget(path)
      return
    }
    for email in grants.keys { declaredOnce.insert("\(path) \(email)") }
  }

  /// What is released is nobody's by declaration either.
  private func forget(_ path: String) {
    declaredOnce = declaredOnce.filter { $0 != path && !$0.hasPrefix("\(path) ") }
  }
}
