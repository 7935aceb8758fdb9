import Model

/// Policy documents, as the leaves that they set.
extension DocumentReader {
  mutating func policy(_ root: Int) -> PolicyDocument {
    if children(root).contains(where: { string($0) == "organization" && isScalar($0 + 1) && !hasNoValue($0 + 1) }) {
      nameScope(root, "organization")
    }
    let before = findings.count
    let fields = fields(root, Records.policy.keys)
    let hasBrokenKeys = findings.count > before
    var document = PolicyDocument(place: place(root))
    document.isForOne = fields.isPresent("organization")
    document.organization = identifier(fields, "organization", "an organization")
    if let node = fields["extends"], expect(.scalar, node, "extends"),
      let preset = choice(node, "extends", Policies.presets)
    {
      document.extends = Placed(preset, place(node))
    }
    document.isUncertain = document.extends == nil && (hasBrokenKeys || fields.isPresent("extends"))
    roles(fields, &document)
    subscriptions(fields, &document)
    if let name = identifier(fields, "defaultSubscription", "a subscription") {
      document.leaves.append(.init(path: "defaultSubscription", value: names.text(name.value), place: name.place))
    }
    for section in PolicySection.all { read(section, fields, &document) }
    operators(fields, &document)
    if let node = fields["identity"], expect(.scalar, node, "identity"),
      let word = choice(node, "identity", Policy.Identity.allCases.map(\.rawValue))
    {
      document.leaves.append(.init(path: "identity", value: word, place: place(node)))
    }
    protection(fields, &document)
    return document
  }

  private mutating func read(_ section: PolicySection, _ fields: FieldTable, _ document: inout PolicyDocument) {
    guard let node = fields[section.name], expect(.mapping, node, section.name) else { return }
    let inner = self.fields(node, section.keys)
    for leaf in section.leaves {
      guard let node = inner[leaf.name], expect(.scalar, node, leaf.name) else { continue }
      let text = string(node)
      if let value = leaf.value.canonical(text) {
        document.leaves.append(.init(path: "\(section.name).\(leaf.name)", value: value, place: place(node)))
      } else {
        let words = leaf.value.words
        report(
          "invalid-value", "`\(leaf.name)` cannot be `\(shown(text))`.", at: node,
          hint: Suggestion.hint(for: text, among: words) ?? leaf.value.hint)
      }
    }
  }

  private mutating func roles(_ fields: FieldTable, _ document: inout PolicyDocument) {
    guard let node = fields["roles"], expect(.mapping, node, "roles") else { return }
    let scopes = self.fields(node, Records.roles.keys)
    for scope in RoleScope.allCases {
      guard let node = scopes[scope.rawValue], expect(.mapping, node, scope.rawValue) else { continue }
      for (key, name, isFirst) in uniqueKeys(node, "The role") where checkIdentifier(key, "a role") && isFirst {
        let path = "roles.\(scope.rawValue).\(names.text(name))"
        let before = findings.count
        if expect(.mapping, key + 1, string(key), example: "{rank: 10, permissions: [members.view]}") {
          role(key + 1, path, &document)
        }
        document.roles.append(
          .init(scope: scope, name: names.text(name), place: place(key), isBroken: findings.count > before))
      }
    }
  }

  private mutating func role(_ node: Int, _ path: String, _ document: inout PolicyDocument) {
    let role = fields(node, Records.role.keys)
    if let rank = number(role, "rank") {
      document.leaves.append(.init(path: path + ".rank", value: String(rank), place: place(role["rank"] ?? node)))
    }
    if let list = role["permissions"], let permissions = permissions(list) {
      document.leaves.append(
        .init(path: path + ".permissions", value: PolicyText.text(list: permissions), place: place(list)))
    }
  }

  private mutating func permissions(_ node: Int) -> [String]? {
    guard expect(.sequence, node, "permissions", example: "[members.view]") else { return nil }
    let words = Permission.allCases.map(\.rawValue)
    return list(node, "permissions") { reader, item in
      let text = reader.string(item)
      if let permission = Permission(rawValue: text) { return permission.rawValue }
      reader.report(
        "unknown-permission", "There is no permission `\(reader.shown(text))`.", at: item,
        hint: Suggestion.hint(for: text, among: words)
          ?? "`tenure policy show --matrix` lists them; `resources.write:KIND` is for one kind of resource.")
      return nil
    }
  }

  /// The items of a list of different words.
  private mutating func list(
    _ node: Int, _ what: String, _ read: (inout DocumentReader, Int) -> String?
  ) -> [String] {
    var found: [String] = []
    for item in items(node) {
      if hasNoValue(item) {
        report("no-value", "An entry of `\(what)` has no value.", at: item)
        continue
      }
      guard expect(.scalar, item, what), let text = read(&self, item) else { continue }
      if found.contains(text) {
        report("duplicate-entry", "`\(shown(text))` stands in `\(what)` twice.", at: item)
      } else {
        found.append(text)
      }
    }
    return found
  }

