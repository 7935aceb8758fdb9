import Model
import Planning
import Testing

/// One row of a table of commands by hand.
struct ByHandRow: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let scenario: Scenario
  let actor: String?
  let requests: [String]
  let actions: [String]
  let blocked: [Refusal]?
  private let row: Testing.SourceLocation

  /// - Parameters:
  ///   - actor: who `--as` names; nil: the operator.
  ///   - requests: `add acme/ml bob@x member`, `set-role acme bob@x member`, `remove|leave|accept|decline acme/ml bob@x`.
  init(
    _ description: String, _ scenario: Scenario, as actor: String? = nil, _ requests: String..., does actions: [String],
    blocked: [Refusal]? = nil, row: Testing.SourceLocation = #_sourceLocation
  ) {
    testDescription = description
    self.scenario = scenario
    self.actor = actor
    self.requests = requests
    self.actions = actions
    self.blocked = blocked
    self.row = row
  }

  func check() {
    let planned = scenario.byHand(requests, as: actor)
    #expect(planned.problems.map(\.message) == [], sourceLocation: row)
    #expect(planned.tenant.actions.map(Scenario.line) == actions, sourceLocation: row)
    if let blocked { #expect(planned.tenant.blocked == blocked, sourceLocation: row) }
    for refusal in planned.tenant.blocked {
      #expect(!refusal.message.isEmpty && !refusal.remedy.isEmpty, sourceLocation: row)
    }
  }
}

extension Scenario {
  /// Requests on one tenant of the stored state, under the policy of its manifests.
  func byHand(_ requests: [String], as actor: String?) -> PlannedByHand {
    var names = NameTable()
    let desired = Self.compile(manifests, now: now, names: &names)
    let actual = StoredText(stored, names: &names, now: now).state
    let tenant = Path(String(requests[0].split(separator: " ")[1]))!.tenant
    let stored = actual.tenants.first { $0.name == tenant }
    let read = requests.map { Self.request($0, &names) }
    let places = actual.tenants.filter { $0.name != tenant }.flatMap(\.workspaces)
    var input = ByHandInput(
      name: tenant, account: stored?.account, stored: stored, accounts: actual.accounts,
      policy: desired.tenants.first { $0.name == tenant }?.policy ?? desired.policy,
      actor: actor.map { .person(names.intern($0)) } ?? .theOperator, names: names, now: now)
    input.activeElsewhere = Set(places.flatMap(\.roll.members).map(\.person))
    input.freezes = freezes
    return planByHand(read, input)
  }

  private static func request(_ text: String, _ names: inout NameTable) -> ByHandRequest {
    let words = text.split(separator: " ").map(String.init)
    let (workspace, person) = (Path(words[1])!.workspace.map { names.intern($0) }, names.intern(words[2]))
    switch words[0] {
    case "add": return .add(person, workspace: workspace, role: names.intern(words[3]))
    case "set-role": return .setRole(person, workspace: workspace, role: names.intern(words[3]))
    case "remove": return .remove(person, workspace: workspace)
    case "leave": return .leave(person, workspace: workspace)
    case "accept": return .accept(person, workspace: workspace)
    case "decline": return .decline(person, workspace: workspace)
    default: preconditionFailure("no request: \(text)")
    }
  }
}
