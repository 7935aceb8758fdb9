import Model

/// What a plan says about one organization or personal account, ready to be shown together.
struct PlanGroup {
  var organization: String
  var actions: [Action] = []
  /// By position in `actions`: the refusals to show under it.
  var refusals: [Int: [Refusal]] = [:]
  /// Refusals of many actions at once (`removal-threshold`), or of none that is shown.
  var sharedRefusals: [Refusal] = []
}

private struct RefusedEntry: Hashable {
  var rule: RuleName
  var workspace: String?
  var subject: String?
}

extension Plan {
  /// By organization, in the order in which actions, then refusals, first name it. Every refusal is in one place.
  var groups: [PlanGroup] {
    var groups: [PlanGroup] = []
    forEachGroup { groups.append($0) }
    return groups
  }

  /// The same, one group in memory at a time.
  func forEachGroup(_ body: (PlanGroup) -> Void) {
    let places = Dictionary(grouping: actions.indices, by: { actions[$0].organization })
    let refusals = Dictionary(grouping: blocked, by: \.organization)
    var seen: Set<String> = []
    for name in [actions.lazy.map(\.organization), blocked.lazy.map(\.organization)].joined()
    where seen.insert(name).inserted {
      var group = PlanGroup(organization: name, actions: (places[name] ?? []).map { actions[$0] })
      group.place(refusals[name] ?? [])
      body(group)
    }
  }
}

extension PlanGroup {
  /// A refusal goes under the first blocked action with its rule, workspace and subject. One that names neither and
  /// blocks several actions is shared.
  fileprivate mutating func place(_ refused: [Refusal]) {
    var firsts: [RefusedEntry: Int] = [:]
    var blockedByRule: [RuleName: Int] = [:]
    for (index, action) in actions.enumerated() {
      for rule in action.blockedBy {
        blockedByRule[rule, default: 0] += 1
        let entry = RefusedEntry(rule: rule, workspace: action.workspace, subject: action.subject)
        if firsts[entry] == nil { firsts[entry] = index }
      }
    }
    for refusal in refused {
      let entry = RefusedEntry(rule: refusal.rule, workspace: refusal.workspace, subject: refusal.subject)
      let concernsAll =
        refusal.workspace == nil && refusal.subject == nil && blockedByRule[refusal.rule, default: 0] > 1
      if !concernsAll, let index = firsts[entry] {
        refusals[index, default: []].append(refusal)
      } else {
        sharedRefusals.append(refusal)
      }
    }
  }
}
