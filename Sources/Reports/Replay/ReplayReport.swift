import Model

/// What a history came to on a scratch store, and which rules would have stopped which commits.
public struct ReplayReport: Sendable {
  /// `ref` is the range as it was asked for.
  public var source: PlanSource
  /// The file whose policies took the place of the repository's.
  public var policy: String?
  /// What the replay began with.
  public var start: ReplayedCommit?
  /// Oldest first.
  public var commits: [ReplayedCommit]
  public let stops: [RuleStop]
  /// How many actions each commit newly withheld; what commits before withheld stays so until it passes.
  public let newlyWithheld: [Int]

  public init(
    source: PlanSource, policy: String?, start: ReplayedCommit?, commits: [ReplayedCommit]
  ) {
    (self.source, self.policy, self.start, self.commits) = (source, policy, start, commits)
    let found = RuleStops(start, commits)
    (stops, newlyWithheld) = (found.stops, found.newlyWithheld)
  }

  /// How many commits a rule stopped.
  public var stopped: Int { Set(stops.compactMap(\.commit)).count }

  /// Whether anything was refused, the state that it began with included.
  public var hasRefusals: Bool { !stops.isEmpty }

  public var hasErrors: Bool { commits.contains { !$0.errors.isEmpty } || start?.errors.isEmpty == false }
  public var hasFailures: Bool { commits.contains { !$0.failures.isEmpty } || start?.failures.isEmpty == false }

  /// The rules that stopped something, in their order, with the number of commits that each stopped.
  var byRule: [(rule: RuleName, commits: Int)] {
    RuleName.allCases.compactMap { rule in
      let commits = Set(stops.filter { $0.rule == rule }.compactMap(\.commit))
      return commits.isEmpty ? nil : (rule, commits.count)
    }
  }
}

extension ReplayedCommit {
  /// Actions by how a plan counts them, and those withheld.
  var tally: (additions: Int, changes: Int, removals: Int, blocked: Int) {
    var result = (additions: 0, changes: 0, removals: 0, blocked: 0)
    for action in actions {
      guard action.blockedBy.isEmpty else {
        result.blocked += 1
        continue
      }
      switch action.kind.tally {
      case .addition: result.additions += 1
      case .change: result.changes += 1
      case .removal: result.removals += 1
      }
    }
    return result
  }
}
