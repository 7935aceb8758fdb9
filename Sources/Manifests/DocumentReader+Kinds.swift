import Model

/// The documents other than Workspace and Policy.
extension DocumentReader {
  mutating func organization(_ root: Int) -> OrganizationDocument {
    nameScope(root, "name")
    let fields = fields(root, Records.organization.keys)
    _ = required("name", fields)
    let name = identifier(fields, "name", "an organization")
    var document = OrganizationDocument(place: place(root), name: name ?? Placed(names.intern(""), place(root)))
    document.displayName = text(fields, "displayName")
    document.owner = email(fields, "owner")
    document.subscription = identifier(fields, "subscription", "a subscription")
    document.management = management(fields)
    document.defaultWorkspace = title(fields, "defaultWorkspace", "a workspace")?.value
    document.members = members(fields)
    document.groups = groups(fields)
    document.workspaces = workspaces(fields)
    document.isUnreadable = name == nil
    return document
  }

  /// Errors of the document stop the organization that this key names, from here on.
  mutating func nameScope(_ root: Int, _ key: String) {
    let name = children(root).first { string($0) == key }.map { $0 + 1 }
    scope = .organizations(name.flatMap { isScalar($0) && !hasNoValue($0) ? [string($0)] : nil } ?? [])
  }

  /// The keys of a mapping, as they are.
  func children(_ node: Int) -> [Int] {
    var (found, key) = ([Int](), node + 1)
    while key < behind(node) {
      found.append(key)
      key = behind(key + 1)
    }
    return found
  }

  private mutating func groups(_ fields: FieldTable) -> [GroupEntry] {
    guard let node = fields["groups"], expect(.mapping, node, "groups", example: "groups: {}") else { return [] }
    var found: [GroupEntry] = []
    for (key, name, isFirst) in uniqueKeys(node, "The group") {
      let isNamed = checkIdentifier(key, "a group") && isFirst
      let items = groupItems(key + 1, string(key))
      if isNamed { found.append(GroupEntry(name: name, place: place(key), items: items)) }
    }
    return found
  }

  mutating func group(_ root: Int) -> GroupEntry? {
    let fields = fields(root, Records.group.keys)
    _ = required("name", fields)
    let name = identifier(fields, "name", "a group")
    let items = required("members", fields).map { groupItems($0, "members") } ?? []
    return name.map { GroupEntry(name: $0.value, place: place(root), items: items) }
  }

  mutating func account(_ root: Int) -> AccountDocument? {
    let fields = fields(root, Records.account.keys)
    _ = required("email", fields)
    let email = email(fields, "email")
    let displayName = text(fields, "displayName")
    let formerly = formerly(fields)
    let workspaces = workspaces(fields)
    return email.map {
      AccountDocument(
        place: place(root), email: $0, displayName: displayName, formerly: formerly, workspaces: workspaces)
    }
  }

  private mutating func formerly(_ fields: FieldTable) -> [Placed<EmailName>] {
    guard let node = fields["formerly"], expect(.sequence, node, "formerly", example: "[ada@old.example]") else {
      return []
    }
    let generation = scratch.stamps.next()
    var found: [Placed<EmailName>] = []
    for item in items(node) {
      if hasNoValue(item) {
        report("no-value", "An entry of `formerly` has no value.", at: item)
        continue
      }
      guard expect(.scalar, item, "formerly"), let email = email(item) else { continue }
      guard scratch.stamps.mark(email.person, generation) else {
        report("duplicate-entry", "`\(shown(string(item)))` stands in `formerly` twice.", at: item)
        continue
      }
      found.append(Placed(email, place(item)))
    }
    return found
  }
}
