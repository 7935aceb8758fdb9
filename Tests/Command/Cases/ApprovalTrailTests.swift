import Foundation
import Testing

/// Approvals stay where they can be looked up: in the audit log and in `why`.
@Suite struct ApprovalTrailTests {
  private static func manifests(grace: String, identity: String = "commit", more: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    identity: \(identity)
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
      linus@acme.example: member
    workspaces:
      ml: {members: {linus@acme.example: admin, grace@acme.example: \(grace)\(more)}}
    """
  }

  /// Actors and approvers of the last entry about Grace in `acme/ml`, in the log and in `why`.
  private func trail(_ company: Company, sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String]] {
    let entries = try company.json("audit --subject grace@acme.example")["entries"] as? [[String: Any]] ?? []
    let entry = try #require(entries.last { $0.text("path") == "acme/ml" }, sourceLocation: sourceLocation)
    let why = try company.why("grace@acme.example acme/ml").access.first?["events"] as? [[String: Any]] ?? []
    let event = try #require(why.last, sourceLocation: sourceLocation)
    return [entry, event].flatMap { [$0["actors"] as? [String] ?? ["?"], $0["approvedBy"] as? [String] ?? ["?"]] }
  }

  @Test func `an attested approval is in the audit log and in why`() throws {
    let company = try Company(Self.manifests(grace: "developer", identity: "attested"), apply: false)
    try company.tenure("apply --yes --actor ada@acme.example", exits: 0)
    try company.commit(Self.manifests(grace: "admin", identity: "attested"), by: "grace@acme.example")
    let apply = "apply --yes --actor grace@acme.example --approved-by"
    try company.tenure("\(apply) linus@acme.example --approved-by Grace@acme.example", exits: 0)
    #expect(
      try trail(company) == [
        ["grace@acme.example"], ["linus@acme.example"], ["grace@acme.example"], ["linus@acme.example"],
      ])
    #expect(try company.tenure("audit", exits: 0).contains("linus@acme.example"))
    let why = try company.tenure("why grace@acme.example acme/ml", exits: 0)
    #expect(why.contains("by grace@acme.example  approved by linus@acme.example, commit "))
    #expect(try company.tenure("audit verify", exits: 0).hasPrefix("OK"))
  }

  @Test func `trailers and merges approve what their commit changed, each person once`() throws {
    let company = try Company(Self.manifests(grace: "developer"))
    try company.git("checkout", "-q", "-b", "rise")
    let raised = Self.manifests(grace: "admin")
    try company.commit(
      raised, by: "grace@acme.example",
      message: "Rise\n\nReviewed-by: LINUS@acme.example\nApproved-by: linus@acme.example")
    try company.git("checkout", "-q", "main")
    try company.git("-c", "user.email=ada@acme.example", "merge", "-q", "--no-ff", "-m", "Merge rise", "rise")
    let both = Self.manifests(grace: "admin", more: ", ada@acme.example: viewer")
    try company.commit(both, by: "linus@acme.example", message: "More\n\nApproved-by: zoe@acme.example")
    try company.apply()
    let approvers = ["ada@acme.example", "linus@acme.example"]
    #expect(try trail(company) == [["grace@acme.example"], approvers, ["grace@acme.example"], approvers])
    let entries = try company.json("audit --subject ada@acme.example")["entries"] as? [[String: Any]] ?? []
    #expect(entries.last?["approvedBy"] as? [String] == ["zoe@acme.example"])
  }

  @Test func `who acts by command, and drift, has no approvers`() throws {
    let company = try Company(Self.manifests(grace: "developer"))
    try company.tenure("member set-role acme/ml grace@acme.example viewer", exits: 0)
    #expect(try trail(company) == [["operator"], [], ["operator"], []])
    try company.tenure("apply --yes --approved-by linus@acme.example", exits: 0)
    #expect(try trail(company) == [["tenure"], [], ["tenure"], []])
  }
}
