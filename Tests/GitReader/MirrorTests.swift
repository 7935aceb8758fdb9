import Foundation
import GitReader
import Testing

@Suite struct MirrorTests {
  let test: TestRepository
  let cache: String
  let url: RemoteURL

  init() throws {
    test = try TestRepository()
    cache = test.folder + "/cache/below"
    url = try #require(RemoteURL("file://" + test.path))
  }

  private func fetch() throws -> GitRepository { try GitRepository.openOrFetch(url: url, cacheFolder: cache) }
  private func mirror() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: cache).filter { !$0.hasSuffix(".lock") }
    return cache + "/" + (try #require(names.count == 1 ? names.first : nil))
  }

  @Test func clonesThenFetches() throws {
    let first = try test.git("rev-parse", "HEAD")
    let repository = try fetch()
    #expect(repository.root == nil)
    #expect(try repository.resolve(ref: "HEAD") == first)
    #expect(try repository.resolve(ref: "origin/main") == first)
    let second = try test.commit("second")
    #expect(try fetch().resolve(ref: "main") == second)
    #expect(try fetch().snapshot(commit: second).snapshot.files.count == 1)
  }

  @Test func followsForcePushesAndDeletions() throws {
    let first = try test.git("rev-parse", "HEAD")
    try test.git("branch", "gone")
    try test.git("tag", "moved")
    let second = try test.commit("second")
    #expect(try fetch().resolve(ref: "main") == second)
    try test.git("reset", "-q", "--hard", first)
    let other = try test.commit("other")
    try test.git("tag", "-f", "moved")
    try test.git("branch", "-D", "gone")
    try test.git("branch", "gone/below")
    let repository = try fetch()
    #expect(try repository.resolve(ref: "main") == other)
    #expect(try repository.resolve(ref: "moved") == other)
    #expect(try repository.resolve(ref: "gone/below") == other)
    #expect(gitError { _ = try repository.resolve(ref: "gone") }?.code == .unknownRef)
  }

  @Test func believesNothingThatTheMirrorSaysOfItself() throws {
    let other = try TestRepository()
    try other.commit("elsewhere")
    let first = try test.git("rev-parse", "HEAD")
    _ = try fetch()
    let config = try mirror() + "/config"
    try (String(contentsOfFile: config, encoding: .utf8) + "[url \"file://\(other.path)\"]\n\tinsteadOf = \(url)\n")
      .write(toFile: config, atomically: true, encoding: .utf8)
    try "\(first)\n".write(toFile: try mirror() + "/shallow", atomically: true, encoding: .utf8)
    let second = try test.commit("second")
    let repository = try fetch()
    #expect(try repository.resolve(ref: "main") == second)
    #expect(!repository.isShallow)
  }

  @Test func followsTheDefaultBranch() throws {
    #expect(try fetch().resolve(ref: "HEAD") == test.git("rev-parse", "main"))
    try test.git("checkout", "-q", "-b", "trunk")
    let trunk = try test.commit("trunk")
    #expect(try fetch().resolve(ref: "HEAD") == trunk)
    try test.git("checkout", "-q", "--detach")
    let detached = try test.commit("on no branch")
    #expect(try fetch().resolve(ref: "HEAD") == detached)
    try test.git("checkout", "-q", "main")
    #expect(try fetch().resolve(ref: "HEAD") == test.git("rev-parse", "main"))
  }

  @Test func readsARepositoryWithoutCommits() throws {
    let empty = try TestRepository(bare: true)
    let url = try #require(RemoteURL("file://" + empty.path))
    let repository = try GitRepository.openOrFetch(url: url, cacheFolder: cache)
    #expect(gitError { _ = try repository.resolve(ref: "HEAD") }?.code == .unborn)
  }

  @Test func manyAtOnceDoNotDisturbOneAnother() async throws {
    for round in 0..<3 {
      let head = try test.commit("round \(round)")
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<6 {
          group.addTask { [url, cache] in
            try GitRepository.openOrFetch(url: url, cacheFolder: cache).resolve(ref: "main")
          }
        }
        for try await id in group { #expect(id == head) }
      }
    }
    try TestRepository.git(["fsck", "--strict"], in: mirror())
  }

  @Test func mendsWhatAKilledFetchLeft() throws {
    _ = try fetch()
    let mirror = try mirror()
    for name in ["refs/heads/main.lock", "HEAD.lock", "packed-refs.lock", "objects/pack/pack_git2_abcdef"] {
      try Data().write(to: URL(fileURLWithPath: mirror + "/" + name))
    }
    let second = try test.commit("second")
    #expect(try fetch().resolve(ref: "HEAD") == second)
    #expect(!FileManager.default.fileExists(atPath: mirror + "/objects/pack/pack_git2_abcdef"))
    try FileManager.default.removeItem(atPath: mirror + "/HEAD")
    try FileManager.default.createDirectory(atPath: mirror + ".partial/objects", withIntermediateDirectories: true)
    #expect(try fetch().resolve(ref: "HEAD") == second)
    #expect(try self.mirror() == mirror)
  }

  @Test func aFailureLeavesTheMirrorAsItWas() throws {
    let head = try fetch().resolve(ref: "HEAD")
    try FileManager.default.moveItem(atPath: test.path, toPath: test.path + ".away")
    let error = gitError { _ = try fetch() }
    #expect(error?.code == .network)
    #expect(error?.message.contains("cannot fetch \(url)") == true)
    #expect(try GitRepository.open(at: mirror()).resolve(ref: "HEAD") == head)
  }

  @Test func aFailedCloneLeavesNothing() throws {
    let nowhere = try #require(RemoteURL("file:///nowhere/at/all.git"))
    #expect(gitError { _ = try GitRepository.openOrFetch(url: nowhere, cacheFolder: cache) }?.code == .network)
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache).allSatisfy { $0.hasSuffix(".lock") })
  }

  @Test func stopsWhenAsked() throws {
    let error = gitError { _ = try GitRepository.openOrFetch(url: url, cacheFolder: cache, progress: { _ in false }) }
    #expect(error?.code == .cancelled)
    #expect(try fetch().resolve(ref: "HEAD") == test.git("rev-parse", "HEAD"))
  }

  @Test func saysThatAServerIsNotThere() throws {
    // The time limit of a test would count that of others, which keep all threads.
    let time = try ContinuousClock().measure {
      for text in ["http://127.0.0.1:1/x.git", "ssh://git@127.0.0.1:1/x.git", "git@127.0.0.1.invalid:x.git"] {
        let url = try #require(RemoteURL(text))
        let error = gitError { _ = try GitRepository.openOrFetch(url: url, cacheFolder: cache) }
        #expect(error?.code == .network, "\(text)")
      }
    }
    #expect(time < .seconds(60))
  }

  @Test func writesNoPasswordAnywhere() throws {
    let url = try #require(RemoteURL("http://ada:s3cret@127.0.0.1:1/x.git"))
    let error = gitError { _ = try GitRepository.openOrFetch(url: url, cacheFolder: cache) }
    #expect(error.map { !"\($0)".contains("s3cret") } == true)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: cache).allSatisfy { !$0.contains("s3cret") })
  }
}

