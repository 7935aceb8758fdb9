import Model

/// Values of the schema's types. Each reports what is wrong and then is nil.
extension DocumentReader {
  mutating func text(_ fields: FieldTable, _ key: String) -> Placed<String>? {
    guard let node = fields[key], expect(.scalar, node, key) else { return nil }
    let text = string(node)
    guard DisplayName.isValid(text) else {
      report("invalid-value", "`\(key)` has characters that cannot be printed.", at: node)
      return nil
    }
    return Placed(text, place(node))
  }

  /// The reason of `removed` or `released`.
  mutating func reason(_ fields: FieldTable, _ key: String) -> String? {
    guard let node = fields[key], expect(.scalar, node, key, example: "\(key): merged into ml") else { return nil }
    let text = string(node)
    guard text.contains(where: { !$0.isWhitespace }) else {
      report("invalid-value", "`\(key)` needs the reason as text.", at: node, hint: "Say why, for those who ask later.")
      return nil
    }
    return text
  }

  /// A name like `acme`: of an organization, a group, a role or a subscription.
  mutating func identifier(_ fields: FieldTable, _ key: String, _ what: String) -> Placed<Symbol>? {
    guard let node = fields[key], expect(.scalar, node, key), checkIdentifier(node, what) else { return nil }
    return Placed(intern(node), place(node))
  }

  mutating func checkIdentifier(_ node: Int, _ what: String) -> Bool {
    if Names.isIdentifier(tree.bytes(node)) { return true }
    report(
      "invalid-name", "`\(shown(string(node)))` is no name for \(what).", at: node,
      hint: near(string(node))
        ?? "Such names begin with a letter or digit and go on with a-z, 0-9, `.`, `_`, `-`: at most 100, in lower case."
    )
    return false
  }

  /// The same name in lower case, where that is one.
  private func near(_ text: String) -> String? {
    var lower = text.lowercased()
    guard lower != text, lower.withUTF8({ Names.isIdentifier($0) }) else { return nil }
    return "Did you mean `\(lower)`? Such names are in lower case."
  }

  mutating func title(_ fields: FieldTable, _ key: String, _ what: String) -> Placed<Symbol>? {
    guard let node = fields[key], expect(.scalar, node, key), checkTitle(node, what) else { return nil }
    return Placed(intern(node), place(node))
  }

  mutating func checkTitle(_ node: Int, _ what: String) -> Bool {
    if Names.isTitle(tree.bytes(node)) {
      warnOfMixedScript(node)
      return true
    }
    report(
      "invalid-name", "`\(shown(string(node)))` is no name for \(what).", at: node,
      hint: "Such names are 1 to 100 printable characters without outer spaces.")
    return false
  }

  mutating func email(_ fields: FieldTable, _ key: String) -> Placed<EmailName>? {
    guard let node = fields[key], expect(.scalar, node, key) else { return nil }
    return email(node).map { Placed($0, place(node)) }
  }

  mutating func email(_ node: Int) -> EmailName? { email(node, intern(node)) }

  mutating func email(_ node: Int, _ written: Symbol) -> EmailName? {
    if !scratch.emails.contains(written) {
      guard Email.isValid(tree.bytes(node)) else {
        report(
          "invalid-email", "`\(shown(string(node)))` is no email address.", at: node,
          hint: "An email address looks like `ada@acme.example`.")
        return nil
      }
      // What a warning is about is looked at in every document: what that says depends on nothing else.
      if !warnOfMixedScript(node) { scratch.emails.insert(written) }
    }
    return EmailName(written: written, person: names.folded(written))
  }

  /// True where there is something to warn of; a document says it once of each name.
  @discardableResult
  private mutating func warnOfMixedScript(_ node: Int) -> Bool {
    guard tree.bytes(node).contains(where: { $0 >= 0x80 }) else { return false }
    let text = string(node)
    guard let letter = MixedScript.letter(in: text) else { return false }
    if warned.insert(intern(node)).inserted {
      warn(
        "mixed-script", "`\(shown(text))` has a letter that is not Latin: \(MixedScript.name(of: letter)).", at: node,
        hint: "Is it meant? A name that looks the same with a Latin letter is another one.")
    }
    return true
  }

  mutating func flag(_ fields: FieldTable, _ key: String) -> Bool? {
    guard let node = fields[key], expect(.scalar, node, key, example: "\(key): true") else { return nil }
    if equals(node, "true") { return true }
    if equals(node, "false") { return false }
    report(
      "invalid-value", "`\(key)` is `true` or `false`, not `\(shown(string(node)))`.", at: node)
    return nil
  }

  /// A whole number, not negative.
  mutating func number(_ fields: FieldTable, _ key: String) -> Int? {
    guard let node = fields[key], expect(.scalar, node, key, example: "\(key): 1000") else { return nil }
    if let number = PolicyText.number(string(node)) { return number }
    report(
      "invalid-value", "`\(key)` is a whole number from 0, not `\(shown(string(node)))`.", at: node,
      hint: "Write digits only.")
    return nil
  }

  mutating func management(_ fields: FieldTable) -> Management? {
    guard let node = fields["management"], expect(.scalar, node, "management") else { return nil }
    return choice(node, "management", Management.allCases.map(\.rawValue)).flatMap(Management.init)
  }

  /// One of some words.
  mutating func choice(_ node: Int, _ key: String, _ words: [String]) -> String? {
    let text = string(node)
    if words.contains(text) { return text }
    report(
      "invalid-value", "`\(key)` cannot be `\(shown(text))`.", at: node,
      hint: Suggestion.hint(for: text, among: words) ?? "One of: \(words.joined(separator: ", ")).")
    return nil
  }

  /// The end of access: the midnight after a day, or an instant.
  mutating func expiry(_ node: Int) -> Instant? {
    guard expect(.scalar, node, "expires", example: "expires: 2027-01-31") else { return nil }
    let text = string(node)
    if let day = Instant(day: text) { return day.advanced(bySeconds: 86_400) }
    if let instant = Instant(rfc3339: text) { return instant }
    report(
      "invalid-value", "`expires` cannot be `\(shown(text))`.", at: node,
      hint: "Write a day (`2027-01-31`: access ends after it, in UTC) or an RFC 3339 instant (`2027-01-31T12:00:00Z`).")
    return nil
  }

  mutating func day(_ node: Int, _ key: String) -> Instant? {
    guard expect(.scalar, node, key, example: "\(key): 2026-11-22") else { return nil }
    let text = string(node)
    if let day = Instant(day: text) { return day }
    report(
      "invalid-value", "`\(key)` cannot be `\(shown(text))`.", at: node, hint: "Write a day, such as `2026-11-22`.")
    return nil
  }
}
