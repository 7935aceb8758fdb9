import Foundation
import GitReader
import Testing

@Suite struct OpeningTests {
  @Test func discoversUpwards() throws {
    let test = try TestRepository()
    #expect(try GitRepository.open(at: test.path + "/manifests").root == test.path)
    #expect(GitRepository.discoverRoot(from: test.path + "/manifests") == test.path)
    #expect(GitRepository.discoverRoot(from: test.folder) == nil)
  }

  @Test func opensBareRepositories() throws {
    let test = try TestRepository()
    try test.git("clone", "-q", "--bare", test.path, test.folder + "/bare.git")
    let bare = try GitRepository.open(at: test.folder + "/bare.git")
    #expect(bare.root == nil)
    #expect(try bare.snapshot(commit: bare.resolve(ref: "HEAD")).snapshot.files.count == 1)
  }

  @Test func opensLinkedWorktreesAndTheirGitFile() throws {
    let test = try TestRepository()
    try test.git("worktree", "add", "-q", "-b", "side", test.folder + "/linked")
    try test.git("config", "extensions.worktreeConfig", "true")
    try test.git("config", "core.repositoryFormatVersion", "1")
    let linked = try GitRepository.open(at: test.folder + "/linked/manifests")
    #expect(linked.root == test.folder + "/linked")
    #expect(linked.gitFolder != test.path + "/.git")
    #expect(try linked.resolve(ref: "side") == test.open().resolve(ref: "main"))
  }

  @Test(arguments: ["/", "/nowhere/at/all", ""]) func saysWhereThereIsNone(path: String) {
    let error = gitError { _ = try GitRepository.open(at: path) }
    #expect(error?.code == (path.isEmpty ? .invalidArgument : .notARepository))
    #expect(error?.message.contains("'\(path)'") == true)
  }

  @Test func knowsShallowClones() throws {
    let test = try TestRepository()
    try test.commit("second")
    try test.git("clone", "-q", "--depth", "1", "file://" + test.path, test.folder + "/shallow")
    let shallow = try GitRepository.open(at: test.folder + "/shallow")
    #expect(shallow.isShallow)
    #expect(try !test.open().isShallow)
    let head = try shallow.resolve(ref: "HEAD")
    #expect(try shallow.snapshot(commit: head).snapshot.files.count == 1)
    let error = gitError { _ = try shallow.commits(from: nil, to: head) }
    #expect(error?.code == .missingObject)
    #expect(error?.hint?.contains("--unshallow") == true)
  }

  @Test func containsWhatIsThere() throws {
    let test = try TestRepository()
    let repository = try test.open()
    #expect(repository.contains(commit: try test.git("rev-parse", "HEAD")))
    #expect(!repository.contains(commit: try test.git("rev-parse", "HEAD:manifests/acme.yaml")))
    #expect(!repository.contains(commit: String(repeating: "1", count: 40)))
    #expect(!repository.contains(commit: "main"))
  }

  @Test func servesSeveralThreadsAtOnce() async throws {
    let test = try TestRepository()
    let repository = try test.open()
    let head = try repository.resolve(ref: "HEAD")
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 { group.addTask { try repository.snapshot(commit: head).snapshot.files.count } }
      for try await count in group { #expect(count == 1) }
    }
  }
}
