import Foundation
import Testing

@Suite struct ExpiringTests {
  static func acme(_ policy: String = "admission: direct") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members:
      ada@acme.example: super-admin
      grace@acme.example: {role: super-admin, expires: 2027-01-09}
      contractors: {role: member, expires: 2027-01-04}
      far@acme.example: {role: member, expires: 2028-01-01}
    groups:
      contractors: [zoe@acme.example, bob@acme.example]
    workspaces:
      ml:
        members:
          grace@acme.example: {role: admin, expires: 2027-01-09}
          ada@acme.example: {role: admin, expires: 2027-01-06}
      labs:
        members:
          ada@acme.example: admin
          grace@acme.example: {role: admin, expires: 2027-01-09}
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {\(policy)}
    """
  }

  static let rows = [
    "2027-01-05T00:00:00Z acme bob@acme.example manifests/acme.yaml:7",
    "2027-01-05T00:00:00Z acme zoe@acme.example manifests/acme.yaml:7",
    "2027-01-07T00:00:00Z acme/ml ada@acme.example manifests/acme.yaml:15",
    "2027-01-10T00:00:00Z acme grace@acme.example manifests/acme.yaml:6",
    "2027-01-10T00:00:00Z acme/labs grace@acme.example manifests/acme.yaml:19",
    "2027-01-10T00:00:00Z acme/ml grace@acme.example manifests/acme.yaml:14",
  ]

  private func rows(_ report: [String: Any]) -> [String] {
    (report["expiring"] as? [[String: Any]] ?? []).map { row in
      let source = row["source"] as? [String: Any] ?? [:]
      return [
        row.text("expires"), row.text("path"), row.text("subject"), "\(source["file"] ?? ""):\(source["line"] ?? "")",
      ]
      .compactMap(\.self).joined(separator: " ")
    }
  }

  @Test(arguments: [true, false])
  func `what ends within the time is listed by instant, path and subject`(isStored: Bool) throws {
    let company = try Company(Self.acme(), apply: false)
    if isStored { try company.tenure("apply --yes --now 2026-12-01T00:00:00Z", exits: 0) }
    let report = try company.json("expiring --now 2027-01-01")
    #expect(rows(report) == Self.rows)
    let orphans = try #require(report["withoutOwner"] as? [[String: Any]])
    // acme and acme/labs keep ada; grace is the last of acme/ml to go.
    #expect(
      orphans.map { "\($0.text("path") ?? "") \($0.text("role") ?? "") \($0.text("expires") ?? "")" }
        == ["acme/ml admin 2027-01-10T00:00:00Z"])
    #expect(rows(try company.json("expiring --now 2027-01-01 --within 5d")).count == 2)
    // What has ended stays listed as long as it is stored.
    #expect(rows(try company.json("expiring --now 2027-01-11")) == (isStored ? Self.rows : []))
  }

  @Test func `a suspended owner is none, and an invitation that lapses is listed`() throws {
    let company = try Company(Self.acme("admission: direct"), apply: false)
    try company.tenure("apply --yes --now 2026-12-01T00:00:00Z", exits: 0)
    try company.tenure("account suspend ada@acme.example --reason lost --now 2026-12-02T00:00:00Z", exits: 0)
    let orphans = try company.json("expiring --now 2027-01-01")["withoutOwner"] as? [[String: Any]] ?? []
    #expect(Set(orphans.compactMap { $0.text("path") }) == ["acme", "acme/labs", "acme/ml"])

    let other = try Company(Self.acme("admission: invite, expireAfter: 14d"), apply: false)
    try other.tenure("apply --yes --now 2026-12-20T00:00:00Z", exits: 0)
    let found = try other.json("expiring --now 2027-01-01 --within 3d")["expiring"] as? [[String: Any]] ?? []
    #expect(found.contains { $0.text("subject") == "far@acme.example" && $0.text("status") == "pending" })
    #expect(found.contains { $0.text("expires") == "2027-01-03T00:00:00Z" })
  }

  @Test func `text says it in a table, and nothing in a sentence`() throws {
    let company = try Company.declared(Self.acme())
    let text = try company.tenure("expiring --now 2027-01-01", exits: 0)
    #expect(text.contains("Left without an owner:\n"))
    #expect(text.contains("manifests/acme.yaml:7"))
    #expect(try company.tenure("expiring --now 2030-01-01", exits: 0).contains("Nothing ends within 30d.\n"))
    try company.tenure("expiring --within soon", exits: 64)
  }
}
