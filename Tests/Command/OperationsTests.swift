import Foundation
import Testing

/// A company whose people are added directly, so that an apply leaves everybody in their place.
private let company = [
  "policy.yaml": """
  apiVersion: tenure/v1
  kind: Policy
  extends: enterprise
  invitations: {admission: direct}
  roles:
    workspace:
      "on": {rank: 5, permissions: [resources.read]}
  operators: [ops@acme.example]
  protection:
    removal-threshold: 40%
    minimum-admins: "2"
    freeze-window: [{cron: "0 0 29 2 *", duration: 1h, timeZone: Europe/Berlin}]
  """,
  "acme.yaml": """
  apiVersion: tenure/v1
  kind: Organization
  name: acme
  displayName: "Acme: the Corp"
  owner: Ada@acme.example
  subscription: business
  members:
    Ada@acme.example: super-admin
    grace@acme.example: {role: member, expires: 2099-01-31, protect: true}
    007@acme.example: {role: member, expires: 2099-01-31T12:00:00Z}
    crew: member
  groups:
    crew: [linus@acme.example, barbara@acme.example]
  workspaces:
    "no": {members: {grace@acme.example: admin, crew: developer}}
    "2027-01-31": {displayName: "yes", members: {}}
    ml:
      owner: grace@acme.example
      subscription: team
      members: {grace@acme.example: admin, linus@acme.example: "on"}
      apiKeys: {ci-deploy: {monthlyLimit: 100000, dailyRateLimit: 5000}}
  """,
  "labs.yaml": """
  apiVersion: tenure/v1
  kind: Organization
  name: labs
  owner: ada@acme.example
  defaultWorkspace: general
  management: additive
  members: {}
  ---
  apiVersion: tenure/v1
  kind: Account
  email: ada@acme.example
  displayName: Ada
  workspaces:
    Personal: {subscription: free}
  """,
]

@Suite struct OperationsTests {
  @Test func exportPlansToNothingAndComesBackByteForByte() throws {
    let place = try Operations(company)
    #expect(try place.tenure("apply", "--yes").status == 0)
    let first = try place.tenure("export")
    #expect(first.status == 0, "\(first.err)")

    let copy = try Operations(["all.yaml": first.out])
    let plan = try copy.tenure("plan", "--state", place.store)
    #expect(plan.status == 0, "\(plan.out)\(plan.err)")
    #expect(plan.out.contains("No changes."), "\(plan.out)\(plan.err)")
    let applied = try copy.tenure("apply", "--yes")
    #expect(applied.status == 0, "\(applied.out)\(applied.err)")
    #expect(try copy.tenure("export").out == first.out)
  }

  @Test func exportWritesIntoANewFolderOnly() throws {
    let place = try Operations(company)
    #expect(try place.tenure("export").out.hasPrefix("# Nothing is stored.\n"))
    #expect(try place.tenure("apply", "--yes").status == 0)
    let target = place.folder + "/exported"
    #expect(try place.tenure("export", "--out", target).status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        == ["accounts.yaml", "acme.yaml", "labs.yaml", "policy.yaml"])
    #expect(try place.tenure("export", "--out", target).status == 1)
    #expect(try place.tenure("export", "--out", place.folder + "/missing/exported").status == 1)
    #expect(try place.tenure("validate", target).status == 0)
  }

