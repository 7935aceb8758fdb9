import Foundation
import Testing

/// The chain from a member list to a person, and what is said of it.
@Suite struct WhyProofTests {
  static let groups = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      long: member
      zeta: member
      grace@acme.example: member
    groups:
      long: [middle]
      middle: [linus@acme.example]
      zeta: [linus@acme.example, own]
      own: [barbara@acme.example]
      outer: [sre]
    workspaces:
      ml:
        members:
          outer: developer
          linus@acme.example: {role: viewer, expires: 2035-01-31, protect: true}
      labs:
        owner: grace@acme.example
    """
  static let sre =
    "apiVersion: tenure/v1\nkind: Group\nname: sre\nmembers:\n  - barbara@acme.example\n  - linus@acme.example\n"

  static func company() throws -> Company {
    let company = try Company.declared(groups)
    try company.commit(["manifests/acme.yaml": groups, "manifests/sre.yaml": sre])
    return company
  }

  @Test(arguments: [
    // The shortest of several chains.
    ("linus@acme.example", "acme", ["zeta: member", "group zeta: linus@acme.example"]),
    // A person's own entry wins over every group.
    ("linus@acme.example", "acme/ml", ["linus@acme.example: viewer until 2035-02-01T00:00:00Z"]),
    ("barbara@acme.example", "acme", ["zeta: member", "group zeta: own", "group own: barbara@acme.example"]),
    ("barbara@acme.example", "acme/ml", ["outer: developer", "group outer: sre", "group sre: barbara@acme.example"]),
    ("grace@acme.example", "acme/labs", ["owner: grace@acme.example"]),
    ("GRACE@Acme.Example", "acme", ["grace@acme.example: member"]),
    ("ada@acme.example", "acme/labs", ["owner: ada@acme.example"]),
  ])
  func `the proof is the shortest chain`(email: String, path: String, links: [String]) throws {
    let answer = try Self.company().why("\(email) \(path)")
    #expect(answer.proof().compactMap { $0.text("text") } == links)
  }

  @Test func `every link says where it stands`() throws {
    let answer = try Self.company().why("barbara@acme.example acme/ml")
    #expect(answer.access.first?.text("via") == "group:outer")
    #expect(
      answer.proof().map(\.place) == [
        "manifests/acme.yaml:18:7", "manifests/acme.yaml:14:11", "manifests/sre.yaml:5:5",
      ])
  }

  @Test func `without a path it is every place, what an organization role opens apart`() throws {
    let answer = try Self.company().why("ada@acme.example")
    #expect(answer.paths == ["acme", "acme/labs", "acme/ml"])
    #expect(answer.access.compactMap { $0.text("via") } == ["direct", "organization-role", "organization-role"])
    #expect(answer.access.allSatisfy { $0.text("status") == "declared" })
    let text = try Self.company().tenure("why ada@acme.example", exits: 0)
    #expect(text.contains("super-admin opens 2 workspaces: acme/labs, acme/ml"))
    #expect(text.contains("nothing is stored"))
  }

  @Test func `nothing that a commit or a manifest says moves a terminal or commands a runner`() throws {
    let company = try Company.declared(
      WhyHistoryTests.acme("grace@acme.example: admin", workspace: "\"::error::w\\u202E`</b>\""))
    try company.commit(
      [
        "manifests/acme.yaml": WhyHistoryTests.acme(
          "grace@acme.example: viewer", workspace: "\"::error::w\\u202E`</b>\"")
      ], by: "evil\u{1B}[2J@acme.example", "::error::\u{1B}]0;title\u{7} ##[error] \u{202E}done")
    for format in ["text", "json"] {
      let result = try company.run("why", "grace@acme.example", "--format", format)
      #expect(result.status == 0)
      for scalar in result.out.unicodeScalars where scalar != "\n" {
        #expect(scalar.value >= 0x20 && scalar.value != 0x7F && scalar.value != 0x202E)
      }
      #expect(!result.out.contains("##["))
      for line in result.out.split(separator: "\n") { #expect(!line.drop { $0 == " " }.hasPrefix("::")) }
    }
  }

  @Test(arguments: [
    ("why nobody", 64, "is no email"), ("why ada@acme.example acme/", 64, "is no path"),
    ("why ada@acme.example acme/nope", 1, "there is no 'acme/nope'"),
    ("why ada@acme.example --at nope", 1, "no branch, tag or commit 'nope'"),
    ("why ada@acme.example --at 1999-01-01", 1, "is as old as"),
    ("why adda@acme.example", 0, "is it written right?"),
  ])
  func `wrong questions say what is wrong`(line: String, status: Int32, word: String) throws {
    #expect(try Self.company().tenure(line, exits: status).contains(word))
  }

  @Test func `broken manifests answer nothing about what they break, and 4`() throws {
    let company = try Company.declared(Self.groups)
    try company.commit(["manifests/sre.yaml": Self.sre])
    try company.commit(["manifests/broken.yaml": "kind: ["])
    #expect(try company.tenure("why ada@acme.example", exits: 4).contains("manifests/broken.yaml"))
    #expect(try company.tenure("why ada@acme.example acme --at HEAD~1", exits: 0).contains("owner: ada@acme.example"))
  }
}
