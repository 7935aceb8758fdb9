import Model
import Reports
import Testing

private func commit(
  _ number: Int, _ subject: String = "Change", status: ReplayedCommit.Status = .replayed, actions: [Action] = [],
  blocked: [Refusal] = [], errors: [Diagnostic] = [], stopped: Set<String> = [],
  failures: [ReplayedCommit.Failure] = []
) -> ReplayedCommit {
  let digit = String(number % 10)
  return ReplayedCommit(
    id: String(repeating: digit, count: 40), time: now.advanced(bySeconds: Int64(number) * 86_400), author: "Ada",
    authorEmail: "ada@acme.example", subjectLine: subject, status: status, actions: actions, blocked: blocked,
    errors: errors, stopped: stopped, failures: failures)
}

private func removal(_ name: String, of organization: String = "acme", blockedBy rules: [RuleName] = []) -> Action {
  Action(
    .removeMember, organization: organization, subject: name + "@acme.example", before: ["role": .text("member")],
    origin: .change, actors: ["ada@acme.example"], source: at(3), blockedBy: rules)
}

private func refusal(_ rule: RuleName, _ organization: String = "acme", _ subject: String? = nil) -> Refusal {
  Refusal(rule: rule, organization: organization, subject: subject, message: "too many", remedy: "fewer")
}

private func report(_ commits: [ReplayedCommit], start: ReplayedCommit? = nil) -> ReplayReport {
  ReplayReport(
    source: PlanSource(
      repository: "https://ada:secret@git.acme.example/access.git", ref: "v1..main", commit: nil,
      manifests: "manifests"), policy: "trial.yaml", start: start, commits: commits)
}

/// `rule organization commit refused until` of each stop.
private func stops(_ report: ReplayReport) -> [String] {
  report.stops.map { stop in
    let (commit, until) = (stop.commit.map(String.init) ?? "start", stop.until.map(String.init) ?? "-")
    return "\(stop.rule.rawValue) \(stop.organization) \(commit) \(stop.refused) \(until)"
  }
}

@Suite("replay reports")
struct ReplayReportTests {
  private let tom = removal("tom", blockedBy: [.removalThreshold])
  private let threshold = refusal(.removalThreshold)

  @Test
  func `what stays refused counts once, with what came first`() {
    let bob = removal("bob", blockedBy: [.removalThreshold])
    let found = report([
      commit(0), commit(1, actions: [tom], blocked: [threshold]), commit(2, actions: [tom, bob], blocked: [threshold]),
      commit(3),
    ])
    #expect(stops(found) == ["removal-threshold acme 1 1 3"])
    #expect(found.newlyWithheld == [0, 1, 1, 0])
    #expect(found.stopped == 1)
  }

  @Test
  func `what passed and is refused again counts again`() {
    let refused = { commit($0, actions: [tom], blocked: [threshold]) }
    #expect(
      stops(report([refused(0), commit(1), refused(2)])) == [
        "removal-threshold acme 0 1 1", "removal-threshold acme 2 1 -",
      ])
  }

  @Test
  func `each organization and each rule has its own line, in the order of the rules`() {
    let other = removal("tom", of: "beta", blockedBy: [.lastOwnerKept])
    let found = report([
      commit(0, actions: [tom, other], blocked: [threshold, refusal(.lastOwnerKept, "beta", "tom@acme.example")]),
      commit(1, actions: [tom], blocked: [threshold]),
    ])
    #expect(stops(found) == ["last-owner-kept beta 0 1 1", "removal-threshold acme 0 1 -"])
    #expect(found.stopped == 1)
  }

  @Test
  func `an organization with errors says nothing about its refusals, an unchanged or invalid commit neither`() {
    let refused = { commit($0, actions: [tom], blocked: [threshold]) }
    let found = report([
      refused(0), commit(1, stopped: ["acme"]), commit(2, status: .unchanged), commit(3, status: .invalid), refused(4),
    ])
    #expect(stops(found) == ["removal-threshold acme 0 1 -"])
    #expect(found.newlyWithheld == [1, 0, 0, 0, 0])
  }

  @Test
  func `what was refused from the start stops no commit`() {
    let found = report(
      [commit(1, actions: [tom], blocked: [threshold])], start: commit(0, actions: [tom], blocked: [threshold]))
    #expect(stops(found) == ["removal-threshold acme start 1 -"])
    #expect(found.stopped == 0 && found.hasRefusals && found.newlyWithheld == [0])
  }

  @Test
  func `a refused declaration without an action counts too`() {
    #expect(
      stops(report([commit(0, blocked: [refusal(.organizationMemberFirst, "acme", "x@acme.example")])])) == [
        "organization-member-first acme 0 1 -"
      ])
  }

  @Test func formats() throws {
    let found = report(
      [
        commit(1, "Everything", actions: fullPlan.actions, blocked: fullPlan.blocked),
        commit(2, status: .unchanged),
        commit(3, hostile, actions: [removal("joan"), tom], blocked: [threshold]),
        commit(4, "Broken", status: .invalid, errors: diagnostics.filter { $0.severity == .error }),
        commit(
          5, "Half \(String(repeating: "long ", count: 30))", actions: [tom], blocked: [threshold],
          errors: [diagnostics[0]], stopped: ["beta"],
          failures: [.init(organization: "gamma", message: "a constraint")]),
        commit(6, "Nothing to do"),
      ], start: commit(0))
    try expectGolden(ReplayText.render(found), "replay.txt")
    try expectGolden(ReplayText.render(found, options: TextOptions(color: true)), "replay-color.txt")
    try expectGolden(ReplayJSON.render(found).pretty() + "\n", "replay.json")
    #expect(!ReplayJSON.render(found).pretty().contains("secret"))
    try expectGolden(ReplayText.render(report([commit(0, actions: [removal("joan")])])), "replay-calm.txt")
  }
}