  @Test func whoSaysThroughWhat() throws {
    let place = try Operations(company)
    #expect(try place.tenure("apply", "--yes").status == 0)
    let who = try place.tenure("who", "acme/ml", "--format", "json").json
    #expect(who["path"] as? String == "acme/ml")
    let people = (who["people"] as? [[String: Any]] ?? []).map {
      "\($0["subject"] ?? "") \($0["role"] ?? "") \($0["via"] ?? "")"
    }
    #expect(
      people == [
        "ada@acme.example super-admin organization-role", "grace@acme.example admin direct",
        "linus@acme.example on direct",
      ])
    let inNo = try place.tenure("who", "acme/no").out
    #expect(inNo.contains("group:crew"))
    let unknown = try place.tenure("who", "acme/mll")
    #expect(unknown.status == 1)
    #expect(unknown.err.contains("did you mean 'acme/ml'?"))
    let later = try place.tenure("who", "acme", "--now", "2099-06-01T00:00:00Z").out
    #expect(!later.contains("grace@"))
  }

  @Test func statusAndSuspension() throws {
    let place = try Operations(company)
    #expect(try place.tenure("status", "--max-age", "15m").status == 1)
    #expect(try place.tenure("suspend", "acme", "--reason", "x").status == 1)
    #expect(!FileManager.default.fileExists(atPath: place.store))
    #expect(try place.tenure("apply", "--yes").status == 0)
    #expect(try place.tenure("status", "--max-age", "15m").status == 0)
    #expect(try place.tenure("status", "--max-age", "15m", "--now", "2099-01-01T00:00:00Z").status == 1)
    #expect(try place.tenure("status", "--max-age", "soon").status == 64)
    #expect(try place.tenure("status", "--max-age", "3652424d").status == 0)
    #expect(try place.tenure("status", "--max-age", "99999999999999d").status == 64)

    let unknown = try place.tenure("suspend", "acne", "--reason", "hands off")
    #expect(unknown.status == 1)
    #expect(unknown.err.contains("did you mean 'acme'?"))
    #expect(try place.tenure("suspend", "acme", "--reason", "hands off").status == 0)
    let again = try place.tenure("suspend", "acme", "--reason", "other")
    #expect(again.status == 0)
    #expect(again.out.contains("suspended already"))
    let rows = try place.tenure("status", "--format", "json").json["organizations"] as? [[String: Any]] ?? []
    let acme = try #require(rows.first { $0["path"] as? String == "acme" })
    #expect((acme["suspended"] as? [String: Any])?["reason"] as? String == "hands off")
    #expect(acme["members"] as? Int == 5)
    #expect(acme["workspaces"] as? Int == 4)
    #expect(try place.tenure("resume", "acme", "--as", "ops@acme.example").status == 0)
    #expect(try place.tenure("resume", "acme").out.contains("not suspended"))

    let entries = try place.tenure("audit", "--format", "json").json["entries"] as? [[String: Any]] ?? []
    let last = entries.suffix(2).map { "\($0["action"] ?? "") \($0["actors"] ?? "") \($0["path"] ?? "")" }
    #expect(last.count == 2 && last[0].contains("suspend-organization") && last[0].contains("operator"))
    #expect(last.count == 2 && last[1].contains("resume-organization") && last[1].contains("ops@acme.example"))
  }

  @Test func auditListsAndVerifies() throws {
    let place = try Operations(company)
    #expect(try place.tenure("audit", "verify").out == "OK: 0 entries\n")
    #expect(try place.tenure("apply", "--yes").status == 0)
    let count = (try place.tenure("audit", "--format", "json").json["entries"] as? [Any])?.count ?? 0
    #expect(count > 5)
    #expect(try place.tenure("audit", "verify").out == "OK: \(count) entries\n")
    let about = try place.tenure("audit", "--subject", "GRACE@acme.example", "--format", "json")
    let subjects = Set((about.json["entries"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String })
    #expect(subjects == ["grace@acme.example"])
    let none = try place.tenure("audit", environment: ["TENURE_SINCE": "2099-01-01"])
    #expect(none.out == "No entries.\n")
    #expect(try place.tenure("audit", "--since", "yesterday").status == 64)
    try place.tamper("DROP TRIGGER audit_keeps_content; UPDATE audit SET reason = 'nothing to see' WHERE sequence = 3")
    let broken = try place.tenure("audit", "verify")
    #expect(broken.status == 1)
    #expect(broken.err.contains("sequence 3"))
  }

  @Test func rulesAreExplained() throws {
    let place = try Operations()
    let list = try place.tenure("rules", "--format", "json").json["rules"] as? [[String: Any]] ?? []
    #expect(list.count == 20)
    #expect(list.allSatisfy { ($0["refuses"] as? String)?.isEmpty == false })
    #expect(try place.tenure("rules", "explain", "last-owner-kept").out.contains("Refuses:"))
    let near = try place.tenure("rules", "explain", "last-owner-kep")
    #expect(near.status == 64)
    #expect(near.err.contains("did you mean 'last-owner-kept'?"))
  }

  @Test func policyShowsOrigins() throws {
    let place = try Operations(company)
    let all = try place.tenure("policy", "show", "acme").out
    #expect(all.contains("manifests/policy.yaml:4"))
    #expect(all.contains("preset enterprise"))
    #expect(try place.tenure("policy", "show", "acmee").err.contains("did you mean 'acme'?"))
    let matrix = try place.tenure("policy", "show", "--matrix").out
    #expect(matrix.contains("super-admin") && matrix.contains("resources.run"))
    let empty = try Operations()
    #expect(try empty.tenure("policy", "show").out.contains("preset enterprise"))
  }

  @Test func initWritesWhatValidatesAndPlans() throws {
    let place = try Operations()
    #expect(try place.tenure("init").status == 0)
    #expect(try place.tenure("validate").status == 0)
    try place.commit([:])
    let plan = try place.tenure("plan", environment: ["TENURE_STATE": place.folder + "/new.db"])
    #expect(plan.status == 0, "\(plan.err)")
    #expect(plan.out.contains("to add"))
    let again = try place.tenure("init")
    #expect(again.status == 1)
    #expect(again.err.contains("manifests/organization.yaml"))
    let outside = try place.tenure("init", place.folder + "/fresh", in: "/")
    #expect(outside.out.contains("git init"))
    #expect(try place.tenure("init", place.folder + "/missing/fresh").status == 1)
  }
}

extension Operations {
  /// Changes the store behind Tenure's back.
  func tamper(_ sql: String) throws {
    let outcome = try Self.execute("/usr/bin/sqlite3", [store, sql], in: folder)
    guard outcome.status == 0 else { throw Failed(description: outcome.err) }
  }

  /// What a query says; empty where the store is not there yet.
  func query(_ sql: String) throws -> String {
    guard FileManager.default.fileExists(atPath: store) else { return "" }
    return try Self.execute("/usr/bin/sqlite3", ["-readonly", store, sql], in: folder).out
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
