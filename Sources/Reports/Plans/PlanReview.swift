import Model

/// A plan with what a review says around it. Every format of `plan`, `apply` and `diff` is a rendering of this.
public struct PlanReview: Sendable {
  public var plan: Plan
  /// `sha256:` and 64 hexadecimal digits, over what would be applied.
  public var digest: String
  /// Who gains and loses what by the plan; nil: not asked.
  public var effects: [Effect]?
  /// What an apply would do besides the plan: drift, ends that have come, what was withheld before.
  public var besides: [Action]
  public var besidesEffects: [Effect]
  /// The commit that the plan starts from, where that is no stored state; 40 hexadecimal digits.
  public var base: String?
  /// What became of it; nil while it is only planned.
  public var outcomes: [OrganizationOutcome]?

  public init(
    _ plan: Plan, digest: String, effects: [Effect]? = nil, besides: [Action] = [], besidesEffects: [Effect] = [],
    base: String? = nil, outcomes: [OrganizationOutcome]? = nil
  ) {
    self.plan = plan
    self.digest = digest
    self.effects = effects
    self.besides = besides
    self.besidesEffects = besidesEffects
    self.base = base
    self.outcomes = outcomes
  }
}

extension PlanReview {
  /// `Applied 5 of 6 actions in 2 organizations.`; nil while it is only planned.
  var appliedLine: String? {
    outcomes.map { ApplyReport(plan: plan, digest: digest, organizations: $0).closingLine }
  }

  /// Organizations where not all went well.
  var troubles: [OrganizationOutcome] {
    (outcomes ?? []).filter { outcome in
      switch outcome.status {
      case .failed, .blocked: true
      case .applied, .unchanged, .invalid, .suspended: false
      }
    }
  }
}
