import Model
import Planning
import Testing

/// The rules as a list: SPEC section 6's table, its order and its last column.
@Suite struct RulesTests {
  enum Override: String, Sendable { case yes, no, never, flag }

  /// Names and overrides as SPEC section 6 has them, in its order; «—» there means a flag.
  static let table: [(String, Override)] = [
    ("personal-workspace-undeletable", .never),
    ("personal-workspace-keeps-its-user", .never),
    ("one-personal-workspace", .never),
    ("default-workspace-kept", .yes),
    ("creator-kept", .no),
    ("last-owner-kept", .never),
    ("single-owner", .no),
    ("member-cap", .no),
    ("one-pending-invitation", .never),
    ("organization-member-first", .no),
    ("no-self-change", .no),
    ("actor-allowed", .yes),
    ("leave-needs-another-member", .no),
    ("deletion-needs-tombstone", .no),
    ("deletion-needs-operator", .flag),
    ("account-move-needs-operator", .flag),
    ("removal-threshold", .yes),
    ("minimum-admins", .yes),
    ("protected-subject", .yes),
    ("freeze-window", .yes),
  ]

  @Test func `every rule is there once, in the table's order`() {
    #expect(Rules.all.map(\.name) == RuleName.allCases)
    #expect(Rules.all.map(\.name.rawValue) == Self.table.map(\.0))
    #expect(RuleName.allCases.allSatisfy { Rules.rule($0)?.name == $0 })
  }

  @Test(arguments: table) func `overrides are those of the table`(_ name: String, _ override: Override) throws {
    let rule = try #require(RuleName(rawValue: name))
    let documented: Override =
      switch Rules.documentation(of: rule).override {
      case .never: .never
      case .no: .no
      case .yes: .yes
      case .flag: .flag
      }
    #expect(documented == override)
  }

  @Test(arguments: RuleName.allCases) func `every rule says what, why, an example and what to do instead`(
    _ rule: RuleName
  ) {
    let documentation = Rules.documentation(of: rule)
    for text in [documentation.refuses, documentation.why, documentation.example, documentation.remedy] {
      #expect(text.contains { !$0.isWhitespace })
    }
    #expect(documentation.why.hasSuffix("."))
    #expect(documentation.remedy.hasSuffix("."))
    switch documentation.override {
    case .no(let instead): #expect(!instead.isEmpty)
    case .flag(let flag): #expect(flag.hasPrefix("--allow-"))
    case .yes, .never: break
    }
  }

  /// A column of the table: what each preset sets, off where it says nothing.
  private static let presets: [(String, [RuleName: String])] = [
    (
      "single-owner",
      [
        .creatorKept: "on", .singleOwner: "on", .defaultWorkspaceKept: "on", .lastOwnerKept: "on",
        .noSelfChange: "raise", .memberCap: "on",
      ]
    ),
    (
      "enterprise",
      [
        .defaultWorkspaceKept: "on", .lastOwnerKept: "organizations", .organizationMemberFirst: "on",
        .noSelfChange: "raise", .memberCap: "on",
      ]
    ),
    (
      "small-team",
      [
        .creatorKept: "only-workspace", .defaultWorkspaceKept: "on", .lastOwnerKept: "on", .noSelfChange: "any",
        .memberCap: "5",
      ]
    ),
    ("self-serve", [.lastOwnerKept: "on", .noSelfChange: "raise", .memberCap: "on"]),
  ]

  private static let everywhere: [RuleName: String] = [
    .personalWorkspaceUndeletable: "on", .personalWorkspaceKeepsItsUser: "on", .onePersonalWorkspace: "on",
    .onePendingInvitation: "on", .leaveNeedsAnotherMember: "on", .deletionNeedsTombstone: "on",
    .deletionNeedsOperator: "on", .accountMoveNeedsOperator: "on", .removalThreshold: "25%", .protectedSubject: "on",
  ]

  @Test(arguments: presets) func `presets set the rules as in the table`(_ preset: String, _ own: [RuleName: String]) {
    var names = NameTable()
    let policy = Scenario.compile(acme("", policy: "extends: \(preset)"), now: Scenario.now, names: &names).policy
      .policy
    let expected = Self.everywhere.merging(own) { $1 }
    for rule in RuleName.allCases {
      let setting: String =
        switch policy.setting(rule) {
        case .off: "off"
        case .on: "on"
        case .value(let value): value
        case .windows: "windows"
        }
      #expect(setting == expected[rule] ?? "off", "\(rule.rawValue) in \(preset)")
    }
  }

  @Test func `all refusals of a plan are reported, not the first`() {
    let stored = "acme owner=ada@x\n  ada@x super-admin\nacme/default default\nacme/ml\n  bob@x admin"
    let plan = Scenario(
      acme(
        "members: {}\nworkspaces: {default: {removed: unused}, ml: {members: {eve@y: viewer}}}",
        policy: extending("enterprise", "creator-kept: on, minimum-admins: 1")), stored: stored
    ).planned().plan
    #expect(
      plan.blocked.map(\.rule) == [
        .organizationMemberFirst, .defaultWorkspaceKept, .deletionNeedsOperator, .creatorKept, .lastOwnerKept,
        .minimumAdmins,
      ])
    #expect(plan.applicable.map(Scenario.line) == ["remove-member acme/ml bob@x -role=admin first"])
  }
}
