import Model
import Testing

@testable import Reports

@Suite struct PlanTextTests {
  static func closing(_ plan: Plan) -> Substring? {
    PlanText.render(plan, digest: digest).split(separator: "\n").last
  }

  @Test func countsOnlyWhatWouldBeApplied() {
    #expect(
      PlanTextTests.closing(fullPlan) == "Plan: 2 to add, 4 to change, 1 to remove; 3 blocked, 3 waiting, 1 held.")
    let blocked = plan([Action(.deleteWorkspace, organization: "a", origin: .change, blockedBy: [.creatorKept])])
    #expect(PlanTextTests.closing(blocked) == "Plan: 0 to add, 0 to change, 0 to remove; 1 blocked, 0 waiting, 0 held.")
  }

  @Test func waitingIsListedWithoutChanges() {
    let waiting = plan(waiting: [
      Waiting(organization: "acme", subject: "a@b.example", for: .acceptInvitation, since: now)
    ])
    let report = PlanText.render(waiting, digest: digest)
    #expect(report.hasPrefix("Waiting:\n  acme  a@b.example"))
    #expect(PlanTextTests.closing(waiting) == "No changes.")
  }

  @Test(arguments: Action.Kind.allCases)
  func everyActionIsOneLine(kind: Action.Kind) {
    let action = Action(
      kind, organization: "acme", workspace: "ml", subject: "a@b.example", origin: .first, source: at(3))
    let lines = PlanText.render(plan([action]), digest: digest).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[1].hasSuffix("\(kind.rawValue)  acme/ml  a@b.example  first  manifests/acme.yaml:3"))
  }

  @Test func everyRefusalIsShownOnce() {
    let report = PlanText.render(fullPlan, digest: digest)
    for refusal in fullPlan.blocked { #expect(report.components(of: refusal.message) == 1) }
    // One without an action, too.
    let alone = plan(blocked: [
      Refusal(
        rule: .deletionNeedsTombstone, organization: "acme", workspace: "x", message: "acme/x is gone.", remedy: "")
    ])
    #expect(PlanText.render(alone, digest: digest).hasPrefix("acme\n  ! deletion-needs-tombstone: acme/x is gone.\n\n"))
  }

  /// One that names nobody and blocks several actions belongs to none of them, even where one names nobody either.
  @Test func aSharedRefusalStandsLast() {
    let lines = PlanText.render(
      plan(
        [
          Action(.updateOrganization, organization: "acme", origin: .change, blockedBy: [.freezeWindow]),
          Action(.invite, organization: "acme", subject: "a@b.example", origin: .change, blockedBy: [.freezeWindow]),
        ], blocked: [Refusal(rule: .freezeWindow, organization: "acme", message: "frozen", remedy: "")]),
      digest: digest
    ).split(separator: "\n")
    #expect(lines[3] == "  ! freeze-window: frozen")
  }

  @Test func aRefusalAlone() {
    #expect(
      PlanText.render(fullPlan.blocked[2]) == """
        removal-threshold: 2 of 6 members would go, more than 25%.
        instead: Remove fewer at once, or --override removal-threshold@acme --reason TEXT.

        """)
  }

  @Test(
    arguments: [
      (nil, nil, ""), (["role": .text("a")], nil, "a →"), (nil, ["role": .text("a"), "protect": .flag(false)], "→ a"),
      (
        ["role": .text("a"), "expires": .text("x")], ["role": .text("b"), "expires": .null], "a → b, expires: x → none"
      ),
      (["protect": .flag(false)], ["protect": .flag(true)], "protect: false → true"),
      (nil, ["displayName": .text("A, B"), "note": .text("")], "displayName: \"A, B\", note: \"\""),
    ] as [(Fields?, Fields?, String)])
  func changes(before: Fields?, after: Fields?, text: String) {
    #expect(Action(.updateMember, organization: "a", before: before, after: after, origin: .first).changeText == text)
  }

  @Test(arguments: [
    ("/srv/access", "/srv/access"), ("git@host:a/b.git", "git@host:a/b.git"),
    ("https://token@host/a.git", "https://host/a.git"), ("HTTPS://u:p@q@host:1/a@b", "HTTPS://host:1/a@b"),
    ("ssh://git@host/a", "ssh://git@host/a"), ("ssh://git:secret@host/a", "ssh://git@host/a"),
    ("https://host/a@b", "https://host/a@b"), ("https://host/a.git?private_token=t#t", "https://host/a.git"),
    ("/srv/a?b", "/srv/a?b"),
  ])
  func secretsOfURLsAreNotShown(repository: String, shown: String) {
    #expect(PlanSource(repository: repository, ref: "main", commit: nil, manifests: "m").shownRepository == shown)
  }

  @Test func manyActionsAreAllShown() {
    let many = plan(
      (0..<5000).map { Action(.invite, organization: "acme", subject: "p\($0)@x.example", origin: .first) })
    #expect(PlanText.render(many, digest: digest).split(separator: "\n").count == 5003)
  }
}
