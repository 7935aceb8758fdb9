import Model
import Testing
import YAMLReader

@testable import Manifests

/// What a file says of one person, and when it need not be read again.
@Suite struct ProofTests {
  private static func statements(_ text: String) -> FileStatements {
    var names = NameTable()
    var scratch = ReadingScratch()
    let file = parse(Snapshot.File(path: "a.yaml", objectID: nil, bytes: Array(text.utf8)))
    return ManifestReader.read(file, names: &names, scratch: &scratch)
      .statements(about: ["ada@acme.example"], names: names)
  }

  private static func said(_ text: String) -> [String] {
    statements(text).statements.map { "\($0.list) \($0.name) \($0.role ?? "-")" }
  }

  static let base = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members:
      ada@acme.example: member
      bob@acme.example: member
      team: member
    groups:
      team:
        - ada@acme.example
        - zoe@acme.example
    """

  private static func sketch(_ text: String) -> [UInt8] {
    Sketch.bytes(of: Array(text.utf8), keeping: ["ada@acme.example"])
  }

  @Test(arguments: [
    ("  bob@acme.example: member\n", ""), ("bob@acme.example: member", "Bob+x@acme.example: super-admin"),
    ("    - zoe@acme.example", "    - yan@acme.example\n    - zoe@acme.example"),
  ])
  func `lines about others alone leave the sketch as it is, and what is said of the person`(old: String, new: String) {
    let other = Self.base.replacing(old, with: new)
    #expect(other != Self.base)
    #expect(Self.sketch(other) == Self.sketch(Self.base))
    #expect(Self.said(other) == Self.said(Self.base))
  }

  @Test(arguments: [
    ("ada@acme.example: member", "ada@acme.example: admin"), ("ada@acme.example: member", "ADA@acme.example: member"),
    ("name: acme", "name: acne"), ("  team: member", "  team: admin"), ("- ada@acme.example\n", "- others\n"),
    ("bob@acme.example: member", "bob@acme.example: {role: member}"), ("bob@acme.example: member", "bob@acme.example:"),
    ("bob@acme.example: member", "bob@acme.example: member # x"), ("bob@acme.example: member", "bob@acme.example: *x"),
    ("bob@acme.example: member", "'bob@acme.example': member"),
    ("  bob@acme.example: member", "bob@acme.example: member"),
  ])
  func `everything else changes the sketch`(old: String, new: String) {
    #expect(Self.sketch(Self.base.replacing(old, with: new)) != Self.sketch(Self.base))
  }

  @Test func `a file says what it has of the person, and by which groups others are reached`() {
    #expect(
      Self.said(Self.base) == [
        "members(tenant: \"acme\", workspace: nil) ada@acme.example member",
        "members(tenant: \"acme\", workspace: nil) team member",
        "group(organization: Optional(\"acme\"), name: \"team\") ada@acme.example -",
      ])
    #expect(!Self.statements(Self.base).isBroken)
    #expect(Self.statements(Self.base + "\nunknown: 1").isBroken)
  }
}
