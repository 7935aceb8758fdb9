import Model
import Testing

@testable import Reports

@Suite struct YAMLScalarTests {
  @Test(arguments: [
    "acme", "ada@acme.example", "007@acme.example", "Machine learning", "3d-models", "a:b", "a#b", "é", "super-admin",
    "60h",
  ])
  func plain(_ text: String) { #expect(YAMLScalar.text(text) == text) }

  @Test(arguments: [
    "", " a", "a ", "yes", "No", "ON", "off", "y", "N", "true", "null", "~", "=", "<<", "007", "1_000", "0x1F", "0o7",
    "0b11", "+0x1f",
    "1e3", "-1", "+1", ".5", ".inf", ".NaN", "12:30:45", "2027-01-31", "2027-01-31T12:00:00Z", "-", "- a", "?", "a: b",
    "a:", "a #b", "#a", "*a", "&a", "!a", "|", ">", "'a'", "\"a\"", "%a", "@a", "`a`", "[a]", "{a}", "a, b", "a\\b",
    "a\u{FEFF}b", "a\u{2028}b", "a\nb",
  ])
  func quoted(_ text: String) { #expect(YAMLScalar.text(text).hasPrefix("\"")) }

  @Test func escapes() {
    #expect(YAMLScalar.text("a \"b\" \\ \u{7}\u{2028}") == #""a \"b\" \\ \u0007\u2028""#)
  }
}

@Suite struct ExportTests {
  @Test func anEmptyStoreIsAComment() {
    #expect(StateExport(Company().input).stream.hasPrefix("# Nothing is stored.\n"))
  }

  @Test func everythingThatIsStored() {
    var company = Company()
    company.fill()
    #expect(
      StateExport(company.input).stream == """
        apiVersion: tenure/v1
        kind: Organization
        name: acme
        displayName: "Acme: the Corp"
        owner: Ada@acme.example
        subscription: business
        defaultWorkspace: general
        members:
          Ada@acme.example: super-admin
          grace@acme.example: {role: member, expires: 2027-01-31, protect: true}
          invited@acme.example: {role: member, expires: 2027-01-31T12:00:00Z}
        workspaces:
          ml:
            owner: grace@acme.example
            members:
              grace@acme.example: admin
            apiKeys:
              "007": {}
              ci: {monthlyLimit: 5, dailyRateLimit: 1}
          "no":
            members: {}
        ---
        apiVersion: tenure/v1
        kind: Account
        email: Ada@acme.example
        displayName: Ada

        """)
  }

  @Test func anOwnerBelowTheTopRoleIsNotDeclared() {
    var company = Company()
    company.fill()
    company.input.actual.tenants[0].roll.members[0].role = company.intern("member")
    #expect(!StateExport(company.input).stream.contains("owner: Ada@"))
  }

  @Test func aDefaultWorkspaceWithMoreInItIsWritten() {
    var company = Company()
    company.fill()
    company.input.actual.tenants[0].workspaces[0].displayName = "General"
    #expect(StateExport(company.input).stream.contains("  general:\n    displayName: General\n"))
  }

  @Test func policiesThatDifferAreWrittenOneByOne() {
    var company = Company()
    company.fill()
    company.apply(company.input.standard.canonical, to: 0)
    #expect(StateExport(company.input).files[0].text == "apiVersion: tenure/v1\nkind: Policy\nextends: enterprise\n")
    company.apply(
      """
      extends\tenterprise
      invitations.admission\tdirect
      operators\ta@b.example,c@d.example
      protection.freeze-window\t0 18 * * 5;60h;Europe/Berlin|*/5 1,2 * * *;1h;UTC
      protection.minimum-admins\t2
      protection.last-owner-kept\toff
      roles.workspace.a.b.permissions\tmembers.view,resources.read
      roles.workspace.a.b.rank\t5
      workspaces.ownerRequired\ttrue

      """, to: 0)
    #expect(
      StateExport(company.input).files[0].text == """
        apiVersion: tenure/v1
        kind: Policy
        extends: enterprise
        invitations:
          admission: direct
        operators: [a@b.example, c@d.example]
        protection:
          freeze-window:
            - {cron: 0 18 * * 5, duration: 60h, timeZone: Europe/Berlin}
            - {cron: "*/5 1,2 * * *", duration: 1h, timeZone: UTC}
          last-owner-kept: "off"
          minimum-admins: 2
        roles:
          workspace:
            a.b:
              permissions: [members.view, resources.read]
              rank: 5
        workspaces:
          ownerRequired: true

        """)
    company.input.actual.tenants.append(ActualTenant(id: 9, name: "policy"))
    company.apply(company.input.standard.canonical, to: 1)
    let files = StateExport(company.input).files
    // One of them is for all, the other says what differs from it.
    #expect(files[0].text.components(separatedBy: "\nkind: Policy\n").count == 3)
    #expect(files[0].text.components(separatedBy: "\norganization: ").count == 2)
    #expect(files.map(\.name) == ["policy.yaml", "acme.yaml", "policy.organization.yaml", "accounts.yaml"])
  }
}

