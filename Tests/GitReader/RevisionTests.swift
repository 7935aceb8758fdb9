import GitReader
import Testing

@Suite struct RevisionTests {
  let test: TestRepository
  let repository: GitRepository
  let first: String
  let second: String

  init() throws {
    test = try TestRepository()
    first = try test.git("rev-parse", "HEAD")
    second = try test.commit("second")
    try test.git("tag", "light", first)
    try test.git("-c", "tag.gpgsign=false", "tag", "-a", "-m", "a release", "v1", first)
    try test.git("update-ref", "refs/remotes/origin/upstream", first)
    repository = try test.open()
  }

  @Test func resolvesEveryKindOfName() throws {
    for (ref, id) in [
      ("HEAD", second), ("main", second), ("refs/heads/main", second), ("HEAD~1", first), ("main^", first),
      ("light", first), ("v1", first), ("v1^{commit}", first), (first, first), (String(first.prefix(10)), first),
      ("origin/upstream", first), ("upstream", first), ("origin/main", second), ("origin/main~1", first), ("@", second),
    ] {
      #expect(try repository.resolve(ref: ref) == id, "\(ref)")
    }
  }

  @Test(arguments: ["main", "origin/main", "upstream"]) func aTagNeverTakesABranchesPlace(name: String) throws {
    let branch = try repository.resolve(ref: name)
    try test.git("checkout", "-q", "--detach")
    let evil = try test.commit("evil")
    try test.git("tag", name, evil)
    #expect(try repository.resolve(ref: name) == branch)
    #expect(gitError { _ = try repository.resolve(ref: name + "~2") } != nil)
    #expect(try repository.resolve(ref: "refs/tags/" + name) == evil)
  }

  @Test func aBranchOfAMirrorIsNotTakenForTheServers() throws {
    try test.git("branch", "origin/main", first)
    try test.git("update-ref", "refs/remotes/origin/main", first)
    try test.git("clone", "-q", "--mirror", test.path, test.folder + "/mirror.git")
    let mirror = try GitRepository.open(at: test.folder + "/mirror.git")
    #expect(try mirror.resolve(ref: "origin/main") == second)
  }

  @Test func anUnbornHeadIsNotTheServers() throws {
    try test.git("update-ref", "refs/remotes/origin/HEAD", first)
    try test.git("symbolic-ref", "HEAD", "refs/heads/new")
    #expect(gitError { _ = try repository.resolve(ref: "HEAD") }?.code == .unborn)
    #expect(gitError { _ = try repository.resolve(ref: "new") }?.code == .unborn)
  }

  @Test func namesTheNearest() throws {
    let error = gitError { _ = try repository.resolve(ref: "mian") }
    #expect(error?.code == .unknownRef)
    #expect(error?.message == "no branch, tag or commit 'mian'")
    #expect(error?.hint == "did you mean main?")
    #expect(
      gitError { _ = try repository.resolve(ref: "production") }?.hint == "there are main, origin/upstream, light, v1")
  }

  @Test(arguments: ["", "main..v1", "main...v1", "a\0b"]) func refusesWhatIsNoSingleCommit(ref: String) {
    #expect(gitError { _ = try repository.resolve(ref: ref) }?.code == .invalidArgument)
  }

  @Test(arguments: ["HEAD:manifests", "HEAD:manifests/acme.yaml"]) func refusesOtherObjects(ref: String) {
    #expect(gitError { _ = try repository.resolve(ref: ref) }?.message.contains("not a commit") == true)
  }

  @Test(arguments: ["main~7", "nosuch^{commit}", "-x", "@{upstream}", "HEAD@{1000}", "a b", "~", "^"])
  func refusesOddities(ref: String) { #expect(gitError { _ = try repository.resolve(ref: ref) } != nil) }

  @Test func saysThatACommitIsNotHere() {
    let error = gitError { _ = try repository.resolve(ref: String(repeating: "1", count: 40)) }
    #expect(error?.code == .missingObject)
    #expect(error?.hint?.contains("fetch") == true)
  }

  @Test(arguments: ["HEAD", "main", "HEAD~1", "@"]) func saysThatABranchHasNoCommit(ref: String) throws {
    let test = try TestRepository(commits: false)
    let error = gitError { _ = try test.open().resolve(ref: ref) }
    #expect(error?.code == .unborn)
    #expect(error?.message == "branch 'main' has no commit yet")
  }

  @Test func resolvesADetachedHead() throws {
    try test.git("checkout", "-q", "--detach", first)
    #expect(try repository.resolve(ref: "HEAD") == first)
  }
}
