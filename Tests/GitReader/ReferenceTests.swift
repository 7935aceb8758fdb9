import GitReader
import Testing

@Suite struct ReferenceTests {
  @Test func `branches and tags come by their short names, each once`() throws {
    let test = try TestRepository()
    for branch in ["feature/a", "v1"] { try test.git("branch", branch) }
    for tag in ["v1", "v2"] { try test.git("tag", tag) }
    try test.git("update-ref", "refs/remotes/origin/main", "HEAD")
    try test.git("update-ref", "refs/notes/commits", "HEAD")
    #expect(try test.open().shortNames() == ["feature/a", "main", "origin/main", "v1", "v2"])
  }

  @Test func `an empty repository has none`() throws {
    let test = try TestRepository(commits: false)
    #expect(try test.open().shortNames() == [])
  }
}