@Suite struct RemoteURLTests {
  @Test(arguments: [
    ("https://acme.example/x.git", "https://acme.example/x.git"),
    ("https://ada:s3cret@acme.example/x.git", "https://acme.example/x.git"),
    ("https://t0ken@acme.example/x@y.git", "https://acme.example/x@y.git"),
    ("http://a:b@c@acme.example", "http://acme.example"),
    ("ssh://git@acme.example:22/x.git", "ssh://git@acme.example:22/x.git"),
    ("ssh://git:s3cret@acme.example/x.git", "ssh://git@acme.example/x.git"),
    ("git@acme.example:acme/x.git", "git@acme.example:acme/x.git"),
    ("file:///srv/x.git", "file:///srv/x.git"),
  ])
  func reads(text: String, printed: String) { #expect(RemoteURL(text)?.description == printed) }

  @Test(arguments: [
    "", ".", "/srv/x.git", "../x", "acme.example:x", "git@acme.example", "./git@acme:x", "@acme:x", "git@:x",
    "git@acme:",
    "ftp://acme.example/x", "git://acme.example/x", "ext::sh -c true", "C:\\x",
  ])
  func isAPath(text: String) { #expect(RemoteURL(text) == nil) }

  @Test func findsTheCacheFolder() {
    func folder(_ environment: [String: String]) -> String? { CacheFolder.standard { environment[$0] } }
    #expect(folder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/tenure/repositories")
    #expect(folder(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache/tenure/repositories")
    #expect(folder(["HOME": "/h"]) == "/h/.cache/tenure/repositories")
    #expect(folder([:]) == nil)
  }
}
