import Model

/// Members and invited people as the entries of a `members:` mapping.
struct RollExport {
  let input: StateExport.Input

  /// A list of which the policy does not know all roles is not written: manifests that say them are invalid, and a list
  /// without them would remove people.
  func write(_ roll: Roll, of scope: RoleScope, under policy: Policy, depth: Int, to lines: inout YAMLLines) {
    let entries = entries(of: roll)
    let known = Set(policy.roles(scope).map(\.name))
    let unknown = entries.filter { !known.contains($0.role) }
    guard unknown.isEmpty else {
      lines.comment(
        depth,
        "members: left out, and so not managed: the policy in force does not know these roles, which give nothing")
      for entry in unknown { lines.comment(depth, "  \(entry.email): \(entry.role)") }
      return
    }
    guard !entries.isEmpty else { return lines.line(depth, "members: {}") }
    lines.line(depth, "members:")
    for entry in entries { lines.line(depth + 1, YAMLScalar.text(entry.email) + ": " + entry.value) }
  }

  private func entries(of roll: Roll) -> [(email: String, role: String, value: String)] {
    let members = roll.members.map { member in
      (
        email: email(member.person), role: input.names.text(member.role),
        value: value(member.role, member.expires, member.protect)
      )
    }
    let inside = Set(roll.members.map(\.person))
    let invited = roll.invitations.filter { !inside.contains($0.person) }.map { invitation in
      (
        email: input.actual.accounts[invitation.person].map { input.names.text($0.email) }
          ?? input.names.text(invitation.email),
        role: input.names.text(invitation.role),
        value: value(invitation.role, invitation.expires, invitation.protect)
      )
    }
    return (members + invited).sorted { $0.email.utf8.lexicographicallyPrecedes($1.email.utf8) }
  }

  func email(_ person: Symbol) -> String { input.names.text(input.actual.accounts[person]?.email ?? person) }

  private func value(_ role: Symbol, _ expires: Instant?, _ protect: Bool) -> String {
    let role = YAMLScalar.text(input.names.text(role))
    guard expires != nil || protect else { return role }
    let end = expires.map { ", expires: \(Self.end($0))" } ?? ""
    return "{role: \(role)\(end)\(protect ? ", protect: true" : "")}"
  }

  /// The first instant without access: at midnight as the day before, the way people write it.
  static func end(_ instant: Instant) -> String {
    let day: Int64 = 86_400_000
    if instant == .latest { return String(instant.description.prefix(10)) }
    guard instant.milliseconds % day == 0, instant > .earliest else { return instant.description }
    return String(instant.advanced(byMilliseconds: -day).description.prefix(10))
  }

  /// The owner of record, where declaring one says no more than what is stored: `owner` implies the top role.
  func owner(_ owner: Symbol?, in roll: Roll, top: String?) -> String? {
    guard let owner, let role = roll.role(of: owner), input.names.text(role) == top else { return nil }
    return email(owner)
  }
}

extension Roll {
  func role(of person: Symbol) -> Symbol? { members.first { $0.person == person }?.role }
}
