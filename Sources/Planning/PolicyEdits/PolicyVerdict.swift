import Model

/// What a plan says about a change of policy, or of what is managed. It is judged before everything else, since it tells
/// under which policy, and for whom, the rest is planned.
///
/// | the change         | in force after the plan | what needs the new policy          |
/// |--------------------|-------------------------|------------------------------------|
/// | passes             | the new one             | is done                            |
/// | is refused         | the older one           | is blocked by the same rules       |
/// | waits for a word   | the older one           | waits for it too                   |
/// | is not asked for   | the older one           | is left out                        |
///
/// A policy that does not come into force is asked nothing: its rules judge no step.
struct PolicyVerdict: Sendable {
  /// The change; with the rules that an override lifted for it.
  var step: Step
  /// Nil: it passes.
  var hold: PolicyHold?
  /// Its own refusals.
  var refusals: [(rule: RuleName, reason: Reason)] = []
  /// Who answers for it, with what was said of them.
  var parts: [Part]

  init(_ step: Step, _ contexts: [RuleContext], _ overrides: [Override], isChosen: Bool) {
    self.step = step
    let accountability = contexts[0].accountability
    parts = accountability.parts(of: step).map(\.known)
    if !isChosen {
      hold = .leftOut
    } else if let event = accountability.missing(for: step) {
      hold = .waits(event)
    } else {
      judge(contexts, overrides)
    }
  }

  private mutating func judge(_ contexts: [RuleContext], _ overrides: [Override]) {
    let judge = Judge(contexts: contexts, older: [:], overrides: overrides)
    let context = contexts[0]
    let state = TenantState(
      context.stored, account: context.stored?.account,
      topRoles: .init(organization: context.policy.topOrganizationRole, workspace: context.policy.topWorkspaceRole),
      now: context.now)
    refusals = judge.refusals(of: step, in: state)
    if !overrides.isEmpty { step.lifted = judge.lifted(for: step, in: state) }
    guard !refusals.isEmpty else { return }
    hold = .refused(Set(refusals.map(\.rule)))
    let refused = contexts.reduce(into: Set<Part>()) { $0.formUnion(self.refused($1)) }
    parts = parts.map { part in
      var part = part
      part.isRefused = part.isRefused || refused.contains(part)
      return part
    }
  }

  /// Whose parts were refused.
  private func refused(_ context: RuleContext) -> Set<Part> {
    var result: Set<Part> = []
    let rules = Set(refusals.map(\.rule))
    let parts = context.accountability.parts(of: step)
    if rules.contains(.actorAllowed) { result.formUnion(context.uncovered(parts, step).map(\.known)) }
    if rules.contains(.noSelfChange), case .updatePolicy(let edit) = step.change {
      result.formUnion(NoSelfChange().fault(in: edit, step, context)?.parts ?? [])
    }
    return result
  }
}

/// Why a declared policy does not come into force.
enum PolicyHold: Hashable, Sendable {
  case refused(Set<RuleName>)
  case waits(Waiting.Event)
  /// By `--only` or `--drift-only`.
  case leftOut

  /// Of two, where both stand in the way.
  func joined(with other: PolicyHold?) -> PolicyHold {
    guard let other else { return self }
    switch (self, other) {
    case (.refused(let a), .refused(let b)): return .refused(a.union(b))
    case (.refused, .waits), (.refused, .leftOut): return self
    case (.waits, .refused), (.leftOut, .refused): return other
    case (.waits, .waits), (.waits, .leftOut): return self
    case (.leftOut, .waits), (.leftOut, .leftOut): return other
    }
  }

  var rules: Set<RuleName> {
    switch self {
    case .refused(let rules): rules
    case .waits, .leftOut: []
    }
  }

  var event: Waiting.Event? {
    switch self {
    case .waits(let event): event
    case .refused, .leftOut: nil
    }
  }
}
