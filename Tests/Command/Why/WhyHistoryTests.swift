import Foundation
import Testing

/// Which commit a line comes from.
@Suite struct WhyHistoryTests {
  /// An organization with one person in a workspace; `line` is that person's entry.
  static func acme(_ line: String, workspace: String = "ml", before: String = "", after: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    \(before)
    workspaces:
      \(workspace):
        members:
          \(line)
    \(after)
    """
  }

  @Test func `a role that changed names the commit that changed it, and the one that let them in`() throws {
    let company = try Company.declared(Self.acme("x@acme.example: viewer"))
    let first = try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: viewer")], "let her in")
    try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin")], "up")
    try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: viewer")], "down")
    let last = try company.commit(
      ["manifests/acme.yaml": Self.acme("grace@acme.example: admin")], by: "bob@acme.example", "up again")
    try company.commit(
      [
        "manifests/acme.yaml": Self.acme("{'Grace@acme.example': {role: admin}}").replacing("{'", with: "'").replacing(
          "}}", with: "}")
      ], "reformat")
    let link = try #require(try company.why("grace@acme.example acme/ml").proof().first)
    #expect(link.text("commit") == last)
    #expect(link.text("author") == "bob@acme.example")
    #expect(link.text("message") == "up again")
    #expect((link["since"] as? [String: Any])?.text("commit") == first)
  }

  @Test func `an end that changed is a change, an end written in another way is none`() throws {
    let company = try Company.declared(Self.acme("x@acme.example: viewer"))
    func entry(_ end: String) -> [String: String?] {
      ["manifests/acme.yaml": Self.acme("grace@acme.example: {role: viewer, expires: \(end)}")]
    }
    let first = try company.commit(entry("2034-01-31"))
    let longer = try company.commit(entry("2035-01-31"))
    try company.commit(entry("2035-02-01T01:00:00+01:00"))
    let answer = try company.why("grace@acme.example")
    #expect(answer.access.first?.text("expires") == "2035-02-01T00:00:00Z")
    #expect(answer.proof().first?.text("commit") == longer)
    #expect((answer.proof().first?["since"] as? [String: Any])?.text("commit") == first)
  }

  @Test func `an entry is followed to another file, into a document of its own, and through a rename`() throws {
    let company = try Company.declared(Self.acme("x@acme.example: viewer"))
    let first = try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin", workspace: "old")])
    try company.commit([
      "manifests/acme.yaml": nil, "manifests/a/b.yml": Self.acme("grace@acme.example: admin", workspace: "old"),
    ])
    try company.commit([
      "manifests/a/b.yml": "apiVersion: tenure/v1\nkind: Organization\nname: acme\n",
      "manifests/ws.yaml":
        "apiVersion: tenure/v1\nkind: Workspace\norganization: acme\nname: old\nmembers:\n  grace@acme.example: admin\n",
    ])
    try company.commit([
      "manifests/ws.yaml":
        "apiVersion: tenure/v1\nkind: Workspace\norganization: acme\nname: ml\nrenamedFrom: old\nmembers:\n  grace@acme.example: admin\n"
    ])
    let link = try #require(try company.why("grace@acme.example acme/ml").proof().first)
    #expect(link.text("commit") == first)
    #expect(link["since"] is NSNull)
    #expect(link.place == "manifests/ws.yaml:7:3")
  }

  @Test func `a file that could not be read for a while hides nobody's beginning`() throws {
    let company = try Company.declared(Self.acme("x@acme.example: viewer"))
    let first = try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin")])
    try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin") + "\n\tbroken: [\n"])
    try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin", after: "# repaired")])
    #expect(try company.why("grace@acme.example").proof().first?.text("commit") == first)
  }

  @Test func `who was out and in again is in since the second time`() throws {
    let company = try Company.declared(Self.acme("grace@acme.example: admin"))
    try company.commit(["manifests/acme.yaml": Self.acme("x@acme.example: admin")])
    let again = try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin")])
    let link = try #require(try company.why("grace@acme.example").proof().first)
    #expect(link.text("commit") == again)
    #expect(link["since"] is NSNull)
  }

  @Test func `a merge is no introduction, its author an approver beside those of the trailers`() throws {
    let company = try Company.declared(Self.acme("x@acme.example: viewer"))
    try company.git("checkout", "-q", "-b", "branch")
    let commit = try company.commit(
      ["manifests/acme.yaml": Self.acme("grace@acme.example: admin")], by: "dev@acme.example",
      "Let Grace in\n\nApproved-by: Bob <bob@acme.example>\nReviewed-by: dev@acme.example")
    try company.git("checkout", "-q", "main")
    try company.commit(["other.txt": "x"])
    try company.git("merge", "-q", "--no-ff", "-m", "merge", "branch")
    try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin", after: "# later")])
    let link = try #require(try company.why("grace@acme.example").proof().first)
    #expect(link.text("commit") == commit)
    #expect(link.text("author") == "dev@acme.example")
    #expect(link["approvers"] as? [String] == ["bob@acme.example", "ada@acme.example"])
  }

  @Test func `a shallow clone gives what it has and says that it is cut`() throws {
    let company = try Company.declared(Self.acme("grace@acme.example: admin"))
    let tip = try company.commit(["manifests/acme.yaml": Self.acme("grace@acme.example: admin", after: "# later")])
    let clone = company.folder + "/shallow"
    try company.git("clone", "-q", "--depth", "1", "file://" + company.folder, clone)
    let result = try company.run("why", "grace@acme.example", "--repo", clone, "--format", "json")
    #expect(result.status == 0)
    #expect(result.err.contains("git fetch --unshallow"))
    let answer = Why(
      json: try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]))
    #expect(answer.proof().first?.text("commit") == tip)
    #expect(answer.proof().first?["cut"] as? Bool == true)
    let past = try company.run("why", "grace@acme.example", "--repo", clone, "--at", "2001-01-01")
    #expect(past.status == 1)
    #expect(past.err.contains("git fetch --unshallow"))
  }

  @Test func `who has nothing any more is told what took it`() throws {
    let company = try Company.declared(Self.acme("grace@acme.example: admin"))
    let first = try company.gitOutput("rev-parse", "HEAD")
    let removal = try company.commit(
      ["manifests/acme.yaml": Self.acme("x@acme.example: admin")], by: "bob@acme.example", "Grace left")
    try company.commit(["manifests/acme.yaml": Self.acme("x@acme.example: viewer")])
    let answer = try company.why("grace@acme.example acme/ml")
    #expect(answer.access.isEmpty)
    #expect(answer.ended.first?.text("path") == "acme/ml")
    #expect((answer.ended.first?["removed"] as? [String: Any])?.text("commit") == removal)
    #expect(answer.commits == [first, removal])
    let text = try company.tenure("why grace@acme.example", exits: 0)
    #expect(text.contains("grace@acme.example has no access.\n"))
    #expect(text.contains("taken out by \(removal)"))
  }
}
