import Foundation
import Testing

/// What the documented product behind `enterprise` does with API keys, deletion and super-admins, tried from outside.
/// Who is who: ``Office``.
@Suite struct EnterpriseKeyScenarios {
  private func opens(_ company: Company, _ path: String, _ key: String) throws -> Bool {
    try company.tenure("api-key check \(path)", stdin: key).status == 0
  }

  @Test func `enterprise: an API key opens its own workspace only, in every organization and account`() throws {
    let company = try Company(
      Office.manifests(labs: "labs: {members: {dev@acme.example: developer}}")
        + "\n---\napiVersion: tenure/v1\nkind: Organization\nname: beta\nmembers: {dev@acme.example: member}\n"
        + "workspaces: {ml: {members: {dev@acme.example: developer}}}")
    let paths = ["acme/ml", "acme/labs", "beta/ml", "~dev@acme.example/Personal"]
    var keys: [String: String] = [:]
    for path in paths { keys[path] = try company.key("\(path) ci --as dev@acme.example") }
    for path in paths + ["acme/default", "acme", "beta", "~grace@acme.example/Personal", "acme/none"] {
      for (own, key) in keys { #expect(try opens(company, path, key) == (path == own), "\(own) in \(path)") }
    }
    // It follows its workspace, not the name.
    try company.commit(
      Office.manifests(labs: "labs: {members: {dev@acme.example: developer}}").replacing(
        "  ml:", with: "  models:\n    renamedFrom: ml"))
    try company.apply()
    let key = try #require(keys["acme/ml"])
    #expect(try opens(company, "acme/models", key) && !opens(company, "acme/ml", key))
  }

  @Test
  func `enterprise: viewers and operators cannot create keys; developers, admins and super-admins can, in theirs`()
    throws
  {
    let company = try Company(Office.manifests())
    for name in ["linus", "op", "bill", "stranger"] {
      try company.refused("api-key create acme/ml \(name) --as \(name)@acme.example", by: "actor-allowed")
    }
    for name in ["dev", "grace", "ada"] {
      let key = try company.key("acme/ml \(name) --as \(name)@acme.example")
      #expect(try opens(company, "acme/ml", key))
    }
    // Their role counts where they have it: only super-admins reach the others.
    for name in ["dev", "grace"] {
      try company.refused("api-key create acme/labs \(name) --as \(name)@acme.example", by: "actor-allowed")
    }
    _ = try company.key("acme/labs ada --as ada@acme.example")
    // Nor revoke them, and a revoked one is dead at once.
    for name in ["linus", "op", "bill"] {
      try company.refused("api-key revoke acme/ml dev --yes --as \(name)@acme.example", by: "actor-allowed")
    }
    // Roles count as they are now.
    try company.tenure("member set-role acme/ml op@acme.example developer --as grace@acme.example", exits: 0)
    try company.tenure("api-key create acme/ml op --as op@acme.example", exits: 0)
    try company.tenure("member set-role acme/ml op@acme.example operator --as grace@acme.example", exits: 0)
    try company.refused("api-key create acme/ml op2 --as op@acme.example", by: "actor-allowed")
    try company.tenure("account suspend dev@acme.example --reason test", exits: 0)
    try company.refused("api-key create acme/ml more --as dev@acme.example", by: "actor-allowed")
    // In the personal workspace everybody makes their own.
    _ = try company.key("~linus@acme.example/Personal mine --as linus@acme.example")
  }

  @Test func `enterprise: deleting a workspace needs the operator, takes keys and resources, leaves people`() throws {
    let company = try Company(Office.manifests(policy: "operators: [ops@acme.example]"))
    let key = try company.key("acme/ml ci --as dev@acme.example")
    let other = try company.key("acme/labs ci --as ada@acme.example")
    try company.tenure("resource add acme/ml workflow --count 3 --as dev@acme.example", exits: 0)
    let members = try company.people("acme")
    for name in Office.people + ["ada"] {
      try company.refused("workspace delete acme/ml --yes --as \(name)@acme.example", by: "deletion-needs-operator")
    }
    // By commit: with a tombstone, and with the flag of one invocation.
    let operators = "operators: [ops@acme.example]"
    let dropped = try company.seePlan(
      of: Office.withoutML.replacing("  ml: {removed: merged into labs}\n", with: "") + "\n\(operators)",
      "--allow-deletion")
    #expect(dropped.rules == ["deletion-needs-tombstone"])
    let seen = try company.seePlan(of: Office.withoutML + "\n\(operators)")
    #expect(seen.blocked == ["deletion-needs-operator acme/ml"] && seen.status == 3)
    try company.tenure("apply --yes --override deletion-needs-operator --reason test", exits: 3)
    #expect(try opens(company, "acme/ml", key))
    try company.tenure("apply --yes --allow-deletion", exits: 0)
    #expect(try company.tenure("apply --yes", exits: 0).contains("No changes."))
    #expect(try company.tenure("who acme/ml", exits: 1).contains("there is no workspace"))
    #expect(try opens(company, "acme/labs", other) && !opens(company, "acme/ml", key))
    #expect(try company.people("acme") == members)
    for name in ["grace", "dev"] { try company.tenure("account show \(name)@acme.example", exits: 0) }
    // Under the same name comes another one, with nothing of the first.
    try company.tenure("workspace create acme/ml --as ada@acme.example", exits: 0)
    #expect(!(try opens(company, "acme/ml", key)))
    #expect(!(try company.tenure("billing show acme/ml", exits: 0).contains("workflow")))
    #expect(try company.json("api-key list acme/ml")["keys"] as? [String] == [])
    try company.tenure("account sign-up ops@acme.example", exits: 0)
    try company.tenure("workspace delete acme/ml --yes --as Ops@acme.example", exits: 0)
    #expect(try company.audit().last == "delete-workspace acme/ml")
  }

  @Test func `enterprise: super-admins reach every workspace, as who shows`() throws {
    let manifests = { (ada: String, sue: String) in
      Office.manifests(labs: "labs: {members: {sue@acme.example: viewer}}\n  empty: {members: {}}")
        .replacing("  bill@acme", with: "  sue@acme.example: \(sue)\n  bill@acme")
        .replacing("ada@acme.example: super-admin", with: ada)
    }
    let ada = "ada@acme.example: super-admin"
    let company = try Company(manifests(ada, "super-admin"))
    let reach = ["ada", "sue"].map { "\($0)@acme.example super-admin active organization-role" }
    for path in ["acme/ml", "acme/labs", "acme/empty", "acme/default"] {
      #expect(try company.people(path).filter { $0.hasSuffix("organization-role") } == reach)
      try company.tenure("member add \(path) bill@acme.example --role viewer --as sue@acme.example", exits: 3)
      try company.tenure("resource add \(path) workflow --as sue@acme.example", exits: 0)
      try company.tenure("workspace show \(path) --as Sue@acme.example", exits: 0)
      _ = try company.key("\(path) of-sue --as sue@acme.example")
    }
    #expect(try company.people("acme/labs").contains("sue@acme.example viewer active direct"))
    try company.tenure("member add acme/empty op@acme.example --role admin --as sue@acme.example", exits: 0)
    // A personal workspace is nobody else's.
    try company.refused("workspace show ~op@acme.example/Personal --as ada@acme.example", by: "actor-allowed")
    // It ends with the role: by hand, by suspension, by its end.
    try company.tenure("account suspend sue@acme.example --reason test", exits: 0)
    #expect(try company.people("acme/ml").contains("sue@acme.example super-admin suspended organization-role"))
    try company.refused("workspace show acme/ml --as sue@acme.example", by: "actor-allowed")
    try company.tenure("account resume sue@acme.example", exits: 0)
    try company.settle(manifests(ada, "{role: super-admin, expires: 2030-01-31}"))
    #expect(!(try company.tenure("who acme/ml --now 2030-02-01", exits: 0)).contains("sue@"))
    try company.refused("resource add acme/ml workflow --as sue@acme.example --now 2030-02-01", by: "actor-allowed")
    try company.settle(manifests(ada, "billing-admin").replacing("{sue@acme.example: viewer}", with: "{}"))
    #expect(!(try company.people("acme/ml").contains { $0.hasPrefix("sue@") }))
    try company.refused("resource add acme/ml workflow --as sue@acme.example", by: "actor-allowed")
  }
}
