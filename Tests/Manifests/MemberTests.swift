import Manifests
import Model
import Testing

/// `person role [through group] [ended]`, in byte order of the people.
private func list(_ members: [DesiredMember]?, _ names: NameTable) -> [String]? {
  members?.map { member in
    let group = member.group.map { " through \(names.text($0))" } ?? ""
    let end = member.expires.map { " until \($0)" } ?? ""
    return "\(names.text(member.person)) \(names.text(member.role))\(group)\(end)\(member.isInForce ? "" : " ended")"
  }.sorted()
}

private func members(_ text: String) -> [String]? {
  var names = NameTable()
  let compiled = compile(["a.yaml": header("Organization") + "name: acme\n" + text], names: &names)
  #expect(compiled.diagnostics.map(brief) == [])
  return list(compiled.desired.tenants.first?.members, names)
}

@Suite struct Members {
  private static let rows: [(String, [String]?)] = [
    ("", nil),
    ("owner: a@x.example\n", nil),
    ("members: {}\n", []),
    ("owner: a@x.example\nmembers: {}\n", ["a@x.example super-admin"]),
    (
      "owner: A@x.example\nmembers: {a@x.example: {role: super-admin, expires: 2027-01-31}}\n",
      ["a@x.example super-admin until 2027-02-01T00:00:00Z"]
    ),
    (
      "owner: a@x.example\nmembers: {a@x.example: {role: super-admin, expires: 2020-01-31}}\n",
      ["a@x.example super-admin"]
    ),
    (
      "members: {a@x.example: {role: member, expires: 2026-11-22}}\n", ["a@x.example member until 2026-11-23T00:00:00Z"]
    ),
    (
      "members: {a@x.example: {role: member, expires: 2026-11-21}}\n",
      ["a@x.example member until 2026-11-22T00:00:00Z ended"]
    ),
    (
      "members: {a@x.example: {role: member, expires: \"2026-11-22T13:00:00+01:00\"}}\n",
      ["a@x.example member until 2026-11-22T12:00:00Z ended"]
    ),
    (
      "groups: {g: [a@x.example, h], h: [b@x.example, a@x.example]}\nmembers: {g: member}\n",
      ["a@x.example member through g", "b@x.example member through g"]
    ),
    ("groups: {g: [a@x.example]}\nmembers: {g: super-admin, a@x.example: member}\n", ["a@x.example member"]),
    (
      "groups: {g: [a@x.example]}\nmembers: {g: member, a@x.example: {role: super-admin, expires: 2020-01-01}}\n",
      ["a@x.example member through g"]
    ),
    (
      "groups: {g: [a@x.example], h: [a@x.example]}\nmembers: {g: member, h: super-admin}\n",
      ["a@x.example super-admin through h"]
    ),
    (
      "groups: {g: [a@x.example], h: [a@x.example]}\nmembers: {g: {role: member, expires: 2027-01-01}, h: member}\n",
      ["a@x.example member through h"]
    ),
    (
      "groups: {g: [a@x.example], h: [a@x.example]}\nmembers: {h: member, g: member}\n",
      ["a@x.example member through g"]
    ),
    (
      "groups: {g: [a@x.example], h: [a@x.example]}\nmembers: {h: {role: super-admin, expires: 2020-01-01}, g: member}\n",
      ["a@x.example member through g"]
    ),
    ("owner: a@x.example\ngroups: {g: [a@x.example]}\nmembers: {g: member}\n", ["a@x.example super-admin"]),
  ]

  @Test(arguments: rows)
  func oneEntryAPersonWins(text: String, expected: [String]?) { #expect(members(text) == expected) }

  @Test func marksPointAtTheEntryTheGroupOrTheOwner() throws {
    let compiled = compile(
      header("Organization")
        + "name: acme\nowner: o@x.example\ngroups: {g: [a@x.example]}\nmembers:\n  g: member\n  b@x.example: member\n")
    let marks = try #require(compiled.desired.tenants.first?.members).map { "\($0.mark.line):\($0.mark.column)" }
    #expect(marks.sorted() == ["4:8", "7:3", "8:3"])
  }

  @Test func `an email that is none is an error each time, whatever else has its name`() {
    let text =
      header("Organization") + """
        name: acme
        members: {ada@x: member, ada@x.: member, ADA@y: member}
        workspaces:
          ada@x.: {members: {ada@x.: viewer, ada@x: viewer, ada@y: viewer}}
        """
    #expect(compile(text).diagnostics.map(brief) == ["invalid-email 4:26", "invalid-email 6:22"])
  }

  @Test func anAccountOwnsItsWorkspaces() throws {
    var names = NameTable()
    let text = header("Account") + "email: Ada@x.example\nworkspaces: {Personal: {members: {}}, W: {removed: x}}\n"
    let tenant = try #require(compile(["a": text], names: &names).desired.tenants.first)
    #expect(tenant.name == "~ada@x.example")
    #expect(list(tenant.workspaces.first?.members, names) == ["ada@x.example admin"])
    #expect(tenant.workspaces.map { $0.owner.map { names.text($0.value) } } == ["ada@x.example", nil])
  }

  @Test func peopleAreSpeltAsTheirAccountDoesElseTheSmallest() {
    var names = NameTable()
    let text =
      header("Organization")
      + "name: acme\nowner: ADA@x.example\nmembers: {Bob@x.example: member, cy@x.example: member}\n"
      + "groups: {g: [bob@x.example], h: [BOB@x.example]}\n---\n" + header("Account") + "email: Ada@x.example\n"
    let spellings = compile(["a": text], names: &names).desired.spellings
    #expect(spellings.map { names.text($0.value) }.sorted() == ["Ada@x.example", "BOB@x.example"])
  }
}
