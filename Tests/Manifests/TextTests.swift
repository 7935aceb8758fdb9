import Manifests
import Model
import Testing

private func lines(_ text: String) -> [String] { compile(text).diagnostics.map(brief) }

/// SPEC section 2, «Text».
@Suite struct ComparingText {
  @Test func `two compositions of one email are one person`() {
    let found = lines(
      header("Organization")
        + "name: acme\nmembers:\n  jos\u{e9}@acme.example: member\n  jose\u{301}@acme.example: super-admin\n")
    #expect(found == ["duplicate-key 6:3"])
  }

  @Test func `two compositions of one name are one workspace`() {
    let found = lines(
      header("Organization") + "name: acme\nmembers: {}\nworkspaces:\n  \"Gr\u{f6}ße\": {}\n  \"Gro\u{308}ße\": {}\n")
    #expect(found == ["duplicate-key 7:3"])
  }

  @Test func `an international domain and its ASCII form are one`() {
    let found = lines(
      header("Organization")
        + "name: acme\nmembers:\n  bob@bücher.example: member\n  Bob@xn--bcher-kva.example: member\n")
    #expect(found == ["duplicate-key 6:3"])
    let account = header("Account")
    #expect(
      lines("\(account)email: bob@bücher.example\n---\n\(account)email: bob@xn--bcher-kva.example\n").first?
        .hasPrefix("duplicate-declaration") == true)
  }

  @Test func `a letter of another script is a warning, once a document`() throws {
    let list = "members: {\"\u{430}da@acme.example\": member}\n"
    let result = compile(
      header("Organization") + "name: acme\n" + list
        + "workspaces:\n  m\u{430}l:\n    members: {\"\u{430}da@acme.example\": viewer}\n    apiKeys: {k\u{435}y: {}}\n"
    )
    #expect(result.diagnostics.map(brief) == ["mixed-script 4:11", "mixed-script 6:3", "mixed-script 8:15"])
    #expect(result.diagnostics.allSatisfy { $0.severity == .warning && $0.scope == .nothing && $0.hint != nil })
    #expect(try #require(result.diagnostics.first).message.contains("U+0430, CYRILLIC SMALL LETTER A"))
    #expect(result.desired.tenants.map(\.name) == ["acme"])
  }

  @Test func `warnings do not become errors by their number`() {
    let people = (0..<12_000).map { "  \u{430}da\($0)@acme.example: member\n" }.joined()
    let result = compile(header("Organization") + "name: acme\nmembers:\n" + people)
    #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
    #expect(result.diagnostics.count == 1001)
    #expect(result.desired.tenants.first?.members?.count == 12_000)
  }

  @Test func `what is shown is composed`() throws {
    var names = NameTable()
    let text = header("Organization") + "name: acme\nmembers: {Jose\u{301}@acme.example: member}\n"
    let desired = compile(["m.yaml": text], names: &names).desired
    let person = try #require(desired.tenants.first?.members?.first?.person)
    #expect(Array(names.text(person).unicodeScalars) == Array("jos\u{e9}@acme.example".unicodeScalars))
    #expect(desired.spellings[person].map(names.text) == "Jos\u{e9}@acme.example")
  }
}

@Suite struct AllErrorsInOneGo {
  @Test func `of the documents before a syntax error`() {
    let found = lines(
      header("Organization") + "name: beta\ncolour: red\nmembers: {a@x.example: boss}\n---\n" + header("Organization")
        + "name: gamma\nmembers: [\n")
    #expect(found == ["unknown-key 4:1", "unknown-role 5:24", "yaml-syntax 11:1"])
  }

  @Test(arguments: [
    ("members:\n  ada@:\n    role: boss\n", ["invalid-email 5:3", "unknown-role 6:11"]),
    ("members:\n  ada@: boss\n", ["invalid-email 5:3", "unknown-role 5:9"]),
    (
      "members:\n  Dev: {rolle: x, expires: soon}\n",
      ["invalid-name 5:3", "missing-key 5:8", "unknown-key 5:9", "invalid-value 5:28"]
    ),
    ("members:\n  a@x.example: member\n  A@x.example: boss\n", ["duplicate-key 6:3", "unknown-role 6:16"]),
    (
      "workspaces:\n  ' x': {members: {a@x.example: boss}, colour: red}\n",
      ["invalid-name 5:3", "unknown-role 5:33", "unknown-key 5:40"]
    ),
    ("workspaces:\n  x: {}\n  x: {members: {a@x.example: boss}}\n", ["duplicate-key 6:3", "unknown-role 6:30"]),
  ])
  func `below a key that is one`(body: String, expected: [String]) {
    #expect(lines(header("Organization") + "name: acme\n" + body) == expected)
  }

  @Test func `of an organization whose name is none`() {
    let result = compile(
      header("Organization") + "name: Acme Corp\nmembers: {a@x.example: boss}\ngroups: {dev: [b@x.example]}\n")
    #expect(result.diagnostics.map(brief) == ["invalid-name 3:7", "unknown-role 4:24"])
    #expect(result.desired.tenants.isEmpty && result.desired.groups.isEmpty && result.desired.stopped.isEmpty)
  }

  @Test func `a name that is one in lower case is suggested`() {
    let result = compile(
      header("Organization") + "name: acme\nmembers: {Dev: member}\ngroups: {dev: [k@acme.example]}\n")
    #expect(result.diagnostics.map(brief) == ["invalid-name 4:11"])
    #expect(result.diagnostics.first?.hint?.hasPrefix("Did you mean `dev`?") == true)
  }
}

@Suite struct WorkspacesWithoutOwner {
  private func found(_ preset: String, owner: Bool = false, _ workspace: String) -> [String] {
    lines(
      header("Policy") + "extends: \(preset)\n---\n" + header("Organization") + "name: acme\n"
        + (owner ? "owner: ada@x.io\n" : "displayName: A\n") + "workspaces:\n  w: \(workspace)\n")
  }

  @Test(arguments: ["single-owner", "small-team", "self-serve"])
  func `are errors where an owner is required and the organization has none`(preset: String) {
    #expect(found(preset, "{members: {}}") == ["owner-required 10:3"])
    #expect(found(preset, "{members: {bob@x.io: member}}") == ["owner-required 10:3"])
    #expect(found(preset, owner: true, "{members: {bob@x.io: member}}") == [])
    #expect(found(preset, "{owner: bob@x.io, members: {}}") == [])
    #expect(found(preset, "{members: {bob@x.io: owner}}") == [])
    // An error must not come with the day.
    #expect(found(preset, "{members: {bob@x.io: {role: owner, expires: 2020-01-01}}}") == [])
    #expect(found(preset, "{management: additive, members: {bob@x.io: member}}") == [])
    #expect(found(preset, "{}") == [])
    #expect(found(preset, "{removed: no longer used}") == [])
  }

  @Test func `are fine under enterprise`() { #expect(found("enterprise", "{members: {}}") == []) }
}
