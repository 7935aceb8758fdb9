import Foundation
import Model
import Testing

@testable import Reports

/// The sentences about people, as a reviewer reads them.
@Suite struct EffectWordsTests {
  private static let end = Instant(year: 2027, month: 2, day: 1)!
  private static let later = Instant(year: 2028, month: 2, day: 1)!

  private static func effect(
    _ before: Effect.Standing?, _ after: Effect.Standing?, _ turn: Effect.Turn,
    _ change: (inout Effect) -> Void = { _ in }
  ) -> Effect {
    var effect = Effect(
      turn, .role, person: "grace@acme.example", displayName: "Grace", path: Path(tenant: "acme", workspace: "ml"),
      before: before, after: after)
    change(&effect)
    return effect
  }

  private static func offer(_ role: String) -> Effect.Standing { .init(role: role, isOffer: true) }

  static let rows: [(Effect, String)] = [
    (
      effect(nil, .init(role: "admin"), .gains) { $0.group = "platform" },
      "Grace gains admin in acme/ml through platform"
    ),
    (effect(.init(role: "developer"), .init(role: "admin"), .gains), "Grace gains admin in acme/ml (was developer)"),
    (effect(nil, .init(role: "admin"), .gains) { $0.displayName = nil }, "grace@acme.example gains admin in acme/ml"),
    (
      effect(nil, .init(role: "viewer", expires: end), .gains),
      "Grace gains viewer in acme/ml, until 2027-02-01T00:00:00Z"
    ),
    (effect(nil, offer("admin"), .gains), "Grace gains admin in acme/ml, once they accept"),
    (
      effect(offer("viewer"), offer("admin"), .gains), "Grace gains admin in acme/ml, once they accept (offered viewer)"
    ),
    (
      effect(.init(role: "viewer", expires: end), .init(role: "viewer", expires: later), .gains),
      "Grace keeps viewer in acme/ml, until 2028-02-01T00:00:00Z (was until 2027-02-01T00:00:00Z)"
    ),
    (
      effect(.init(role: "viewer", expires: end), .init(role: "viewer"), .gains),
      "Grace keeps viewer in acme/ml, without end (was until 2027-02-01T00:00:00Z)"
    ),
    (effect(.init(role: "developer"), nil, .loses), "Grace loses developer in acme/ml"),
    (effect(offer("developer"), nil, .loses), "Grace loses the offer of developer in acme/ml"),
    (
      effect(.init(role: "admin"), .init(role: "developer"), .loses), "Grace loses admin in acme/ml, keeps developer"
    ),
    (
      effect(.init(role: "viewer"), .init(role: "viewer", expires: end), .loses),
      "Grace keeps viewer in acme/ml only until 2027-02-01T00:00:00Z (was without end)"
    ),
    (
      effect(.init(role: "viewer", expires: end), nil, .loses) { $0.origin = .expiry },
      "Grace loses viewer in acme/ml, ended 2027-02-01T00:00:00Z"
    ),
    (effect(.init(role: "viewer"), nil, .loses) { $0.origin = .drift }, "Grace loses viewer in acme/ml (drift)"),
    (
      effect(.init(role: "viewer"), nil, .loses) { $0.endsWithWorkspace = true },
      "Grace loses viewer in acme/ml, which is deleted"
    ),
    (
      effect(nil, .init(role: "super-admin"), .gains) { $0.opensEveryWorkspace = true },
      "Grace gains super-admin in acme/ml, and enters every workspace there"
    ),
    (
      effect(nil, .init(role: "admin"), .gains) { $0.blockedBy = [.memberCap, .noSelfChange] },
      "Grace gains admin in acme/ml, blocked by member-cap, no-self-change"
    ),
    (effect(nil, nil, .loses) { $0.matter = .ownership }, "Grace loses the ownership of acme/ml"),
    (
      effect(nil, nil, .gains) { $0.matter = .everything(of: "g@old.example") },
      "Grace gains everything that g@old.example has, as the same person"
    ),
    (effect(nil, nil, .loses) { $0.matter = .account }, "Grace loses the account"),
  ]

  @Test(arguments: rows)
  func `every effect is one sentence`(effect: Effect, sentence: String) {
    #expect(effect.sentence(.text) == sentence)
  }

  @Test(arguments: [
    ("Grace", "- `grace@acme.example`: Grace gains admin in acme/ml through platform\n"),
    ("**Grace**", "- `grace@acme.example`: &#42;&#42;Grace&#42;&#42; gains admin in acme/ml through platform\n"),
    (nil, "- `grace@acme.example` gains admin in acme/ml through platform\n"),
  ])
  func `plain names stay whole in markdown`(name: String?, line: String) {
    let effect = Self.effect(nil, .init(role: "admin"), .gains) { ($0.group, $0.displayName) = ("platform", name) }
    #expect(PlanMarkdown.render(PlanReview(plan(), digest: digest, effects: [effect])).contains(line))
  }

  @Test func `a plan that concerns nobody says so`() {
    let rename = Action(.renameWorkspace, organization: "acme", workspace: "ml", origin: .change)
    let review = PlanReview(plan([rename]), digest: digest, effects: [])
    #expect(PlanMarkdown.render(review).contains("\nNobody gains or loses access.\n"))
    #expect(!PlanMarkdown.render(PlanReview(plan([rename]), digest: digest)).contains("Nobody"))
  }

  @Test func `annotations beyond what a forge shows are counted`() {
    let effects = (0..<40).map { number in
      Self.effect(nil, .init(role: "viewer"), .gains) { $0.source = at(number) }
    }
    let lines = PlanGitHub.render(PlanReview(plan(), digest: digest, effects: effects)).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.last == "::notice title=Tenure::32 further notices left out: tenure plan shows everything")
  }

  @Test func `what one line of a manifest does to many is one annotation`() {
    let effects = (0..<30).map { number in
      Self.effect(nil, .init(role: "viewer"), .gains) { ($0.source, $0.displayName) = (at(7), "P\(number)") }
    }
    let lines = PlanGitHub.render(PlanReview(plan(), digest: digest, effects: effects)).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[1].hasSuffix("%0Agrace@acme.example: P19 gains viewer in acme/ml%0Aand 10 more"))
  }

  @Test func `no gain of full access is lost among annotations`() {
    let effects = (0..<40).map { number in
      Self.effect(nil, .init(role: "admin"), .gains) { ($0.source, $0.givesTopRole) = (at(number), true) }
    }
    let symlinks = (0..<20).map { Diagnostic(.warning, code: "symlink", message: "m", location: at($0)) }
    let report = PlanGitHub.render(PlanReview(plan(), digest: digest, effects: effects), diagnostics: symlinks)
    let warnings = report.split(separator: "\n").filter { $0.hasPrefix("::warning") }
    #expect(warnings.count == 10)
    #expect(warnings.prefix(7).allSatisfy { $0.contains("title=Gains full access") })
    #expect(warnings[6].components(separatedBy: "%0A").count == 21)
    #expect(warnings[6].hasSuffix("%0Aand 14 more"))
  }
}
