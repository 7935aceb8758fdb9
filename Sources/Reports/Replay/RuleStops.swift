import Model

/// A rule that stopped a commit: it refused there what it had not refused in the commit before.
public struct RuleStop: Hashable, Sendable {
  public var rule: RuleName
  public var organization: String
  /// Position in the list of commits; nil: the state that the replay began with.
  public var commit: Int?
  /// How many actions (or declarations without one) it newly withheld.
  public var refused: Int
  /// Position of the commit with which all of it had passed, or was no longer asked for; nil: never.
  public var until: Int?
}

/// Finds out where rules stopped a history. What stays refused is counted once, at the commit that brought it. Stops are
/// sorted as rules are listed, then by commit and organization.
struct RuleStops {
  /// What stays the same while one thing is refused again with each commit.
  private struct Key: Hashable {
    var rule: RuleName
    var organization: String
    var workspace: String?
    var subject: String?
    /// Nil for a refusal.
    var action: Action.Kind?

    /// The same for every rule.
    var withoutRule: Key {
      var result = self
      result.rule = .creatorKept
      return result
    }
  }

  private(set) var stops: [RuleStop] = []
  /// How many actions each commit newly withheld.
  private(set) var newlyWithheld: [Int] = []
  /// The refusals that each stop is about, as long as one of them stands.
  private var open: [Int: Set<Key>] = [:]
  private var refused: Set<Key> = []
  private var withheld: Set<Key> = []

  init(_ start: ReplayedCommit?, _ commits: [ReplayedCommit]) {
    if let start { add(start, at: nil) }
    for (index, commit) in commits.enumerated() {
      let before = Set(withheld.map(\.withoutRule))
      add(commit, at: index)
      newlyWithheld.append(Set(withheld.map(\.withoutRule)).subtracting(before).count)
    }
    let order = Dictionary(uniqueKeysWithValues: RuleName.allCases.enumerated().map { ($1, $0) })
    stops = stops.enumerated().sorted { a, b in
      let (x, y) = (order[a.element.rule] ?? 0, order[b.element.rule] ?? 0)
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
  }

  private mutating func add(_ commit: ReplayedCommit, at index: Int?) {
    guard commit.status == .replayed else { return }
    // What has errors was not planned, which says nothing about it.
    let (stillRefused, stillWithheld) = (
      refused.filter { commit.stopped.contains($0.organization) },
      withheld.filter { commit.stopped.contains($0.organization) }
    )
    let refusals = Set(
      commit.blocked.map {
        Key(rule: $0.rule, organization: $0.organization, workspace: $0.workspace, subject: $0.subject)
      }
    ).union(stillRefused)
    let actions = Set(
      commit.actions.flatMap { action in
        action.blockedBy.map {
          Key(
            rule: $0, organization: action.organization, workspace: action.workspace, subject: action.subject,
            action: action.kind)
        }
      }
    ).union(stillWithheld)
    for (position, keys) in open where keys.isDisjoint(with: refusals) {
      stops[position].until = index
      open[position] = nil
    }
    let new = Dictionary(grouping: refusals.subtracting(refused)) {
      Place(rule: $0.rule, organization: $0.organization)
    }
    for place in new.keys.sorted() {
      let keys = new[place] ?? []
      let count = actions.subtracting(withheld).count { place.rule == $0.rule && place.organization == $0.organization }
      open[stops.count] = Set(keys)
      stops.append(
        RuleStop(rule: place.rule, organization: place.organization, commit: index, refused: max(count, keys.count)))
    }
    (refused, withheld) = (refusals, actions)
  }

  private struct Place: Hashable, Comparable {
    var rule: RuleName
    var organization: String
    static func < (a: Place, b: Place) -> Bool {
      (a.organization, a.rule.rawValue) < (b.organization, b.rule.rawValue)
    }
  }
}
