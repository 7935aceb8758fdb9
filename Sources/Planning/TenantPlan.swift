import Model

/// What planning one tenant gives: the part of the plan that concerns it, and what counts as applied afterwards.
public struct TenantPlan: Sendable {
  /// `acme`, or `~` and the caseless email.
  public var name: String
  /// `acme`, or `~EMAIL` as the email is known.
  public var organization: String
  /// Under which it is stored still, for an account that moves to another email.
  public var formerName: String?
  public var actions: [Action] = []
  public var blocked: [Refusal] = []
  public var waiting: [Waiting] = []
  public var held: [Held] = []
  public var warnings: [PlanWarning] = []
  /// What comes to count although no action says so.
  public var adoptions: [Adoption] = []
  /// What counts as applied once the plan's actions are done.
  public var baseline: Baseline?
  /// What is in force once the plan is done: the declared policy, or the older one where the change to it is withheld.
  public var policy: PolicyInForce
  /// The steps that nothing withholds, in order.
  public var admitted: [Step] = []
  /// Until when time alone changes nothing of this; nil: it is not settled, and to be planned again each time.
  public var settledUntil: Instant?
  /// What stands against the account's own move.
  var rulesAgainstMove: Set<RuleName> = []
  /// Rules that an override lifted for what is declared and needs no step.
  var liftedSilently: Set<RuleName> = []

  init(name: String, organization: String, policy: PolicyInForce) {
    (self.name, self.organization, self.policy) = (name, organization, policy)
  }
}
