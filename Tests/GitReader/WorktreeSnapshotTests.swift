import Foundation
import GitReader
import Model
import Testing

@Suite struct WorktreeSnapshotTests {
  let test: TestRepository

  init() throws { test = try TestRepository() }

  private func snapshot(_ folder: String = "manifests") throws -> FolderSnapshot {
    try GitRepository.worktreeSnapshot(root: test.path, folder: folder)
  }

  @Test func readsWhatIsNotCommitted() throws {
    try test.write("manifests/b/c.yaml", "new")
    try test.write("manifests/b.yaml", "")
    try test.write("manifests/b.txt", "")
    let result = try snapshot()
    #expect(result.folder == .present)
    #expect(result.snapshot.commit == nil)
    #expect(result.snapshot.files.map(\.path) == ["manifests/acme.yaml", "manifests/b.yaml", "manifests/b/c.yaml"])
    #expect(result.snapshot.files.map(\.objectID) == [nil, nil, nil])
    #expect(result.snapshot.files[2].bytes == Array("new".utf8))
  }

  @Test func agreesWithTheCommit() throws {
    for i in 0..<20 {
      try test.write("manifests/\(i % 3)/\(i).yaml", String(repeating: "line \(i)\n", count: i * 1000))
    }
    let id = try test.commit("many")
    let (disk, tree) = (try snapshot("."), try test.open().snapshot(commit: id, folder: "."))
    #expect(disk.snapshot.files.map(\.path) == tree.snapshot.files.map(\.path))
    #expect(disk.snapshot.files.map(\.bytes) == tree.snapshot.files.map(\.bytes))
  }

  @Test func tellsWhatTheFolderIs() throws {
    try test.write("file", "")
    try FileManager.default.createSymbolicLink(atPath: test.path + "/link", withDestinationPath: "manifests")
    #expect(try snapshot("nowhere").folder == .missing)
    #expect(try snapshot("file").folder == .notAFolder("a file"))
    #expect(try snapshot("file/below").folder == .missing)
    #expect(try snapshot("link").folder == .notAFolder("a symbolic link"))
    #expect(gitError { _ = try GitRepository.worktreeSnapshot(root: test.path + "/nowhere") }?.code == .notARepository)
  }

  @Test func neverFollowsNorWaits() throws {
    let folder = test.path + "/manifests"
    try FileManager.default.createSymbolicLink(atPath: folder + "/link.yaml", withDestinationPath: "acme.yaml")
    try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: ".")
    #expect(mkfifo(folder + "/pipe.yaml", 0o644) == 0)
    #expect(mkfifo(folder + "/pipe", 0o644) == 0)
    try test.write("manifests/module/.git", "gitdir: elsewhere")
    try test.write("manifests/module/x.yaml", "")
    let start = ContinuousClock.now
    let snapshot = try snapshot().snapshot
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(snapshot.files.map(\.path) == ["manifests/acme.yaml"])
    #expect(
      snapshot.diagnostics.map(\.code) == ["symlink-skipped", "symlink-skipped", "submodule-skipped", "not-a-file"])
    #expect(snapshot.diagnostics.last?.location?.file == "manifests/pipe.yaml")
    #expect(snapshot.diagnostics.last?.scope == .everything)
  }

  @Test func skipsTheRepositoryItself() throws {
    try test.write(".git/x.yaml", "")
    #expect(try snapshot(".").snapshot.files.map(\.path) == ["manifests/acme.yaml"])
  }

  @Test(.enabled(if: geteuid() != 0, "root reads everything")) func saysWhatItMayNotRead() throws {
    try test.write("manifests/secret.yaml", "")
    try test.write("manifests/closed/x.yaml", "")
    chmod(test.path + "/manifests/secret.yaml", 0)
    chmod(test.path + "/manifests/closed", 0)
    #expect(try snapshot().snapshot.diagnostics.map(\.code) == ["unreadable-folder", "unreadable-file"])
  }

  @Test func refusesNamesThatAreNotUTF8() throws {
    let name = Array(test.path.utf8) + Array("/manifests/b".utf8) + [0xFF] + Array(".yaml".utf8) + [0]
    let file = name.map { CChar(bitPattern: $0) }
    #expect(close(creat(file, 0o644)) == 0)
    let diagnostics = try snapshot().snapshot.diagnostics
    unlink(file)
    #expect(diagnostics.map(\.code) == ["name-not-utf8"])
  }

  @Test func limitsSizes() throws {
    try test.write("manifests/big.yaml", String(repeating: "x", count: 101))
    var limits = SnapshotLimits()
    limits.fileBytes = 100
    let snapshot = try GitRepository.worktreeSnapshot(root: test.path, limits: limits).snapshot
    #expect(snapshot.files.map(\.path) == ["manifests/acme.yaml"])
    #expect(snapshot.diagnostics.map(\.code) == ["file-too-large"])
    (limits.fileBytes, limits.entries) = (1000, 1)
    let cut = try GitRepository.worktreeSnapshot(root: test.path, limits: limits).snapshot
    #expect(cut.diagnostics.map(\.code) == ["snapshot-too-large"])
  }
}
