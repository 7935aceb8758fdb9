import GitReader
import Model
import Testing

@Suite struct HistoryTests {
  let test: TestRepository
  let repository: GitRepository
  /// first - second - merge - last, with `side` from first to merge.
  let (first, second, side, merge, last): (String, String, String, String, String)

  init() throws {
    test = try TestRepository()
    first = try test.git("rev-parse", "HEAD")
    try test.git("checkout", "-q", "-b", "side")
    side = try test.commit("side")
    try test.git("checkout", "-q", "main")
    second = try test.commit("second")
    try test.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = try test.git("rev-parse", "HEAD")
    last = try test.commit("last")
    repository = try test.open()
  }

  @Test func knowsAncestors() throws {
    #expect(try repository.isAncestor(first, of: last))
    #expect(try repository.isAncestor(side, of: merge))
    #expect(try repository.isAncestor(last, of: last))
    #expect(try !repository.isAncestor(last, of: first))
    #expect(try !repository.isAncestor(side, of: second))
    let gone = String(repeating: "1", count: 40)
    #expect(gitError { _ = try repository.isAncestor(gone, of: last) }?.code == .missingObject)
    #expect(gitError { _ = try repository.isAncestor(gone, of: gone) }?.code == .missingObject)
    #expect(gitError { _ = try repository.isAncestor("main", of: last) }?.code == .invalidArgument)
  }

  @Test func listsOldestFirst() throws {
    let all = try repository.commits(from: nil, to: last).map(\.id)
    #expect(Set(all) == [first, second, side, merge, last])
    #expect(all.first == first)
    #expect(all.suffix(2) == [merge, last])
    #expect(Set(try repository.commits(from: second, to: merge).map(\.id)) == [side, merge])
    #expect(try repository.commits(from: last, to: first).isEmpty)
    #expect(try repository.commits(from: last, to: last).isEmpty)
  }

  @Test func followsTheFirstParents() throws {
    #expect(try repository.firstParentChain(from: nil, to: last) == [first, second, merge, last])
    #expect(try repository.firstParentChain(from: first, to: last) == [second, merge, last])
    #expect(try repository.firstParentChain(from: side, to: last) == [second, merge, last])
    #expect(try repository.firstParentChain(from: last, to: last).isEmpty)
  }

  @Test func findsWhatHistoriesShare() throws {
    #expect(try repository.mergeBase(side, second) == first)
    #expect(try repository.mergeBase(last, side) == side)
    try test.git("checkout", "-q", "--orphan", "other")
    #expect(try repository.mergeBase(test.commit("unrelated"), last) == nil)
  }

  @Test func readsCommits() throws {
    try test.git(
      "-c", "user.name=Grace Hopper", "-c", "user.email=Grace@ACME.example", "commit", "-q", "--allow-empty",
      "--author",
      "Ada Lovelace <ada@acme.example>", "--date", "2026-01-01T00:00:00Z", "-m",
      "Title\n\nBody: no trailer\n\nApproved-by: Ops <ops@acme.example>")
    let info = try repository.commit(repository.resolve(ref: "HEAD"))
    #expect(info.authorName == "Ada Lovelace")
    #expect(info.authorEmail == "ada@acme.example")
    #expect(info.committerName == "Grace Hopper")
    #expect(info.committerEmail == "Grace@ACME.example")
    #expect(info.parents == [last])
    #expect(!info.isMerge)
    #expect(info.time > Instant(day: "2026-01-02")!)
    #expect(info.message.hasPrefix("Title\n\nBody"))
    #expect(info.approvers == ["ops@acme.example"])
    #expect(try repository.commit(merge).isMerge)
    #expect(try repository.commit(merge).parents == [second, side])
  }
}

@Suite struct TrailerTests {
  @Test(
    arguments: [
      ("Title\n\nApproved-by: Ada <ada@acme.example>\n", ["ada@acme.example"]),
      (
        "Title\n\nreviewed-BY: ada@acme.example\nApproved-by: Grace <grace@acme.example>",
        ["ada@acme.example", "grace@acme.example"]
      ),
      ("Title\n\nApproved-by: ada@acme.example\nReviewed-by: Ada <ada@acme.example>", ["ada@acme.example"]),
      ("Title\n\nSigned-off-by: ada@acme.example", []),
      ("Approved-by: ada@acme.example", []),
      ("Title\n\nApproved-by: ada@acme.example\n\nMore text after it.", []),
      ("Title\n\nHe said Approved-by: ada@acme.example in passing", []),
      ("Title\n\nApproved-by: nobody\nApproved-by: Ada <nothing>\nApproved-by: <ada@acme.example", []),
      ("Title\n\nApproved-by: \"Eve <eve@acme.example>\" <ada@acme.example>", ["ada@acme.example"]),
      ("", []),
    ] as [(String, [String])])
  func approvers(message: String, emails: [String]) {
    let info = CommitInfo(
      id: "", authorName: "", authorEmail: "", committerName: "", committerEmail: "", time: Instant(seconds: 0),
      parents: [], message: message)
    #expect(info.approvers == emails)
  }
}
