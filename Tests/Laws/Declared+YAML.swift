/// The manifests as text, an entry a line.
extension Declared {
  /// By path below the manifests folder.
  var files: [String: String] {
    var files = ["policy.yaml": joined([policy.document(of: nil)] + ownPolicies.inOrder.map { $1.document(of: $0) })]
    for (name, organization) in organizations {
      files["organizations/\(name).yaml"] = organization.document(name: name, isBroken: broken.contains(name))
    }
    let people = groups.inOrder.map(Self.group) + accounts.inOrder.map { $1.document(of: $0) }
    if !people.isEmpty { files["people.yaml"] = joined(people) }
    return files
  }

  /// All of it as one file.
  var text: String { joined(files.inOrder.map(\.value)) }

  private func joined(_ documents: [String]) -> String { documents.joined(separator: "---\n") }

  private static func group(_ name: String, _ people: [String]) -> String {
    "apiVersion: tenure/v1\nkind: Group\nname: \(name)\nmembers: [\(people.joined(separator: ", "))]\n"
  }
}

extension Declared.PolicyDocument {
  func document(of organization: String?) -> String {
    var text = "apiVersion: tenure/v1\nkind: Policy\n"
    if let organization { text += "organization: \(organization)\n" }
    text += "extends: \(preset)\ninvitations: {admission: \(admission), joinAs: \(joinAs)}\n"
    if !operators.isEmpty { text += "operators: [\(operators.joined(separator: ", "))]\n" }
    if let identity { text += "identity: \(identity)\n" }
    for scope in ["organization", "workspace"] {
      let changed = roles.inOrder.filter { $0.key.hasPrefix(scope + ".") }
      guard !changed.isEmpty else { continue }
      if !text.contains("\nroles:\n") { text += "roles:\n" }
      text += "  \(scope):\n" + changed.map { "    \($0.dropFirst(scope.count + 1)): {\($1.text)}\n" }.joined()
    }
    guard !rules.isEmpty else { return text }
    return text + "protection:\n" + rules.inOrder.map { "  \($0): \($1)\n" }.joined()
  }
}

extension Declared.PolicyDocument.RoleChange {
  fileprivate var text: String {
    [rank.map { "rank: \($0)" }, permissions.map { "permissions: [\($0.joined(separator: ", "))]" }]
      .compactMap(\.self).joined(separator: ", ")
  }
}

extension Declared.Account {
  func document(of email: String) -> String {
    var text = "apiVersion: tenure/v1\nkind: Account\nemail: \(email)\n"
    if let displayName { text += "displayName: \(displayName)\n" }
    if !formerly.isEmpty { text += "formerly: [\(formerly.joined(separator: ", "))]\n" }
    return text
  }
}

extension Declared.Entry {
  var text: String {
    if lastDay == nil, !protect, reinvite == nil { return role }
    var fields = ["role: \(role)"]
    if let lastDay { fields.append("expires: \(Day.text(lastDay))") }
    if protect { fields.append("protect: true") }
    if let reinvite { fields.append("reinvite: \(Day.text(reinvite))") }
    return "{\(fields.joined(separator: ", "))}"
  }
}

extension Declared.Organization {
  func document(name: String, isBroken: Bool) -> String {
    var text = "apiVersion: tenure/v1\nkind: Organization\nname: \(name)\n"
    if let displayName { text += "displayName: \(displayName)\n" }
    if let owner { text += "owner: \(owner)\n" }
    if let subscription { text += "subscription: \(isBroken ? "none-such" : subscription)\n" }
    if isBroken, subscription == nil { text += "subscription: none-such\n" }
    if isAdditive { text += "management: additive\n" }
    if let members { text += list(members, "") }
    if !groups.isEmpty {
      text += "groups:\n" + groups.inOrder.map { "  \($0): [\($1.joined(separator: ", "))]\n" }.joined()
    }
    guard let workspaces else { return text }
    guard !workspaces.isEmpty else { return text + "workspaces: {}\n" }
    return text + "workspaces:\n" + workspaces.inOrder.map { $1.text(name: $0) }.joined()
  }
}

private func list(_ members: [String: Declared.Entry], _ indentation: String) -> String {
  guard !members.isEmpty else { return "\(indentation)members: {}\n" }
  return "\(indentation)members:\n"
    + members.inOrder.map { "\(indentation)  \($0): \($1.text)\n" }.joined()
}

extension Declared.Workspace {
  func text(name: String) -> String {
    switch state {
    case .removed: return "  \(name): {removed: done}\n"
    case .released: return "  \(name): {released: by hand now}\n"
    case .declared: break
    }
    var text = ""
    if let displayName { text += "    displayName: \(displayName)\n" }
    if let renamedFrom { text += "    renamedFrom: \(renamedFrom)\n" }
    if let owner { text += "    owner: \(owner)\n" }
    if let subscription { text += "    subscription: \(subscription)\n" }
    if let isAdditive { text += "    management: \(isAdditive ? "additive" : "authoritative")\n" }
    if let members { text += list(members, "    ") }
    if let keys {
      text += keys.isEmpty ? "    apiKeys: {}\n" : "    apiKeys:\n"
      for (key, limit) in keys.inOrder {
        text += "      \(key): \(limit.map { "{monthlyLimit: \($0)}" } ?? "{}")\n"
      }
    }
    return text.isEmpty ? "  \(name): {}\n" : "  \(name):\n" + text
  }
}
