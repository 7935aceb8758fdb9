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
  ///   - requests: `add|invite|set-role acme/ml bob@x member`, `remove|leave|cancel|resend|accept|decline|transfer acme
  ///     bob@x`, `create acme/new [owner]`, `delete acme/ml`, `set-subscription acme/ml team`.
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
    let workspace = Path(words[1])!.workspace.map { names.intern($0) }
    let named = words.dropFirst(2).map { names.intern($0) }
    switch words[0] {
    case "add": return .add(named[0], workspace: workspace, role: named[1])
    case "set-role": return .setRole(named[0], workspace: workspace, role: named[1])
    case "remove": return .remove(named[0], workspace: workspace)
    case "leave": return .leave(named[0], workspace: workspace)
    case "invite": return .invite(named[0], workspace: workspace, role: named[1])
    case "cancel": return .cancelInvitation(named[0], workspace: workspace)
    case "resend": return .resendInvitation(named[0], workspace: workspace)
    case "accept": return .accept(named[0], workspace: workspace)
    case "decline": return .decline(named[0], workspace: workspace)
    case "create": return .createWorkspace(.init(name: workspace!, owner: named.first))
    case "delete": return .deleteWorkspace(workspace!)
    case "transfer": return .transfer(named[0], workspace: workspace)
    case "set-subscription": return .setSubscription(named[0], workspace: workspace)
    default: preconditionFailure("no request: \(text)")
    }
  }
}
