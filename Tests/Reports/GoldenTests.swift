import Model
import Reports
import Testing

/// Every format of every report, for reading as much as for comparing.
@Suite struct GoldenTests {
  static let outcomes = [
    OrganizationOutcome(organization: "acme", status: .blocked, applied: 5, message: "3 actions are withheld"),
    OrganizationOutcome(organization: "beta", status: .applied, applied: 1),
    OrganizationOutcome(organization: "delta", status: .suspended, applied: 0, message: "audit by #legal"),
    OrganizationOutcome(organization: "epsilon", status: .unchanged, applied: 0),
    OrganizationOutcome(organization: "~ada@acme.example", status: .failed, applied: 0, message: "the plan is stale"),
  ]

  static let named = ["full": fullPlan, "empty": plan(), "hostile": hostilePlan]

  @Test(arguments: named.keys.sorted())
  func plans(name: String) throws {
    let plan = try #require(GoldenTests.named[name])
    try expectGolden(PlanText.render(plan, digest: digest), "plan-\(name).txt")
    try expectGolden(PlanJSON.render(plan, digest: digest).pretty() + "\n", "plan-\(name).json")
    try expectGolden(PlanMarkdown.render(plan, digest: digest), "plan-\(name).md")
    try expectGolden(PlanGitHub.render(PlanReview(plan, digest: digest)), "plan-\(name).github.txt")
  }

  @Test func reviews() throws {
    try expectGolden(PlanText.render(fullReview), "review-full.txt")
    try expectGolden(PlanJSON.render(fullReview).pretty() + "\n", "review-full.json")
    try expectGolden(PlanMarkdown.render(fullReview), "review-full.md")
    try expectGolden(PlanGitHub.render(fullReview, diagnostics: diagnostics), "review-full.github.txt")
  }

  @Test func `applied reviews say what became of them`() throws {
    var review = PlanReview(fullPlan, digest: digest)
    review.outcomes = GoldenTests.outcomes
    try expectGolden(PlanMarkdown.render(review), "apply.md")
    try expectGolden(PlanGitHub.render(review), "apply.github.txt")
  }

  @Test func planInColorAndWrapped() throws {
    let options = TextOptions(color: true, width: 60)
    try expectGolden(PlanText.render(fullPlan, digest: digest, options: options), "plan-full-color-60.txt")
  }

  @Test func diagnosticsInEveryFormat() throws {
    try expectGolden(DiagnosticsText.render(diagnostics, files: 9), "diagnostics.txt")
    try expectGolden(
      DiagnosticsText.render(diagnostics, files: 9, options: TextOptions(color: true)), "diagnostics-color.txt")
    try expectGolden(DiagnosticsJSON.render(diagnostics).pretty() + "\n", "diagnostics.json")
    try expectGolden(DiagnosticsGitHub.render(diagnostics), "diagnostics.github.txt")
  }

  @Test func applying() throws {
    let report = ApplyReport(plan: fullPlan, digest: digest, organizations: GoldenTests.outcomes)
    try expectGolden(report.text(), "apply.txt")
    try expectGolden(report.json().pretty() + "\n", "apply.json")
  }

  @Test func tables() throws {
    let table = TextTable(
      header: ["person", "role", "keys"],
      rows: [["ada@acme.example", "admin", "12"], ["日本語@acme.example", "", "3"], [hostile, "viewer", "100"]],
      rightAligned: [2])
    try expectGolden(table.render(), "table.txt")
  }
}
