import Foundation
import TestSupport
import Testing

/// Who answers for a declaration where commits have errors: whoever wrote it, not whoever mended what stood beside it.
@Suite struct ErrorHistoryTests {
  static func acme(_ members: String, _ more: String = "", kind: String = "Organization") -> String {
    """
    apiVersion: tenure/v1
    kind: \(kind)
    name: acme
    members:
      root@x.example: super-admin
    \(members)
    \(more)

    """
  }

  private static let beta = """
    apiVersion: tenure/v1
    kind: Organization
    name: beta
    members: {root@x.example: super-admin}
    """

  private static let (eve, ada, bob) = ("eve@x.example", "ada@x.example", "bob@x.example")

  /// `ada` commits acme without eve, `eve` what hides herself, `bob` something in another file, `ada` what is to light.
  private func answers(_ hiding: [String: String]?, _ mended: [String: String]) throws -> HandmadeHistory.Answers {
    let history = try HandmadeHistory()
    try history.commit(["acme.yaml": Self.acme(""), "beta.yaml": Self.beta], by: Self.ada)
    try history.commit(hiding.map { $0.merging(["beta.yaml": Self.beta]) { a, _ in a } }, by: Self.eve)
    let other = ["beta.yaml": Self.beta.replacing("}", with: ", zed@x.example: member}")]
    try history.commit(hiding.map { $0.merging(other) { a, _ in a } }, by: Self.bob)
    var mended = mended
    mended["beta.yaml"] =
      hiding == nil ? Self.beta : Self.beta.replacing("}", with: ", zed@x.example: member, yan@x.example: member}")
    try history.commit(mended, by: Self.ada)
    return try history.answers(since: 0)
  }

  private static let line = "  eve@x.example: super-admin"

