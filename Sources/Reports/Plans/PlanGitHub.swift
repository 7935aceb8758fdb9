import Model

/// A plan as workflow commands, which GitHub Actions shows beside the lines of a pull request.
///
/// | level   | says                                                                                               |
/// |---------|----------------------------------------------------------------------------------------------------|
/// | error   | errors of the manifests; organizations that failed; refusals, with what to do instead              |
/// | warning | gains of a highest role, an ownership or a whole account; deletions; overrides; the plan's warnings |
/// | notice  | the counts and the digest; all other gains, losses and changes                                     |
///
/// What one line of a manifest does to many people is one command. GitHub shows ten of a level; where there are more,
/// the last one says how many are left out.
public enum PlanGitHub {
  /// One line a command.
  /// - Parameter diagnostics: What reading the manifests said, for the same pull request.
  public static func render(_ review: PlanReview, diagnostics: [Diagnostic] = []) -> String {
    let found = diagnostics.inReadingOrder.map { WorkflowCommand($0) }
    let errors = found.filter { $0.level == .error } + failures(review) + refusals(review.plan)
    let warnings = mind(review) + found.filter { $0.level != .error }
    let all = errors + warnings + summary(review) + changes(review)
    return WorkflowCommand.Level.allCases.flatMap { level in capped(all.filter { $0.level == level }, level) }
      .map { $0.line + "\n" }.joined()
  }

  private static func capped(_ commands: [WorkflowCommand], _ level: WorkflowCommand.Level) -> [WorkflowCommand] {
    guard commands.count > WorkflowCommand.mostOfALevel else { return commands }
    let kept = commands.prefix(WorkflowCommand.mostOfALevel - 1)
    let rest = counted(commands.count - kept.count, "further \(level.rawValue)")
    return kept + [WorkflowCommand(level, title: "Tenure", "\(rest) left out: tenure plan shows everything")]
  }

  private static func summary(_ review: PlanReview) -> [WorkflowCommand] {
    [
      WorkflowCommand(
        .notice, title: "Tenure",
        ([review.plan.closingLine, review.appliedLine].compactMap { $0 } + ["Digest: \(Inert.line(review.digest))"])
          .joined(separator: "\n"))
    ]
  }

  private static func failures(_ review: PlanReview) -> [WorkflowCommand] {
    review.troubles.filter { $0.status == .failed }.map { outcome in
      let why = outcome.message.map { ": \(Inert.line($0))" } ?? ""
      return WorkflowCommand(.error, title: "Tenure", "\(Inert.line(pathWords(outcome.organization))) failed\(why)")
    }
  }

  private static func refusals(_ plan: Plan) -> [WorkflowCommand] {
    plan.blocked.map { refusal in
      let path = Inert.line(pathWords(refusal.organization, refusal.workspace))
      let place = [path, refusal.subject.map(Inert.line)].compactMap { $0 }.joined(separator: ", ")
      let instead = refusal.inReview ?? refusal.remedy
      let remedy = instead.isEmpty ? "" : "\ninstead: \(Inert.line(instead))"
      return WorkflowCommand(
        .error, at: refusal.source, title: refusal.rule.rawValue, "\(place): \(Inert.line(refusal.message))\(remedy)")
    }
  }

  private static func mind(_ review: PlanReview) -> [WorkflowCommand] {
    let plan = review.plan
    let done = (review.effects ?? []).filter { $0.blockedBy.isEmpty }
    let exceptions = plan.exceptions.map { exception in
      let place = exception.organization.map { " in \(Inert.line($0))" } ?? ""
      return WorkflowCommand(
        .warning, title: exception.rule, "overridden\(place): \(Inert.line(exception.reason))")
    }
    let alone =
      plan.invalid.map { ($0, "left alone: its manifests are invalid") }
      + plan.suspended.map { ($0.organization, "left alone: suspended since \($0.since): \(Inert.line($0.reason))") }
    return policies(review.plan.actions) + fullAccess(done.filter(\.givesTopRole))
      + lines(plan.applicable.filter(\.isDeletion), .warning)
      + exceptions
      + plan.warnings.map {
        WorkflowCommand(
          .warning, title: $0.code, ($0.path.map { Inert.line($0) + ": " } ?? "") + Inert.line($0.message))
      }
      + alone.map { WorkflowCommand(.warning, title: "Tenure", "\(Inert.line($0.0)) is \($0.1)") }
  }

