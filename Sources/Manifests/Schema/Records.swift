import Model

/// The mappings with fixed keys of a manifest, Policy apart: one table for the reader and for the schema.
enum Records {
  static let apiVersion = "tenure/v1"

  /// The first two keys of every document.
  static func head(_ kind: ManifestReader.Kind) -> [Field] {
    [
      Field("apiVersion", required: true, ["const": .string(apiVersion)], "The version of the format."),
      Field("kind", required: true, ["const": .string(kind.rawValue)], "What the document declares."),
    ]
  }

  static let organization = Record(
    "An Organization",
    "A tenant: members with organization roles, and workspaces. A key that is absent is not managed and stays as stored.",
    head(.organization) + [
      Field(
        "name", required: true, .ref("identifier"), "The organization's name: the first part of paths like `acme/ml`.",
        examples: ["acme"]),
      Field("displayName", .ref("text"), "What people see instead of the name.", examples: ["Acme Corp"]),
      Field(
        "owner", .ref("email"),
        "The owner of record: who is answerable. Implies a membership in the top role of the organization."),
      Field("subscription", .ref("subscription"), "The organization's subscription, by its name in the policy."),
      Field("management", .ref("management"), management, default: "authoritative"),
      Field(
        "defaultWorkspace", .ref("title"), "The name of the workspace that is made with the organization.",
        default: "default"),
      Field(
        "members", .ref("organizationMembers"),
        "Who is in the organization, in which role. `{}` declares nobody; leave the key out to manage none of it."),
      Field(
        "groups", .map("identifier", to: .ref("groupMembers")),
        "Groups of people, for this organization: each name once here or as a Group for all."),
      Field(
        "workspaces", .map("title", to: .ref("workspaceEntry")),
        "The organization's workspaces by name. One that stands here no longer is not deleted: say `removed:`."),
    ])

  private static let management =
    "`authoritative`: who is not declared is removed. `additive`: who was never declared is left alone."

  private static let workspaceFields = [
    Field("displayName", .ref("text"), "What people see instead of the name.", examples: ["Machine learning"]),
    Field(
      "renamedFrom", .ref("title"),
      "The name so far: the workspace is renamed with all it holds, not deleted and made anew."),
    Field(
      "owner", .ref("email"),
      "The owner of record: who is answerable. Implies a membership in the top role of the workspace."),
    Field("subscription", .ref("subscription"), "The workspace's subscription, by its name in the policy."),
    Field("management", .ref("management"), management + " Absent: as the organization has it."),
    Field(
      "members", .ref("workspaceMembers"),
      "Who is in the workspace, in which role. `{}` declares nobody; leave the key out to manage none of it."),
    Field(
      "apiKeys", .map("title", to: .ref("apiKey")),
      "Which API keys may exist, by name, and their limits. People make the keys themselves."),
    Field(
      "removed", .ref("reason"),
      "Deletes the workspace for good, with the reason; stands alone. Applied with `--allow-deletion` where the policy asks.",
      examples: ["merged into ml"]),
    Field(
      "released", .ref("reason"),
      "Ends the management of the workspace, with the reason; stands alone. Nothing is changed.",
      examples: ["run by hand now"]),
  ]

  /// The keys of a workspace, which `removed` and `released` exclude.
  static let workspaceKeys = workspaceFields.map(\.name)

  static let workspaceEntry = Record(
    "A workspace", "A workspace: who works in it, and with which keys.", workspaceFields)

  static let workspace = Record(
    "A Workspace", "A workspace in a document of its own: the same keys as an entry of `workspaces:`.",
    head(.workspace) + [
      Field("organization", required: true, .ref("identifier"), "The organization that it belongs to."),
      Field("name", required: true, .ref("title"), "The workspace's name, unique in its organization."),
    ] + workspaceFields)

  static let member = Record(
    "A member entry", "A member with more to say than the role.",
    [
      Field("role", required: true, .ref("role"), "A role of the policy."),
      Field(
        "expires", .ref("dayOrInstant"),
        "Access ends after this day (UTC), or at an RFC 3339 instant. One that is over means: not declared.",
        examples: ["2035-01-31", "2035-01-31T12:00:00Z"]),
      Field(
        "protect", .ref("flag"), "Not removed or demoted while the commit that was applied before protects the entry.",
        default: false),
      Field(
        "reinvite", .ref("day"), "Invites once more who left or declined before this day.", examples: ["2035-01-31"]),
    ])

  static let apiKey = Record(
    "An API key", "The limits of an API key; `{}` has none.",
    [
      Field("monthlyLimit", .ref("number"), "The most it may use a month.", examples: [100_000]),
      Field("dailyRateLimit", .ref("number"), "The most requests a day.", examples: [5000]),
    ])

  static let group = Record(
    "A Group", "A group of people for all organizations.",
    head(.group) + [
      Field("name", required: true, .ref("identifier"), "The name by which member lists call it.", examples: ["sre"]),
      Field("members", required: true, .ref("groupMembers"), "Its people, and groups whose people are in it too."),
    ])

  static let account = Record(
    "An Account",
    "A person. Optional: people need no Account to be members.",
    head(.account) + [
      Field("email", required: true, .ref("email"), "Who it is. Written here in the way it is shown everywhere."),
      Field("displayName", .ref("text"), "The person's name.", examples: ["Ada"]),
      Field(
        "formerly", .list(.ref("email")),
        "Former emails of the same person: their account is moved, with `apply --allow-move`."),
      Field("workspaces", .map("title", to: .ref("workspaceEntry")), "The person's own workspaces by name."),
    ])
}
