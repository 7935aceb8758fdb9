import Model
import Planning
import Testing

/// One row of a table of plans: a scenario, and what its plan says.
struct PlanRow: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let scenario: Scenario
  let actions: [String]
  let waiting: [String]
  let held: [String]
  let blocked: [Refusal]?
  let refused: [String]
  let warnings: [String]?
  /// The row itself, for failures to point at.
  private let row: Testing.SourceLocation

  /// - Parameters:
  ///   - waiting: `acme/ml bob@x accept-invitation`.
  ///   - held: `acme/ml bob@x left`.
  ///   - blocked: whole refusals; nil leaves them to what ``check()`` asks of every one.
  ///   - refused: `acme/ml bob@x no-self-change`, of what nothing is to be done for.
  ///   - warnings: `perhaps-renamed acme/ml`; nil: whatever they are.
  init(
    _ description: String, _ scenario: Scenario, _ actions: [String], waiting: [String] = [], held: [String] = [],
    blocked: [Refusal]? = nil, refused: [String] = [], warnings: [String]? = nil,
    row: Testing.SourceLocation = #_sourceLocation
  ) {
    testDescription = description
    self.scenario = scenario
    self.actions = actions
    self.waiting = waiting
    self.held = held
    self.blocked = blocked
    self.refused = refused
    self.warnings = warnings
    self.row = row
  }

  func check() {
    let plan = scenario.planned().plan
    // Changes of policy have tables of their own.
    let saysPolicies = actions.contains { $0.hasPrefix("update-policy") }
    let shown = plan.actions.filter { saysPolicies || $0.kind != .updatePolicy }
    #expect(shown.map(Scenario.line) == actions, sourceLocation: row)
    #expect(
      plan.waiting.map { "\(Self.place($0.organization, $0.workspace)) \($0.subject ?? "") \($0.event.rawValue)" }
        == waiting, sourceLocation: row)
    #expect(
      plan.held.map { "\(Self.place($0.organization, $0.workspace)) \($0.subject ?? "") \($0.because.rawValue)" }
        == held, sourceLocation: row)
    if let blocked { #expect(plan.blocked == blocked, sourceLocation: row) }
    if let warnings {
      #expect(plan.warnings.map { "\($0.code) \($0.path ?? "")" } == warnings, sourceLocation: row)
    }
    for refusal in plan.blocked {
      let isSaid = !refusal.message.isEmpty && !refusal.remedy.isEmpty && refusal.source != nil
      #expect(isSaid, "a refusal says why, where and what to do instead: \(refusal)", sourceLocation: row)
    }
    let silent = plan.blocked.filter { refusal in
      !plan.actions.contains { $0.blockedBy.contains(refusal.rule) && $0.subject == refusal.subject }
    }
    let withheld = Set(plan.actions.flatMap(\.blockedBy))
    #expect(
      withheld.isSubset(of: plan.blocked.map(\.rule)), "every rule that withholds something says so",
      sourceLocation: row)
    #expect(
      silent.filter { !withheld.contains($0.rule) }.map {
        "\(Self.place($0.organization, $0.workspace)) \($0.subject ?? "") \($0.rule.rawValue)"
      } == refused, sourceLocation: row)
  }

  private static func place(_ organization: String, _ workspace: String?) -> String {
    Path(tenant: organization, workspace: workspace).description
  }
}

/// A policy that extends `preset` under direct admission, with settings of rules such as `last-owner-kept: off`.
func extending(_ preset: String, _ protection: String = "", admission: String = "direct") -> String {
  "extends: \(preset)\ninvitations: {admission: \(admission)}"
    + (protection.isEmpty ? "" : "\nprotection: {\(protection)}")
}

/// The personal account of `ada@x` under a policy for all.
func ada(_ body: String, policy: String) -> String {
  """
  apiVersion: tenure/v1
  kind: Policy
  \(policy)
  ---
  apiVersion: tenure/v1
  kind: Account
  email: ada@x
  \(body)
  """
}

/// A rule is judged under the policy applied before and under the new one (SPEC section 6): four rows for one change.
///
/// - Parameters:
///   - before: what was applied, `after`: what is declared now, in the words of `document`.
///   - refused: the plan where either policy has the rule; `passes`: where none has it.
func underBothPolicies(
  strict: String, relaxed: String, before: String, after: String, stored: String, refused: [String],
  passes: [String], in document: (String, String) -> String = { acme($0, policy: $1) },
  with change: (Scenario) -> Scenario = { $0 }, row: Testing.SourceLocation = #_sourceLocation
) -> [PlanRow] {
  func scenario(_ old: String, _ new: String) -> Scenario {
    change(Scenario(document(after, new), stored: stored, applied: document(before, old)))
  }
  return [
    PlanRow("under the rule all along it is refused", scenario(strict, strict), refused, row: row),
    PlanRow("a commit that relaxes the rule cannot use that", scenario(strict, relaxed), refused, row: row),
    PlanRow("the rule relaxed by the commit before, it passes", scenario(relaxed, relaxed), passes, row: row),
    PlanRow("a commit that brings the rule back is under it", scenario(relaxed, strict), refused, row: row),
  ]
}