  /// All values of all policies in one command, which no other may push out.
  private static func policies(_ actions: [Action]) -> [WorkflowCommand] {
    let lines = actions.flatMap { action in
      let withheld = action.blockText.isEmpty ? "" : ", \(action.blockText)"
      return action.policyLines.map { "\(Inert.line(action.path)): \($0)\(withheld)" }
    }
    guard !lines.isEmpty else { return [] }
    let sources = Set(actions.filter { !$0.policyLines.isEmpty }.map(\.source))
    let source = sources.count == 1 ? sources.first ?? nil : nil
    return [WorkflowCommand(.warning, at: source, title: "What changes in policies", lines.joined(separator: "\n"))]
  }

  /// Of these none may be lost among others: from the seventh line of a manifest on, they share one command.
  private static func fullAccess(_ effects: [Effect]) -> [WorkflowCommand] {
    let title = "Gains full access"
    let sources = effects.map(\.source).uniqued()
    guard sources.count > 7 else { return lines(effects, .warning, title: title) }
    let apart = Set(sources.prefix(6))
    let rest = effects.filter { !apart.contains($0.source) }
    return lines(effects.filter { apart.contains($0.source) }, .warning, title: title)
      + [WorkflowCommand(.warning, title: title, clipped(rest.map { $0.line(.text) }))]
  }

  private static func changes(_ review: PlanReview) -> [WorkflowCommand] {
    let done = (review.effects ?? []).filter { $0.blockedBy.isEmpty && !$0.givesTopRole }
    // Without effects every action speaks for itself.
    let actions = review.plan.applicable.filter { action in
      !action.isDeletion && action.kind != .updatePolicy && (review.effects == nil || !action.isAboutPeople)
    }
    return lines(done.filter { $0.turn == .gains }, .notice, title: "Gains")
      + lines(done.filter { $0.turn == .loses }, .notice, title: "Loses")
      + lines(actions, .notice)
      + besides(review)
  }

  private static func besides(_ review: PlanReview) -> [WorkflowCommand] {
    guard !review.besides.isEmpty else { return [] }
    let texts = review.besides.map(ActionLines.plain)
    return [WorkflowCommand(.notice, title: "What an apply would do besides", clipped(texts))]
  }

  /// One command a line of a manifest, in order.
  private static func lines(_ effects: [Effect], _ level: WorkflowCommand.Level, title: String) -> [WorkflowCommand] {
    let groups = Dictionary(grouping: effects) { $0.source }
    return effects.map(\.source).uniqued().map { source in
      WorkflowCommand(level, at: source, title: title, clipped((groups[source] ?? []).map { $0.line(.text) }))
    }
  }

  private static func lines(_ actions: [Action], _ level: WorkflowCommand.Level) -> [WorkflowCommand] {
    struct Place: Hashable {
      var source: SourceLocation?
      var kind: Action.Kind
    }
    let place = { (action: Action) in Place(source: action.source, kind: action.kind) }
    let groups = Dictionary(grouping: actions, by: place)
    return actions.map(place).uniqued().map { place in
      WorkflowCommand(
        level, at: place.source, title: place.kind.rawValue, clipped((groups[place] ?? []).map(\.words)))
    }
  }

  /// An annotation is no place for hundreds of lines.
  private static func clipped(_ lines: [String]) -> String {
    let most = 20
    let rest = lines.count > most ? ["and \(lines.count - most) more"] : []
    return (lines.prefix(most) + rest).joined(separator: "\n")
  }
}

extension Action {
  fileprivate var isDeletion: Bool { kind == .deleteWorkspace || kind == .deleteAccount }

  /// Whether effects say all of it.
  fileprivate var isAboutPeople: Bool {
    switch kind {
    case .invite, .addMember, .updateMember, .changeRole, .removeMember, .cancelInvitation, .updateInvitation,
      .transferOwnership, .moveAccount, .deleteAccount:
      true
    case .createOrganization, .updatePolicy, .updateManagement, .updateOrganization, .createAccount, .updateAccount,
      .createWorkspace, .updateWorkspace,
      .renameWorkspace, .deleteWorkspace, .updateAPIKey, .revokeAPIKey:
      false
    }
  }
}
