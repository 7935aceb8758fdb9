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
  /// What flags of the invocation lift for actions of a kind.
  var allowances: (Action.Kind) -> [Allowance] = { _ in [] }
  /// The policy under which people sign up.
  var signUp: Policy
  /// Who acts by hand; nil: a plan, or the operator.
  var actor: Symbol?
}

extension WritingContext {
  /// The account of who sends invitations by hand.
  var inviter: (id: Int64, email: Symbol)? {
    actor.flatMap { actual.accounts[$0] }.map { ($0.id, $0.email) }
  }

  /// - Parameters:
  ///   - policyForAll: in force once the plan is done.
  ///   - isRewind: whether this goes back behind a commit that was applied before.
  init(_ input: PlanInput, policyForAll: Policy, isRewind: Bool) {
    let options = input.options
    self.init(
      actual: input.actual, spellings: input.desired.spellings, now: input.now, commit: input.source.commit,
      overrides: options.overrides,
      allowances: { kind in [options.allowance(for: kind), isRewind ? .rewind : nil].compactMap { $0 } },
      signUp: policyForAll)
  }
}