/// A small stored company.
private struct Company {
  var input: StateExport.Input
  private let now = Instant(seconds: 1_790_000_000)

  init() {
    let admin = Role(name: "admin", rank: 2, permissions: [.all])
    let top = Role(name: "super-admin", rank: 2, permissions: [.all])
    let member = Role(name: "member", rank: 1, permissions: [])
    let policy = Policy(
      preset: "enterprise", workspaceRoles: [admin], organizationRoles: [top, member], subscriptions: ["business": nil],
      defaultSubscription: "business",
      invitations: .init(admission: .invite, joinAs: .declared, expireAfter: nil, maxSends: nil, ofRemoved: .cancel),
      apiKeys: .init(ofRemoved: .keep),
      signUp: .init(personalWorkspace: .always, workspaceKind: .personal, furtherWorkspaces: .none),
      workspaces: .init(owners: .many, ownerRequired: false, finalInvoice: false, leaving: .allowed),
      deleteAccountWithLastWorkspace: false, operators: [], identity: .commit, protection: [:])
    let preset = PolicyInForce(policy: policy, canonical: "extends\tenterprise\nidentity\tcommit\n")
    input = StateExport.Input(
      actual: ActualState(), names: NameTable(), baselines: [:], policies: [:], presets: ["enterprise": preset],
      standard: preset)
  }

  mutating func intern(_ text: String) -> Symbol { input.names.intern(text) }

  mutating func apply(_ canonical: String, to tenant: Int) {
    input.policies[canonical] = PolicyInForce(policy: input.standard.policy, canonical: canonical)
    input.actual.tenants[tenant].applied = AppliedCommit(
      commit: "c", time: now, baseline: [], policyDigest: canonical, withheld: 0)
  }

  mutating func fill() {
    let (ada, written, grace) = (intern("ada@acme.example"), intern("Ada@acme.example"), intern("grace@acme.example"))
    let (admin, member, top, ml) = (intern("admin"), intern("member"), intern("super-admin"), intern("ml"))
    input.actual.accounts = AccountDirectory([
      AccountRecord(id: 1, person: ada, email: written, displayName: "Ada", created: now),
      AccountRecord(id: 2, person: grace, email: grace, created: now),
    ])
    let day = Instant(year: 2027, month: 2, day: 1)
    let noon = Instant(year: 2027, month: 1, day: 31)?.advanced(bySeconds: 43_200)
    let invited = intern("invited@acme.example")
    let roll = Roll(
      members: [
        ActualMember(person: ada, role: top, joined: now),
        ActualMember(person: grace, role: member, expires: day, protect: true, joined: now),
      ], invitations: [ActualInvitation(person: invited, email: invited, role: member, expires: noon, created: now)],
      departures: [Departure(person: intern("gone@acme.example"), reason: .left, since: now)])
    let places = [
      ActualWorkspace(
        id: 1, name: intern("general"), kind: .default, owner: ada, created: now,
        roll: Roll(members: [ActualMember(person: ada, role: admin, joined: now)])),
      ActualWorkspace(
        id: 2, name: ml, kind: .standard, owner: grace, created: now,
        roll: Roll(members: [ActualMember(person: grace, role: admin, joined: now)]),
        apiKeys: [ActualAPIKey(name: intern("ci"), limits: .init(monthly: 5, daily: 1), creator: nil, created: now)]),
      ActualWorkspace(id: 3, name: intern("no"), kind: .standard, created: now),
    ]
    let acme = ActualTenant(
      id: 1, name: "acme", displayName: "Acme: the Corp", owner: ada, subscription: intern("business"), roll: roll,
      workspaces: places)
    var baseline = DesiredTenant(name: "acme", mark: .none, policy: input.standard)
    let keys = ["007", "ci"].map {
      DesiredAPIKey(name: intern($0), limits: .init(monthly: nil, daily: nil), mark: .none)
    }
    baseline.workspaces = [DesiredWorkspace(name: ml, mark: .none, members: [], apiKeys: keys)]
    input.baselines["acme"] = baseline
    input.actual.tenants = [acme]
  }
}
