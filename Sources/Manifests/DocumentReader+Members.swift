import Model

/// Member lists, the hot path: a repository has a handful of everything else and a hundred thousand of these.
extension DocumentReader {
  /// The entries of `members`; nil where the key is absent or broken.
  mutating func members(_ fields: FieldTable) -> [MemberEntry]? {
    guard let node = fields["members"], expect(.mapping, node, "members", example: "members: {}") else { return nil }
    let generation = scratch.stamps.next()
    var entries: [MemberEntry] = []
    // A plain grant is two nodes.
    entries.reserveCapacity((behind(node) - node) / 2)
    var key = node + 1
    while key < behind(node) {
      let value = key + 1
      if let entry = member(key: key, value: value, generation) { entries.append(entry) }
      key = behind(value)
    }
    return entries
  }

  private mutating func member(key: Int, value: Int, _ generation: UInt32) -> MemberEntry? {
    var (name, person, kind) = (Symbol(rawValue: 0), Symbol(rawValue: 0), MemberEntry.Kind.unreadable)
    if let found = personOrGroup(key) {
      if scratch.stamps.mark(found.person, generation) {
        (name, person, kind) = (found.name, found.person, found.isPerson ? .person : .group)
      } else {
        report(
          "duplicate-key", "`\(shown(string(key)))` stands in this member list twice.", at: key,
          hint: found.isPerson ? Self.sameEmail(tree.bytes(key)) : nil)
      }
    }
    guard !hasNoValue(value) else {
      report("no-value", "`\(shown(string(key)))` has no role.", at: key, hint: "Write `\(shown(string(key))): ROLE`.")
      return nil
    }
    if isScalar(value) {
      return MemberEntry(
        name: name, person: person, kind: kind, role: intern(value), place: place(key), rolePlace: place(value))
    }
    guard expect(.mapping, value, string(key), example: "{role: ROLE}") else { return nil }
    let fields = fields(value, Records.member.keys)
    let expires = fields["expires"].flatMap { expiry($0) }
    let protect = flag(fields, "protect") ?? false
    let reinvite = fields["reinvite"].flatMap { day($0, "reinvite") }
    guard let role = required("role", fields), expect(.scalar, role, "role") else { return nil }
    return MemberEntry(
      name: name, person: person, kind: kind, protect: protect, role: intern(role), place: place(key),
      rolePlace: place(role), expires: expires, reinvite: reinvite)
  }

  private static func sameEmail(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    bytes.allSatisfy { $0 < 0x80 } && !String(decoding: bytes, as: UTF8.self).lowercased().contains("xn--")
      ? "Emails are compared without case."
      : "Emails are compared without case, however their letters are composed, and by the ASCII form of the domain."
  }

  /// What a list names: with an `@` a person, by the email as written and its key.
  private mutating func personOrGroup(_ node: Int) -> (name: Symbol, person: Symbol, isPerson: Bool)? {
    let name = intern(node)
    if scratch.emails.contains(name) || tree.bytes(node).contains(UInt8(ascii: "@")) {
      return email(node, name).map { (name, $0.person, true) }
    }
    return checkIdentifier(node, "a group (a person's has an `@`)") ? (name, name, false) : nil
  }

  /// The people and groups of a group's list.
  mutating func groupItems(_ node: Int, _ what: String) -> [GroupEntry.Item] {
    guard expect(.sequence, node, what, example: "[ada@acme.example, platform]") else { return [] }
    let generation = scratch.stamps.next()
    var found: [GroupEntry.Item] = []
    for item in items(node) {
      if hasNoValue(item) {
        report("no-value", "An entry of `\(shown(what))` has no value.", at: item)
        continue
      }
      guard expect(.scalar, item, what) else { continue }
      guard let (name, person, isPerson) = personOrGroup(item) else { continue }
      guard scratch.stamps.mark(person, generation) else {
        report("duplicate-entry", "`\(shown(string(item)))` stands in this group twice.", at: item)
        continue
      }
      found.append(GroupEntry.Item(name: name, person: person, isPerson: isPerson, place: place(item)))
    }
    return found
  }
}
