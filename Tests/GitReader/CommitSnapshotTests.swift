import GitReader
import Model
import Testing

@Suite struct CommitSnapshotTests {
  @Test func readsManifestsSortedByPath() throws {
    let test = try TestRepository()
    for name in [
      "manifests/z.yml", "manifests/b/c.yaml", "manifests/b.yaml", "manifests/b-a.yaml", "manifests/.hidden.yaml",
      "manifests/ä ö\n\"x\".yaml", "manifests/.yaml", "manifests/README.md", "manifests/x.yaml.bak", "manifests/Y.YAML",
      "other.yaml",
    ] { try test.write(name, name) }
    let id = try test.commit("more")
    let result = try test.open().snapshot(commit: id, folder: "manifests/")
    #expect(result.folder == .present)
    #expect(result.snapshot.commit == id)
    #expect(result.snapshot.diagnostics == [])
    #expect(
      result.snapshot.files.map(\.path) == [
        "manifests/.hidden.yaml", "manifests/.yaml", "manifests/acme.yaml", "manifests/b-a.yaml", "manifests/b.yaml",
        "manifests/b/c.yaml", "manifests/z.yml", "manifests/ä ö\n\"x\".yaml",
      ])
    #expect(result.snapshot.files[4].bytes == Array("manifests/b.yaml".utf8))
    #expect(result.snapshot.files[4].objectID == (try test.git("rev-parse", "HEAD:manifests/b.yaml")))
  }

  @Test func readsCommitsNotTheWorkingTree() throws {
    let test = try TestRepository()
    let id = try test.git("rev-parse", "HEAD")
    try test.write("manifests/acme.yaml", "changed")
    #expect(try test.open().snapshot(commit: id).snapshot.files[0].bytes == Array("name: acme\n".utf8))
  }

  @Test(arguments: ["manifests", "./manifests/", "manifests//", "manifests/."]) func takesSpellings(folder: String)
    throws
  {
    let test = try TestRepository()
    let repository = try test.open()
    #expect(try repository.snapshot(commit: repository.resolve(ref: "HEAD"), folder: folder).snapshot.files.count == 1)
  }

  @Test(arguments: [".", "", "./"]) func readsTheRoot(folder: String) throws {
    let test = try TestRepository()
    try test.write("root.yaml", "")
    let id = try test.commit("root")
    let paths = try test.open().snapshot(commit: id, folder: folder).snapshot.files.map(\.path)
    #expect(paths == ["manifests/acme.yaml", "root.yaml"])
  }

  @Test(arguments: ["..", "manifests/../..", "/manifests", ".git", "a\0b"]) func refuses(folder: String) throws {
    let repository = try TestRepository().open()
    let error = gitError { _ = try repository.treeID(commit: String(repeating: "1", count: 40), folder: folder) }
    #expect(error?.code == .invalidArgument)
    #expect(gitError { _ = try GitRepository.worktreeSnapshot(root: "/tmp", folder: folder) }?.code == .invalidArgument)
  }

  @Test func tellsWhatTheFolderIs() throws {
    let test = try TestRepository()
    try test.write("file", "")
    try test.git("add", "-A")
    try test.git("update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "1", count: 40)),module")
    let target = try TestRepository.run(
      "/bin/sh", ["-c", "printf manifests | git hash-object -w --stdin"], in: test.path)
    try test.git("update-index", "--add", "--cacheinfo", "120000,\(target),link")
    let id = try test.commitIndex("odd")
    let repository = try test.open()
    for (folder, state) in [
      ("manifests", .present), ("nowhere", .missing), ("nowhere/below", .missing), ("file/below", .missing),
      ("file", .notAFolder("a file")), ("module", .notAFolder("a submodule")), ("link", .notAFolder("a symbolic link")),
      ("manifests/acme.yaml", .notAFolder("a file")), ("link/below", .missing),
    ] as [(String, FolderSnapshot.Folder)] {
      let result = try repository.snapshot(commit: id, folder: folder)
      #expect(result.folder == state, "\(folder)")
      #expect(result.snapshot.files.isEmpty == (state != .present))
    }
  }

  @Test func neverFollowsLinksAndSubmodules() throws {
    let test = try TestRepository()
    let link = try TestRepository.run("/bin/sh", ["-c", "printf /etc | git hash-object -w --stdin"], in: test.path)
    try test.git("update-index", "--add", "--cacheinfo", "120000,\(link),manifests/link.yaml")
    try test.git("update-index", "--add", "--cacheinfo", "120000,\(link),manifests/folder")
    try test.git("update-index", "--add", "--cacheinfo", "160000,\(link),manifests/module")
    let snapshot = try test.open().snapshot(commit: test.commitIndex("links")).snapshot
    #expect(snapshot.files.map(\.path) == ["manifests/acme.yaml"])
    #expect(snapshot.diagnostics.map(\.code) == ["symlink-skipped", "symlink-skipped", "submodule-skipped"])
    #expect(
      snapshot.diagnostics.map { $0.location?.file } == ["manifests/folder", "manifests/link.yaml", "manifests/module"])
    #expect(snapshot.diagnostics.allSatisfy { $0.severity == .warning && $0.scope == .nothing })
  }

  @Test func refusesNamesThatAreNotUTF8() throws {
    let test = try TestRepository()
    let script = """
      blob=$(echo x | git hash-object -w --stdin)
      tree=$(printf '100644 blob %s\\tb\\377d.yaml\\n100644 blob %s\\tb\\377d.txt\\n' $blob $blob | git mktree)
      top=$(printf '040000 tree %s\\tmanifests\\n' $tree | git mktree)
      git -c user.name=A -c user.email=a@b.c commit-tree -m odd $top
      """
    let id = try TestRepository.run("/bin/sh", ["-c", script], in: test.path)
    let snapshot = try test.open().snapshot(commit: id).snapshot
    #expect(snapshot.files.isEmpty)
    #expect(snapshot.diagnostics.map(\.code) == ["name-not-utf8"])
    #expect(snapshot.diagnostics[0].scope == .everything)
    #expect(snapshot.diagnostics[0].location?.file == "manifests/b\u{FFFD}d.yaml")
  }

  @Test func limitsSizes() throws {
    let test = try TestRepository()
    try test.write("manifests/big.yaml", String(repeating: "x", count: 101))
    let id = try test.commit("big")
    let repository = try test.open()
    var limits = SnapshotLimits()
    limits.fileBytes = 100
    let snapshot = try repository.snapshot(commit: id, limits: limits).snapshot
    #expect(snapshot.files.map(\.path) == ["manifests/acme.yaml"])
    #expect(snapshot.diagnostics.map(\.code) == ["file-too-large"])
    #expect(snapshot.diagnostics[0].severity == .error)
    #expect(snapshot.diagnostics[0].scope == .everything)
    (limits.fileBytes, limits.totalBytes) = (1000, 105)
    #expect(
      try repository.snapshot(commit: id, limits: limits).snapshot.diagnostics.map(\.code) == ["snapshot-too-large"])
  }

  @Test func survivesATreeBomb() throws {
    let test = try TestRepository()
    let script = """
      tree=$(printf '100644 blob %s\\ta.yaml\\n' $(echo x | git hash-object -w --stdin) | git mktree)
      for level in 1 2 3 4 5 6 7 8 9 10 11 12; do
        tree=$(for name in a b c d e f g h; do printf '040000 tree %s\\t%s\\n' $tree $name; done | git mktree)
      done
      git -c user.name=A -c user.email=a@b.c commit-tree -m bomb $tree
      """
    let id = try TestRepository.run("/bin/sh", ["-c", script], in: test.path)
    var limits = SnapshotLimits()
    limits.entries = 5000
    let snapshot = try test.open().snapshot(commit: id, folder: ".", limits: limits).snapshot
    #expect(snapshot.diagnostics.map(\.code) == ["snapshot-too-large"])
    limits = SnapshotLimits()
    limits.depth = 3
    limits.entries = 100_000
    let deep = try test.open().snapshot(commit: id, folder: ".", limits: limits).snapshot
    #expect(Set(deep.diagnostics.map(\.code)) == ["folder-too-deep"])
  }

  @Test func skipsWhatIsCached() throws {
    let test = try TestRepository()
    try test.write("manifests/b.yaml", "b")
    let id = try test.commit("b")
    let known = try test.git("rev-parse", "HEAD:manifests/b.yaml")
    let files = try test.open().snapshot(commit: id, cached: { $0 == known ? [1, 2] : nil }).snapshot.files
    #expect(files.map(\.bytes) == [Array("name: acme\n".utf8), [1, 2]])
  }

  @Test func saysWhichObjectIsMissingOrDamaged() throws {
    let test = try TestRepository()
    let blob = try test.git("rev-parse", "HEAD:manifests/acme.yaml")
    let head = try test.git("rev-parse", "HEAD")
    let file = "\(test.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    let other = try TestRepository.run("/bin/sh", ["-c", "echo other | git hash-object -w --stdin"], in: test.path)
    try TestRepository.run(
      "/bin/cp", ["-f", "\(test.path)/.git/objects/\(other.prefix(2))/\(other.dropFirst(2))", file], in: "/")
    let swapped = gitError { _ = try test.open().snapshot(commit: head) }
    #expect(swapped?.code == .corruptObject)
    try TestRepository.run("/bin/sh", ["-c", "chmod u+w '\(file)'; echo garbage > '\(file)'"], in: "/")
    #expect(gitError { _ = try test.open().snapshot(commit: head) }?.code == .corruptObject)
    try TestRepository.run("/bin/rm", ["-f", file], in: "/")
    let missing = gitError { _ = try test.open().snapshot(commit: head) }
    #expect(missing?.code == .missingObject)
    #expect(missing?.message.contains("manifests/acme.yaml") == true)
    #expect(gitError { _ = try test.open().snapshot(commit: other) }?.code != nil)
  }

  @Test func treesSayWhatACommitTouches() throws {
    let test = try TestRepository()
    let first = try test.git("rev-parse", "HEAD")
    try test.write("README.md", "")
    let second = try test.commit("elsewhere")
    try test.write("manifests/b.yaml", "")
    let third = try test.commit("here")
    let repository = try test.open()
    #expect(try repository.treeID(commit: first) == repository.treeID(commit: second))
    #expect(try repository.treeID(commit: second) != repository.treeID(commit: third))
    #expect(try repository.treeID(commit: first, folder: ".") != repository.treeID(commit: second, folder: "."))
    #expect(try repository.treeID(commit: first, folder: "nowhere") == nil)
  }
}
