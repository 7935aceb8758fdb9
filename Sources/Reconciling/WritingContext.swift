import Model
import Planning

/// What writing a tenant needs to know besides its plan.
struct WritingContext {
  /// What the plan was made from.
  var actual: ActualState
  /// As people without an account are to be written.
  var spellings: [Symbol: Symbol] = [:]
  var now: Instant
  /// The commit that is applied; nil for what is done by hand.
  var commit: String?
  var overrides: [Override] = []
  /// The rule that a flag lifts for actions of a kind.
  var allowance: (Action.Kind) -> Override? = { _ in nil }
  /// The policy under which people sign up.
  var signUp: Policy
}

extension WritingContext {
  init(_ input: PlanInput) {
    self.init(
      actual: input.actual, spellings: input.desired.spellings, now: input.now, commit: input.source.commit,
      overrides: input.options.overrides, allowance: input.options.allowance(for:), signUp: input.desired.policy.policy)
  }
}
