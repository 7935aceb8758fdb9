import Foundation
import Testing

/// What the documented product behind `enterprise` does with organizations and personal accounts, tried from outside.
@Suite struct EnterpriseScenarios {
  private static func account(_ workspaces: String?, more: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Account
    email: Grace@acme.example
    \(workspaces.map { "workspaces: {\($0)}" } ?? "displayName: Grace")
    \(more)
    """
  }

  private static let mine = "~grace@acme.example/Personal"

  @Test(arguments: [("", "default"), ("defaultWorkspace: general", "general")])
  func `enterprise: an organization begins with one default workspace`(key: String, name: String) throws {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      \(key)
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      members: {bob@beta.example: super-admin}
      """)
    let shown = try company.json("workspace show acme/\(name)")
    #expect(shown["kind"] as? String == "default" && shown["owner"] as? String == "ada@acme.example")
    // It begins with the owner of record, where there is one, and nobody else.
    #expect(try company.people("acme/\(name)").contains("ada@acme.example admin active direct"))
    #expect(try company.seats("acme/\(name)") == 1 && company.seats("beta/default") == 0)
    #expect(try company.tenure("who acme/other", exits: 1).contains("acme has acme/\(name)"))
    try company.tenure("workspace create acme/second --as ada@acme.example", exits: 0)
    #expect(try company.json("workspace show acme/second")["kind"] as? String == "standard")
    for actor in ["", " --as ada@acme.example"] {
      try company.refused("workspace delete acme/\(name) --yes" + actor, by: "default-workspace-kept")
    }
  }

  @Test
  func
    `enterprise: a personal account has exactly one workspace, a second is refused, deleting it is refused even when the manifests omit or tombstone it and with every override set`()
    throws
  {
    let company = try Company(Self.account("Personal: {}"))
    let all = ["~grace@acme.example/Personal"]
    #expect(try company.json("account show grace@acme.example")["workspaces"] as? [String] == all)
    for flags in ["", Company.everyOverride] {
      for (workspaces, rule, path) in [
        ("Personal: {}, Second: {}", "one-personal-workspace", "Second"),
        ("Personal: {}, personal: {}", "one-personal-workspace", "personal"),
        ("Second: {}", "one-personal-workspace", "Second"),
        ("Second: {}", "personal-workspace-undeletable", "Personal"),
        ("", "personal-workspace-undeletable", "Personal"),
        ("Personal: {removed: unused}", "personal-workspace-undeletable", "Personal"),
        ("Personal: {removed: unused}, Second: {}", "one-personal-workspace", "Second"),
      ] {
        let seen = try company.seePlan(of: Self.account(workspaces), flags)
        #expect(seen.status == 3 && seen.doing == [], "\(workspaces) \(seen)")
        #expect(seen.blocked.contains("\(rule) ~Grace@acme.example/\(path)"), "\(workspaces) \(seen)")
        try company.tenure("apply --yes \(flags)", exits: 3)
      }
      // Without `workspaces`, it is dropped as well.
      let omitted = try company.seePlan(of: Self.account(nil), flags)
      #expect(omitted.blocked.contains("personal-workspace-undeletable ~Grace@acme.example/Personal"))
    }
    for actor in ["", " --as Grace@acme.example"] {
      try company.refused("workspace create ~grace@acme.example/Second" + actor, by: "one-personal-workspace")
      try company.refused("workspace delete \(Self.mine) --yes" + actor, by: "personal-workspace-undeletable")
    }
    #expect(try company.json("account show grace@acme.example")["workspaces"] as? [String] == all)
    #expect(try company.people(Self.mine) == ["Grace@acme.example admin active direct"])
    // Renamed, it is the same one.
    try company.settle(Self.account("Home: {renamedFrom: Personal}"))
    let seen = try company.seePlan(of: Self.account("Personal: {}, Home: {removed: x}"), Company.everyOverride)
    #expect(seen.rules == ["one-personal-workspace", "personal-workspace-undeletable"] && seen.doing == [])
  }

  @Test func `enterprise: a new account begins with exactly one workspace, whatever is declared for it`() throws {
    let company = try Company(Self.account("Alpha: {}, Beta: {}"), apply: false)
    try company.tenure("apply --yes \(Company.everyOverride)", exits: 3)
    #expect(try company.json("account show grace@acme.example")["workspaces"] as? [String] == [Self.mine])
    #expect(try company.json("workspace show \(Self.mine)")["kind"] as? String == "personal")
    try company.tenure("account sign-up linus@acme.example", exits: 0)
    try company.refused(
      "workspace create ~linus@acme.example/More --as linus@acme.example", by: "one-personal-workspace")
    // A commit cannot relax the rule that it needs; two can.
    let relaxed = Self.account(
      "Personal: {}, More: {}", more: "---\napiVersion: tenure/v1\nkind: Policy\nsignUp: {furtherWorkspaces: allowed}")
    #expect(try company.seePlan(of: relaxed).blocked == ["one-personal-workspace ~Grace@acme.example/More"])
    try company.tenure("apply --yes", exits: 3)
    #expect(try company.seePlan().blocked == ["one-personal-workspace ~Grace@acme.example/More"])
  }

  @Test func `enterprise: its user cannot be removed from it`() throws {
    let company = try Company(Self.account("Personal: {}"))
    try company.settle(Self.account("Personal: {members: {joe@other.example: admin}}"))
    try company.join("joe@other.example", Self.mine)
    let both = ["Grace@acme.example admin active direct", "joe@other.example admin active direct"]
    #expect(try company.people(Self.mine) == both)
    for flags in ["", Company.everyOverride] {
      for personal in [
        "owner: joe@other.example", "owner: joe@other.example, members: {}",
        "owner: joe@other.example, members: {grace@acme.example: viewer}",
        "members: {joe@other.example: admin, grace@ACME.example: {role: admin, expires: 2999-01-01}}",
      ] {
        let seen = try company.seePlan(of: Self.account("Personal: {\(personal)}"), flags)
        let doing = seen.doing.filter { !$0.hasPrefix("update-management") }
        #expect(seen.rules == ["personal-workspace-keeps-its-user"] && doing == [], "\(personal) \(seen)")
      }
      // `members: {}` still has its user, by way of `owner`, which is implied.
      let nobody = try company.seePlan(of: Self.account("Personal: {members: {}}"), flags)
      #expect(nobody.doing == ["remove-member ~Grace@acme.example/Personal joe@other.example"] && nobody.blocked == [])
    }
    let lower = Self.account("Personal: {members: {grace@acme.example: viewer}}")
    try company.commit(lower)
    #expect(try company.tenure("plan", exits: 4).contains("is the owner, which means the role `admin`"))
    for actor in ["", " --as joe@other.example", " --as grace@acme.example"] {
      for line in [
        "member remove \(Self.mine) grace@acme.example", "member set-role \(Self.mine) GRACE@acme.example viewer",
        "workspace transfer \(Self.mine) joe@other.example",
      ] {
        try company.refused(line + actor, by: "personal-workspace-keeps-its-user")
      }
    }
    try company.refused(
      "workspace leave \(Self.mine) --as grace@acme.example", by: "personal-workspace-keeps-its-user")
    #expect(try company.people(Self.mine) == both)
    try company.tenure("workspace leave \(Self.mine) --as joe@other.example", exits: 0)
  }

  /// `acme`, with grace in the role given or not at all, and `acme/ml` in which she is viewer.
  private static func guest(_ role: String?, policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      \(role.map { "Grace@Acme.example: \($0)" } ?? "")
    workspaces:
      ml: {members: {grace@acme.example: viewer}}
      labs: {members: {grace@acme.example: developer}}
    ---
    apiVersion: tenure/v1
    kind: Policy
    \(policy)
    """
  }

  @Test
  func
    `enterprise: a person outside the organization cannot become a workspace member; inviting them to the organization first makes the rest wait, then follow by itself after acceptance`()
    throws
  {
    let company = try Company(Self.guest(nil), apply: false)
    let refused = ["labs", "ml"].map { "organization-member-first acme/\($0) grace@acme.example" }
    for flags in ["", "--override organization-member-first --reason test"] {
      #expect(try company.seePlan(flags).blocked == refused)
      try company.tenure("apply --yes \(flags)", exits: 3)
    }
    for actor in ["", " --as ada@acme.example"] {
      for line in ["add", "invite"] {
        let told = try company.tenure("member \(line) acme/ml grace@acme.example" + actor, exits: 3)
        #expect(told.contains("organization-member-first: ") && told.contains("tenure member invite acme grace@"))
      }
    }
    // Invited to the organization, in another spelling: the rest waits.
    let manifests = Self.guest("member")
    let seen = try company.seePlan(of: manifests)
    let wait = ["labs", "ml"].map { "acme/\($0) Grace@Acme.example organization-membership" }
    #expect(seen.status == 0 && seen.doing == ["invite acme Grace@Acme.example"] && seen.waiting == wait)
    try company.settle(manifests)
    #expect(
      try company.seePlan().waiting == ["acme Grace@Acme.example accept-invitation"] + wait)
    try company.refused("member add acme/ml grace@acme.example --role viewer", by: "organization-member-first")
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    try company.tenure("invitation accept acme/ml --as grace@acme.example", exits: 1)
    try company.tenure("invitation accept acme --as GRACE@acme.example", exits: 0)
    // Then it follows by itself, without another invitation.
    #expect(
      try company.seePlan().doing == ["labs", "ml"].map { "add-member acme/\($0) grace@acme.example" })
    try company.settle(manifests)
    #expect(try company.people("acme/ml").contains("grace@acme.example viewer active direct"))
    #expect(try company.people("acme/labs").contains("grace@acme.example developer active direct"))
  }

  @Test func `enterprise: billing-admin alone makes nobody a workspace member`() throws {
    let direct = "invitations: {admission: direct}"
    let company = try Company(Self.guest("billing-admin", policy: direct), apply: false)
    #expect(try company.seePlan().rules == ["organization-member-first"])
    try company.tenure("apply --yes", exits: 3)
    try company.refused("member add acme/ml grace@acme.example --role viewer", by: "organization-member-first")
    try company.settle(Self.guest("member", policy: direct))
    #expect(try company.seePlan(of: Self.guest("billing-admin", policy: direct)).rules == ["organization-member-first"])
    try company.refused("member set-role acme grace@acme.example billing-admin", by: "organization-member-first")
    #expect(try company.people("acme/ml").contains("Grace@Acme.example viewer active direct"))
  }

  @Test func `enterprise: who declines the organization is held in its workspaces too`() throws {
    let company = try Company(Self.guest("member"))
    try company.tenure("invitation decline acme --as grace@acme.example", exits: 0)
    let seen = try company.seePlan()
    #expect(seen.status == 0 && seen.doing == [] && seen.waiting == [])
    #expect(seen.held == ["acme", "acme/labs", "acme/ml"].map { "\($0) Grace@Acme.example declined" })
  }

  @Test func `enterprise: a membership of the organization that ends takes the workspaces along`() throws {
    let direct = "invitations: {admission: direct}"
    let company = try Company(Self.guest("{role: member, expires: 2030-01-31}", policy: direct))
    #expect(try company.tenure("plan --now 2030-01-31T23:59:59Z", exits: 0).contains("No changes."))
    #expect(
      try company.seePlan("--now 2030-02-01").doing
        == [
          "remove-member acme/labs grace@acme.example", "remove-member acme/ml grace@acme.example",
          "remove-member acme grace@acme.example",
        ].map { $0.replacing("grace@acme.example", with: "Grace@Acme.example") })
  }
}