  struct Way: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var hiding: [String: String]
    var mended = ["acme.yaml": acme(line)]
    /// Whether what shows the entry is done by ada, too.
    var isMended = true
  }

  static let ways: [Way] = [
    Way(testDescription: "an unknown key beside it", hiding: ["acme.yaml": acme(line, "nonsense: 1")], isMended: false),
    Way(
      testDescription: "a wrong value beside it", hiding: ["acme.yaml": acme(line, "management: no")], isMended: false),
    Way(testDescription: "an unknown role", hiding: ["acme.yaml": acme("  eve@x.example: super-admn")]),
    Way(testDescription: "no role", hiding: ["acme.yaml": acme("  eve@x.example:")]),
    Way(testDescription: "an email that is none", hiding: ["acme.yaml": acme("  eve@x,example: super-admin")]),
    Way(
      testDescription: "a second line of the same",
      hiding: ["acme.yaml": acme("  eve@x.example: member\n  eve@x.example: super-admin")]),
    Way(
      testDescription: "a key with a typo",
      hiding: ["acme.yaml": acme("").replacing("members:", with: "membrs: {eve@x.example: super-admin}\nmembers:")]),
    Way(
      testDescription: "a group that is made later", hiding: ["acme.yaml": acme("  crew: super-admin")],
      mended: [
        "acme.yaml": acme("  crew: super-admin"),
        "crew.yaml": "apiVersion: tenure/v1\nkind: Group\nname: crew\nmembers: [eve@x.example]",
      ]),
    Way(
      testDescription: "a group that is not the first of its name",
      hiding: ["acme.yaml": acme("  crew: super-admin", "groups: {crew: [], crew: [eve@x.example]}")],
      mended: ["acme.yaml": acme("  crew: super-admin", "groups: {crew: [eve@x.example]}")]),
    Way(
      testDescription: "a document of another name, before it",
      hiding: ["acme.yaml": acme(""), "a.yaml": acme(line, kind: "Organisation")], mended: ["a.yaml": acme(line)]),
    Way(
      testDescription: "a second document, behind it", hiding: ["acme.yaml": acme(""), "b.yaml": acme(line)],
      mended: ["b.yaml": acme(line)]),
    Way(
      testDescription: "a workspace of an organization with a typo",
      hiding: ["acme.yaml": acme(""), "w.yaml": workspace("acmee")],
      mended: ["acme.yaml": acme(""), "w.yaml": workspace("acme")]),
    Way(testDescription: "a kind with a typo", hiding: ["acme.yaml": acme(line, kind: "Organisation")]),
    Way(testDescription: "no YAML", hiding: ["acme.yaml": acme(line, "  : [")]),
    Way(testDescription: "no name", hiding: ["acme.yaml": acme(line).replacing("name: acme", with: "nam: acme")]),
    Way(
      testDescription: "no YAML, and another file later", hiding: ["acme.yaml": acme(""), "x.yaml": "{ " + acme(line)],
      mended: ["y.yaml": acme(line)]),
  ]

  static func workspace(_ organization: String) -> String {
    "apiVersion: tenure/v1\nkind: Workspace\norganization: \(organization)\nname: w\nmembers: {eve@x.example: admin}"
  }

  @Test(arguments: ways) func `whoever hides an entry by an error answers for it`(_ way: Way) throws {
    let answers = try answers(way.hiding, way.mended)
    let workspace = way.mended["w.yaml"] == nil ? nil : "w"
    #expect(answers.actors(Self.eve, in: workspace) == (way.isMended ? [Self.ada, Self.eve] : [Self.eve]))
  }

  @Test(arguments: ways) func `and for nothing in what else was written meanwhile`(_ way: Way) throws {
    let answers = try answers(way.hiding, way.mended)
    #expect(answers.actors("zed@x.example", of: "beta") == [Self.bob])
    #expect(answers.actors("yan@x.example", of: "beta") == [Self.ada])
    if way.mended["acme.yaml"] != nil { #expect(answers.actors("root@x.example") == []) }
  }

  @Test func `where no file can be read, nothing was removed, and whoever committed meanwhile answers`() throws {
    let answers = try answers(nil, ["acme.yaml": Self.acme(Self.line)])
    #expect(answers.actors(Self.eve) == [Self.ada, Self.bob, Self.eve])
    #expect(answers.actors("root@x.example") == [])
    #expect(answers.actors("root@x.example", of: "beta") == [])
  }

  @Test func `a file emptied, with all others, removes nobody`() throws {
    let history = try HandmadeHistory()
    try history.commit(["acme.yaml": Self.acme(Self.line)], by: Self.ada)
    try history.commit(["acme.yaml": ""], by: Self.eve)
    try history.commit(["acme.yaml": Self.acme("")], by: Self.ada)
    let answers = try history.answers(since: 0)
    #expect(answers.actors("root@x.example") == [])
    #expect(answers.actors(Self.eve) == [Self.ada, Self.eve])
  }

  @Test func `errors in a policy leave their author what else it says`() throws {
    func policy(_ keys: String) -> String { "apiVersion: tenure/v1\nkind: Policy\norganization: acme\n\(keys)\n" }
    let history = try HandmadeHistory()
    try history.commit(["acme.yaml": Self.acme(""), "p.yaml": policy("identity: commit")], by: Self.ada)
    try history.commit(
      ["acme.yaml": Self.acme(""), "p.yaml": policy("operators: [eve@x.example]\nnonsense: 1")], by: Self.eve)
    try history.commit(["acme.yaml": Self.acme(""), "p.yaml": policy("operators: [eve@x.example]")], by: Self.ada)
    let answers = try history.answers(since: 0)
    #expect(answers.commits.filter { $0.policies.contains("acme") }.flatMap(\.authors) == [Self.eve])
  }

  // MARK: - Merges

  @Test func `a branch with an error answers for what the merge mends, however old it is`() throws {
    let history = try HandmadeHistory()
    let root = try history.commit(["acme.yaml": Self.acme("")], by: Self.ada)
    let base = try history.commit(["acme.yaml": Self.acme("", "displayName: Acme")], by: Self.ada)
    let branch = try history.commit(["acme.yaml": "{" + Self.acme(Self.line)], by: Self.eve, parents: [root])
    try history.commit(
      ["acme.yaml": Self.acme(Self.line, "displayName: Acme")], by: Self.ada, parents: [base, branch])
    #expect(try history.answers(since: base).actors(Self.eve) == [Self.ada, Self.eve])
  }

  @Test func `a merge that brings in a mended branch answers for nothing`() throws {
    let history = try HandmadeHistory()
    let base = try history.commit(["acme.yaml": Self.acme("")], by: Self.ada)
    try history.commit(["acme.yaml": "{" + Self.acme(Self.line)], by: Self.eve, parents: [base])
    let branch = try history.commit(["acme.yaml": Self.acme(Self.line)], by: Self.bob)
    let main = try history.commit(["acme.yaml": Self.acme("", "displayName: Acme")], by: Self.ada, parents: [base])
    try history.commit(
      ["acme.yaml": Self.acme(Self.line, "displayName: Acme")], by: Self.ada, parents: [main, branch])
    #expect(try history.answers(since: base).actors(Self.eve) == [Self.bob, Self.eve])
  }

  @Test func `only a merge on the first-parent line approves, and not what was applied before`() throws {
    let history = try HandmadeHistory()
    let (none, raised) = (["acme.yaml": Self.acme("")], ["acme.yaml": Self.acme(Self.line)])
    let base = try history.commit(none, by: Self.ada)
    // eve's branch takes what is on main, and is merged.
    let raise = try history.commit(raised, by: Self.eve, parents: [base])
    let main = try history.commit(none, by: Self.bob, parents: [base])
    let taken = try history.commit(raised, by: Self.eve, parents: [raise, main])
    try history.commit(raised, by: Self.ada, parents: [main, taken])
    #expect(try history.answers(since: base).approvers(of: raise) == [Self.ada])
    // What ada merges into her branch was applied before.
    let other = try HandmadeHistory()
    let start = try other.commit(none, by: Self.ada)
    let applied = try other.commit(raised, by: Self.eve, parents: [start])
    let notes = try other.commit(none, by: Self.ada, parents: [start])
    let pulled = try other.commit(raised, by: Self.ada, parents: [notes, applied])
    #expect(try other.answers(since: start).approvers(of: applied) == [Self.ada])
    #expect(try other.answers(since: start, applied: [applied]).approvers(of: applied) == [])
    #expect(try other.answers(since: start, applied: [pulled]).approvers(of: applied) == [Self.ada])
  }
}
