import Model

/// Workspaces: entries of `workspaces:` and, with the same keys, documents of their own.
extension DocumentReader {
  mutating func workspaceDocument(_ root: Int) -> WorkspaceDocument? {
    nameScope(root, "organization")
    let fields = fields(root, Records.workspace.keys)
    _ = required("organization", fields)
    let organization = identifier(fields, "organization", "an organization")
    _ = required("name", fields)
    let name = title(fields, "name", "a workspace")
    var entry = workspace(fields, name: name?.value ?? names.intern(""), place(root))
    entry.isUnreadable = name == nil
    guard let organization else { return nil }
    return WorkspaceDocument(organization: organization, entry: entry)
  }

  mutating func workspaces(_ fields: FieldTable) -> [WorkspaceEntry]? {
    guard let node = fields["workspaces"], expect(.mapping, node, "workspaces", example: "workspaces: {}") else {
      return nil
    }
    var entries: [WorkspaceEntry] = []
    for (key, name, isFirst) in uniqueKeys(node, "The workspace") {
      let isNamed = checkTitle(key, "a workspace")
      guard expect(.mapping, key + 1, string(key), example: "{members: {}}") else { continue }
      let fields = self.fields(key + 1, Records.workspaceEntry.keys)
      var entry = workspace(fields, name: name, place(key))
      entry.isUnreadable = !isNamed || !isFirst
      entries.append(entry)
    }
    return entries
  }

  private mutating func workspace(_ fields: FieldTable, name: Symbol, _ place: Place) -> WorkspaceEntry {
    var entry = WorkspaceEntry(name: name, place: place)
    entry.displayName = text(fields, "displayName")
    entry.renamedFrom = title(fields, "renamedFrom", "a workspace")
    entry.owner = email(fields, "owner")
    entry.subscription = identifier(fields, "subscription", "a subscription")
    entry.management = management(fields)
    entry.members = members(fields)
    entry.apiKeys = apiKeys(fields)
    if let reason = reason(fields, "removed") { entry.disposition = .removed(reason) }
    if let reason = reason(fields, "released") { entry.disposition = .released(reason) }
    refuseKeysBesideEnd(fields)
    return entry
  }

  /// A workspace is declared, or removed, or released.
  private mutating func refuseKeysBesideEnd(_ fields: FieldTable) {
    guard let end = ["removed", "released"].first(where: fields.isPresent) else { return }
    let others = Records.workspaceKeys.filter { $0 != end && fields.isPresent($0) }
    guard let first = others.compactMap(fields.keyNode).min() else { return }
    report(
      "declared-and-removed", "`\(string(first))` cannot stand beside `\(end)`.", at: first,
      hint: "Keep `\(end): REASON` alone, or leave it out to keep the workspace.")
  }

  private mutating func apiKeys(_ fields: FieldTable) -> [APIKeyEntry]? {
    guard let node = fields["apiKeys"], expect(.mapping, node, "apiKeys", example: "apiKeys: {}") else { return nil }
    var entries: [APIKeyEntry] = []
    for (key, name, isFirst) in uniqueKeys(node, "The API key") {
      let isNamed = checkTitle(key, "an API key") && isFirst
      guard expect(.mapping, key + 1, string(key), example: "{monthlyLimit: 100000}") else { continue }
      let fields = self.fields(key + 1, Records.apiKey.keys)
      let limits = APIKeyLimits(monthly: number(fields, "monthlyLimit"), daily: number(fields, "dailyRateLimit"))
      if isNamed { entries.append(APIKeyEntry(name: name, place: place(key), limits: limits)) }
    }
    return entries
  }
}
