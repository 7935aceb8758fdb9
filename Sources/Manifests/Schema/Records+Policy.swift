import Model

extension Records {
  static let policy = Record(
    "A Policy",
    "The rules of the place: a preset, and what differs from it. Mappings merge with the preset's, lists replace them. "
      + "`tenure policy show` prints the policy in force.",
    head(.policy) + [
      Field(
        "organization", .ref("identifier"),
        "The organization that it is for. Absent: for all; each organization may have one more."),
      Field(
        "extends", .words(Policies.presets), "The preset that lies below.", default: .string(Policies.defaultPreset)),
      Field("roles", .ref("roles"), "Roles by name. The highest rank is the top role."),
      Field(
        "subscriptions", .map("identifier", to: .ref("subscriptionLimits")),
        "Subscriptions by name. The presets have `free`, `team` and `business`."),
      Field(
        "defaultSubscription", .ref("subscription"), "The subscription of what names none, by its name in the policy."),
    ] + PolicySection.all.map { Field($0.name, .ref($0.name), $0.about) } + [
      Field("operators", .list(.ref("email")), "Who may do what only operators may. The list replaces the preset's."),
      Field(
        "identity", .words(Policy.Identity.allCases.map(\.rawValue)),
        "Whom to believe about who made a change: `commit`: its author, its trailers and who merged; `attested`: only "
          + "`--actor` and `--approved-by`, which a pipeline takes from its forge."),
      Field("protection", .ref("protection"), "Protection rules by name. `tenure rules` lists them."),
    ])

  static let roles = Record(
    "`roles`", "Roles by name, of workspaces and of organizations.",
    [
      Field("workspace", .map("identifier", to: .ref("roleDefinition")), "The roles of workspaces."),
      Field("organization", .map("identifier", to: .ref("roleDefinition")), "The roles of organizations."),
    ])

  static let role = Record(
    "A role", "A role. One that no preset has needs both keys.",
    [
      Field("rank", .ref("number"), "Its place among the roles, unique: the highest is the top role.", examples: [30]),
      Field(
        "permissions",
        .list(
          .any(
            .words(Permission.allCases.map(\.rawValue)),
            ["type": "string", "pattern": .string(TextPatterns.writingKind), "maxLength": 116])),
        "What it lets people do. The list replaces the preset's."),
    ])

  static let subscription = Record(
    "A subscription", "The limits of a subscription.",
    [
      Field(
        "members", .ref("limit"), "The most members and pending invitations together; `none` for no limit.",
        examples: [5, "none"])
    ])

  static let window = Record(
    "A freeze window", "A time that comes again, in which grants and deletions wait.",
    [
      Field(
        "cron", required: true, .ref("cron"), "When it begins: minute, hour, day of month, month, day of week.",
        examples: ["0 18 * * FRI"]),
      Field(
        "duration", required: true, .ref("duration"), "How long it lasts: a number and a unit.",
        examples: ["60h", "2d"]),
      Field(
        "timeZone", .ref("timeZone"), "The time zone of `cron`, by its IANA name.", default: "UTC",
        examples: ["Europe/Berlin"]),
    ])
}

extension PolicySection {
  var schema: SchemaNode {
    Record(keys.what, about, leaves.map { Field($0.name, $0.value.schema, $0.about) }).schema
  }
}

extension PolicySection.Value {
  fileprivate var schema: SchemaNode {
    switch self {
    case .words(let words): words == ["true", "false"] ? .ref("flag") : .words(words)
    case .duration: .any(.words(["never"]), .ref("duration"))
    case .count: .any(.words(["none"]), .ref("positive"))
    }
  }
}

extension RuleSettings.Form {
  var schema: SchemaNode {
    switch self {
    case .words(let words): .any(.words(words), .ref("yaml11Boolean"))
    case .count: .any(.words(["off", "on"]), .ref("yaml11Boolean"), .ref("positive"))
    case .percent: .any(.words(["off", "on"]), .ref("yaml11Boolean"), .ref("percent"))
    case .windows: .any(.words(["off"]), .ref("yaml11Off"), .list(.ref("freezeWindow")))
    }
  }
}