  private mutating func subscriptions(_ fields: FieldTable, _ document: inout PolicyDocument) {
    guard let node = fields["subscriptions"], expect(.mapping, node, "subscriptions") else { return }
    for (key, name, isFirst) in uniqueKeys(node, "The subscription")
    where checkIdentifier(key, "a subscription") && isFirst {
      document.subscriptions.append((names.text(name), place(key)))
      guard expect(.mapping, key + 1, string(key), example: "{members: 5}") else { continue }
      let subscription = self.fields(key + 1, Records.subscription.keys)
      guard let members = subscription["members"], expect(.scalar, members, "members") else { continue }
      let text = string(members)
      if let value = text == "none" ? text : PolicyText.number(text).map(String.init) {
        document.leaves.append(
          .init(path: "subscriptions.\(names.text(name)).members", value: value, place: place(members)))
      } else {
        report(
          "invalid-value", "`members` is a whole number from 0, not `\(shown(text))`.", at: members,
          hint: "Write `none` for no limit.")
      }
    }
  }

  private mutating func operators(_ fields: FieldTable, _ document: inout PolicyDocument) {
    guard let node = fields["operators"], expect(.sequence, node, "operators", example: "[ops@acme.example]") else {
      return
    }
    let generation = scratch.stamps.next()
    let emails = list(node, "operators") { reader, item in
      guard let email = reader.email(item) else { return nil }
      guard reader.scratch.stamps.mark(email.person, generation) else {
        reader.report(
          "duplicate-entry", "`\(reader.shown(reader.string(item)))` stands in `operators` twice.", at: item)
        return nil
      }
      return reader.names.text(email.written)
    }
    document.leaves.append(.init(path: "operators", value: PolicyText.text(list: emails), place: place(node)))
  }

  private mutating func protection(_ fields: FieldTable, _ document: inout PolicyDocument) {
    guard let node = fields["protection"], expect(.mapping, node, "protection") else { return }
    for (key, name, isFirst) in uniqueKeys(node, "The rule") where isFirst {
      let text = names.text(name)
      guard let rule = RuleName(rawValue: text) else {
        report(
          "unknown-rule", "There is no rule `\(shown(text))`.", at: key,
          hint: Suggestion.hint(for: text, among: RuleName.allCases.map(\.rawValue)) ?? "`tenure rules` lists them.")
        continue
      }
      if let value = setting(key + 1, of: rule) {
        document.leaves.append(.init(path: "protection.\(text)", value: value, place: place(key + 1)))
      }
    }
  }

  private mutating func setting(_ node: Int, of rule: RuleName) -> String? {
    if rule == .freezeWindow, tree.nodes[node].kind == .sequence { return windows(node) }
    guard isScalar(node) else {
      report("wrong-type", "`\(rule.rawValue)` cannot be set like this.", at: node, hint: RuleSettings.hint(for: rule))
      return nil
    }
    let text = string(node)
    if let value = RuleSettings.canonical(text, for: rule) { return value }
    report(
      "invalid-value", "`\(rule.rawValue)` cannot be `\(shown(text))`.", at: node, hint: RuleSettings.hint(for: rule))
    return nil
  }

  private mutating func windows(_ node: Int) -> String? {
    var windows: [Policy.FreezeWindow] = []
    for item in items(node) {
      guard expect(.mapping, item, "freeze-window", example: "{cron: \"0 18 * * 5\", duration: 60h}") else { continue }
      let fields = self.fields(item, Records.window.keys)
      let cron = required("cron", fields).flatMap { schedule($0) }
      let duration = required("duration", fields).flatMap {
        window($0, "duration", "Write a number and a unit: `60h`, `2d`.", PolicyText.duration)
      }
      let zone =
        fields.isPresent("timeZone")
        ? fields["timeZone"].flatMap {
          window($0, "timeZone", "Write an IANA name, such as `Europe/Berlin`.") {
            PolicyText.isTimeZone($0) ? $0 : nil
          }
        } : "UTC"
      guard let cron, let duration, let zone else { continue }
      windows.append(Policy.FreezeWindow(cron: cron, duration: duration, timeZone: zone))
    }
    return windows.isEmpty ? "off" : PolicyText.text(windows: windows)
  }

  private mutating func schedule(_ node: Int) -> String? {
    guard expect(.scalar, node, "cron") else { return nil }
    switch CronSchedule.parse(string(node)) {
    case .success: return PolicyText.cron(string(node))
    case .failure(let problem):
      let text = shown(string(node))
      report("invalid-value", "`cron` cannot be `\(text)`: \(problem.message).", at: node, hint: problem.hint)
      return nil
    }
  }

  private mutating func window<T>(_ node: Int, _ key: String, _ hint: String, _ read: (String) -> T?) -> T? {
    guard expect(.scalar, node, key) else { return nil }
    if let value = read(string(node)) { return value }
    report("invalid-value", "`\(key)` cannot be `\(shown(string(node)))`.", at: node, hint: hint)
    return nil
  }
}
