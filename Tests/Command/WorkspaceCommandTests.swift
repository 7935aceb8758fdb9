import Foundation
import Testing

/// `tenure workspace`, tried from outside.
@Suite struct WorkspaceCommandTests {
  @Test func `enterprise: only super-admins create workspaces`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    try company.refused("workspace create acme/new --as grace@acme.example", by: "actor-allowed")
    let made = try company.tenure("workspace create acme/new --as ada@acme.example --subscription team", exits: 0)
    #expect(made == "+ create-workspace  acme/new  owner: ada@acme.example, subscription: team\n")
    let shown = try company.tenure("workspace show acme/new --format json", exits: 0)
    #expect(shown.contains("\"kind\": \"standard\"") && shown.contains("\"role\": \"admin\""))
    #expect(try company.audit().last == "create-workspace acme/new")
    try company.tenure("workspace create acme/new", exits: 1)
  }

  @Test func `enterprise: a workspace made by the operator belongs to nobody, or to a member`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    #expect(try company.tenure("workspace create acme/empty", exits: 0) == "+ create-workspace  acme/empty\n")
    #expect(try company.tenure("workspace show acme/empty --format json", exits: 0).contains("\"owner\": null"))
    try company.refused("workspace create acme/x --owner eve@other.example", by: "organization-member-first")
    try company.tenure("workspace create acme/x --owner grace@acme.example", exits: 0)
  }

  @Test func `single-owner: a user creates and owns several`() throws {
    let company = try Company.staffed("single-owner", ml: ["grace": "member"])
    for name in ["lab", "garden"] {
      try company.tenure("workspace create ~grace@acme.example/\(name) --as Grace@acme.example", exits: 0)
    }
    try company.refused("workspace create ~grace@acme.example/shed --as ada@acme.example", by: "actor-allowed")
    try company.tenure("workspace create ~grace@acme.example/shed", exits: 0)
    let account = try company.tenure("account show grace@acme.example --format json", exits: 0)
    for name in ["Personal", "lab", "garden", "shed"] {
      #expect(account.contains("\"~grace@acme.example/\(name)\""))
    }
  }

  @Test func `names, owners and subscriptions are checked`() throws {
    let company = try Company.staffed("self-serve", ml: [:])
    try company.tenure("workspace create acme", exits: 64)
    try company.tenure("workspace create acme/x --owner nonsense", exits: 64)
    let wrong = try company.run("workspace", "create", "acme/ x")
    #expect(wrong.status == 1 && wrong.err.contains("cannot name a workspace"))
    let unknown = try company.tenure("workspace create acme/x --subscription tem", exits: 1)
    #expect(unknown.contains("did you mean 'team'?"))
    #expect(try company.tenure("workspace create acmee/x", exits: 1).contains("did you mean 'acme'?"))
    #expect(try company.tenure("workspace create ~ad@acme.example/x", exits: 1).contains("did you mean"))
  }

  @Test func `enterprise: deleting a workspace needs the operator and leaves people`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    try company.refused("workspace delete acme/ml --yes --as ada@acme.example", by: "deletion-needs-operator")
    try company.refused("workspace delete acme/ml --yes --as grace@acme.example", by: "actor-allowed")
    try company.refused("workspace delete acme/default", by: "default-workspace-kept")
    let asked = try company.tenure("workspace delete acme/ml", exits: 1)
    #expect(asked.contains("nobody to ask") && asked.contains("--yes"))
    let done = try company.tenure("workspace delete acme/ml --yes", exits: 0)
    #expect(done == "- delete-workspace  acme/ml  ends members: 2\n")
    #expect(try company.audit().last == "delete-workspace acme/ml")
    #expect(try company.tenure("who acme --format json", exits: 0).contains("grace@acme.example"))
    #expect(try company.tenure("workspace delete acme/ml --yes", exits: 1).contains("there is no workspace"))
  }

  @Test func `enterprise: an operator of the policy deletes by name`() throws {
    let company = try Company.staffed("enterprise", ml: ["ops": "viewer"], policy: "operators: [ops@acme.example]")
    try company.tenure("workspace delete acme/ml --yes --as ops@acme.example", exits: 0)
    let last = try #require(try company.auditEntries().last)
    #expect(last["actors"] as? [String] == ["ops@acme.example"])
  }

  @Test func `a personal workspace is never deleted`() throws {
    let company = try Company.staffed("single-owner", ml: ["grace": "member"])
    for line in ["", " --as grace@acme.example"] {
      try company.refused(
        "workspace delete ~grace@acme.example/Personal --yes" + line, by: "personal-workspace-undeletable")
    }
    #expect(try company.tenure("workspace delete acme --yes", exits: 1).contains("is no workspace"))
    #expect(try company.tenure("workspace delete ~grace@acme.example --yes", exits: 1).contains("account delete"))
  }

  @Test func `self-serve: the owner deletes, a member does not`() throws {
    let company = try Company.staffed("self-serve", ml: ["grace": "member"])
    try company.refused("workspace delete acme/ml --yes --as grace@acme.example", by: "actor-allowed")
    try company.tenure("workspace delete ~grace@acme.example/Personal --yes --as grace@acme.example", exits: 0)
    try company.tenure("workspace delete acme/ml --yes --as ada@acme.example", exits: 0)
    #expect(
      try company.audit().suffix(4) == [
        "final-invoice ~grace@acme.example/Personal", "delete-workspace ~grace@acme.example/Personal",
        "final-invoice acme/ml", "delete-workspace acme/ml",
      ])
  }

  @Test func `a transfer makes another member the owner`() throws {
    let company = try Company.staffed("small-team", ml: ["grace": "member"])
    try company.refused("workspace transfer acme/ml grace@acme.example --as grace@acme.example", by: "actor-allowed")
    let done = try company.tenure("workspace transfer acme/ml grace@acme.example --as ada@acme.example", exits: 0)
    #expect(
      done == """
        ~ change-role         acme/ml  grace@acme.example  member → owner
        ~ transfer-ownership  acme/ml  grace@acme.example  ada@acme.example → grace@acme.example

        """)
    let last = try #require(try company.auditEntries().last)
    #expect(last["before"] as? [String: String] == ["owner": "ada@acme.example"])
    #expect(last["after"] as? [String: String] == ["owner": "grace@acme.example"])
    #expect(try company.tenure("workspace transfer acme/ml grace@acme.example", exits: 0).contains("already"))
    #expect(try company.tenure("workspace transfer acme/ml eve@acme.example", exits: 1).contains("is no member"))
    try company.tenure("workspace transfer acme grace@acme.example", exits: 0)
    #expect(try company.audit().last == "transfer-ownership acme grace@acme.example")
  }

  @Test func `a suspended person becomes no owner`() throws {
    let company = try Company.staffed("small-team", ml: ["grace": "member"])
    try company.tenure("account suspend grace@acme.example --reason stolen", exits: 0)
    #expect(try company.tenure("workspace transfer acme/ml grace@acme.example", exits: 1).contains("is suspended"))
    try company.refused("workspace create ~grace@acme.example/x --as grace@acme.example", by: "actor-allowed")
  }

  @Test func `subscriptions are changed by who may`() throws {
    let company = try Company.staffed("single-owner", ml: ["grace": "member"])
    try company.refused("workspace set-subscription acme/ml team --as grace@acme.example", by: "actor-allowed")
    let done = try company.tenure("workspace set-subscription acme/ml team --as ada@acme.example", exits: 0)
    #expect(done == "~ update-workspace  acme/ml  subscription: free → team\n")
    #expect(try company.tenure("workspace set-subscription acme/ml team", exits: 0).contains("already"))
    #expect(try company.tenure("workspace set-subscription acme/ml busines", exits: 1).contains("'business'?"))
    #expect(
      try company.tenure("workspace set-subscription acme team", exits: 0)
        == "~ update-organization  acme  subscription: free → team\n")
    try company.tenure("workspace set-subscription ~grace@acme.example team", exits: 1)
    #expect(try company.audit().suffix(2) == ["update-workspace acme/ml", "update-organization acme"])
  }

  @Test func `self-serve: a leaving last owner passes ownership to the longest-standing member`() throws {
    let company = try Company.staffed("self-serve", ml: ["grace": "member", "linus": "member"])
    let left = try company.tenure("workspace leave acme/ml --as ada@acme.example", exits: 0)
    #expect(
      left == """
        ~ change-role         acme/ml  grace@acme.example  member → owner
        ~ transfer-ownership  acme/ml  grace@acme.example  ada@acme.example → grace@acme.example
        - leave               acme/ml  ada@acme.example    owner →

        """)
    let shown = try company.tenure("workspace show acme/ml --format json", exits: 0)
    #expect(shown.contains("\"owner\": \"grace@acme.example\""))
    #expect(try company.audit().last == "leave acme/ml ada@acme.example")
  }

  @Test func `small-team: nobody leaves, and the owner passes nothing on`() throws {
    let company = try Company.staffed("small-team", ml: ["grace": "member"])
    for name in ["ada", "grace"] {
      try company.refused("workspace leave acme/ml --as \(name)@acme.example", by: "actor-allowed")
    }
  }

  @Test func `without a store there is nothing to work on`() throws {
    let company = try Company("apiVersion: tenure/v1\nkind: Group\nname: g\nmembers: []", apply: false)
    for line in [
      "workspace create acme/x", "workspace delete acme/x --yes", "workspace transfer acme/x a@b.example",
      "workspace set-subscription acme/x team",
    ] {
      #expect(try company.tenure(line, exits: 1).contains("nothing is stored yet"))
    }
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }
}
