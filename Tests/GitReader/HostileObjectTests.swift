import Foundation
import Model
import TestSupport
import Testing

@testable import GitReader

/// Objects that state what they are not, and trees that git would not make.
@Suite struct HostileObjects {
  /// A commit with one manifest.
  private static let file = GitObject(blob: String(repeating: "a: 1 # some text\n", count: 40))
  private static let folder = GitObject(tree: [.init("100644", "a.yaml", file)])
  private static let root = GitObject(tree: [.init("40000", "manifests", folder)])
  private static let commit = GitObject(commit: root.id)

  private static let all = [file, folder, root, commit]

  private func repository(_ victim: GitObject, _ fault: LooseFault) throws -> HandmadeRepository {
    let made = try HandmadeRepository()
    try made.writeLoose(Self.all, main: Self.commit, victim: victim, fault)
    return made
  }

  /// Reads `main`, which must not take a second; nil: as if nothing were wrong.
  private func error(reading made: HandmadeRepository) throws -> String? {
    let clock = ContinuousClock()
    let begun = clock.now
    defer { #expect(clock.now - begun < .seconds(1)) }
    do {
      let opened = try GitRepository.open(at: made.folder)
      let snapshot = try opened.snapshot(commit: opened.resolve(ref: "main")).snapshot
      return snapshot.files.map(\.bytes) == [Self.file.bytes] ? nil : snapshot.diagnostics.first?.code ?? "no file"
    } catch {
      return error.code.rawValue
    }
  }

  @Test(arguments: LooseFault.allCases)
  func `a loose object that is none is an error at once`(fault: LooseFault) throws {
    for victim in Self.all {
      let found = try error(reading: try repository(victim, fault))
      switch fault {
      case .none: #expect(found == nil)
      // A blob that states more than a manifest may have is told of like any other that has.
      case .saysGigabytes where victim == Self.file: #expect(found == "file-too-large")
      default: #expect(found == "corrupt-object", "\(victim.type)")
      }
    }
  }

  @Test(arguments: PackFault.allCases)
  func `a pack or an index that is none is an error at once`(fault: PackFault) throws {
    for victim in Self.all {
      let made = try HandmadeRepository()
      try made.writePack(Self.all, main: Self.commit, victim: victim, fault)
      let found = try error(reading: made)
      #expect((found == nil) == (fault == .none), "\(victim.type): \(found ?? "read")")
    }
  }

  @Test func `an index of many packs that leads outside of one is an error`() throws {
    let test = try TestRepository()
    try test.git("repack", "-adq")
    try test.git("multi-pack-index", "write")
    let id = try test.git("rev-parse", "HEAD")
    #expect(try test.open().commit(id).message == "first\n")
    let file = URL(fileURLWithPath: test.path + "/.git/objects/pack/multi-pack-index")
    var bytes = Array(try Data(contentsOf: file))
    let table = try #require(bytes.firstRange(of: Array("OOFF".utf8))).upperBound
    let offsets = bytes[table..<table + 8].reduce(0) { $0 << 8 | Int($1) }
    bytes[offsets + 4] = 0x0F
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    try Data(bytes).write(to: file)
    #expect(gitError { _ = try test.open() }?.code == .corruptObject)
  }

  @Test func `the beginning of an id finds a loose object`() throws {
    let made = try repository(Self.file, .none)
    let opened = try GitRepository.open(at: made.folder)
    #expect(try opened.resolve(ref: String(Self.commit.id.prefix(9))) == Self.commit.id)
    #expect(gitError { _ = try opened.resolve(ref: "0123456") }?.code == .unknownRef)
    #expect(opened.contains(object: Self.file.id) && !opened.contains(object: String(repeating: "a", count: 40)))
    withExtendedLifetime(made) {}
  }

  @Test func `a broken copy of a packed object is not asked`() throws {
    let test = try TestRepository()
    let id = try test.git("rev-parse", "HEAD")
    try test.git("repack", "-adq")
    let loose = URL(fileURLWithPath: "\(test.path)/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    try FileManager.default.createDirectory(at: loose.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data([1, 2, 3]).write(to: loose)
    #expect(try test.open().commit(id).message == "first\n")
  }

  @Test(arguments: ["absolute", "relative", "of an alternate", "itself"])
  func `objects of alternates are read`(kind: String) throws {
    let test = try TestRepository()
    let id = try test.git("rev-parse", "HEAD")
    let objects = "\(test.path)/.git/objects"
    let made = try HandmadeRepository()
    switch kind {
    case "absolute": try made.write("# comment\n\n\(objects)\n/nowhere\n", to: "objects/info/alternates")
    case "relative":
      try made.write(
        "../../../\((test.folder as NSString).lastPathComponent)/repository/.git/objects\n",
        to: "objects/info/alternates")
    case "of an alternate":
      let between = try HandmadeRepository()
      try between.write(objects, to: "objects/info/alternates")
      try made.write("\(between.git)/objects\n", to: "objects/info/alternates")
      #expect(try GitRepository.open(at: made.folder).commit(id).message == "first\n")
      withExtendedLifetime(between) {}
      return
    default: try made.write("\(made.git)/objects\n\(objects)\n", to: "objects/info/alternates")
    }
    #expect(try GitRepository.open(at: made.folder).commit(id).message == "first\n")
  }

  @Test(arguments: [
    ("a slash", [("100644", "b/c.yaml")]), ("the folder above", [("40000", "..")]), ("the folder", [("40000", ".")]),
    ("git's own", [("40000", ".GIT")]), ("no name", [("100644", "")]),
    ("two of a name", [("100644", "b.yaml"), ("100644", "b.yaml")]),
    ("no order", [("100644", "c.yaml"), ("100644", "b.yaml")]),
  ])
  func `a tree that git would not make is an error`(what: String, entries: [(String, String)]) throws {
    let made = try HandmadeRepository()
    let entries = entries.map { GitObject.Entry($0.0, $0.1, $0.0 == "40000" ? Self.folder : Self.file) }
    let folder = GitObject(tree: entries)
    let root = GitObject(tree: [.init("40000", "manifests", folder)])
    let commit = GitObject(commit: root.id)
    try made.writeLoose([Self.file, Self.folder, folder, root, commit], main: commit, victim: Self.file, .none)
    let opened = try GitRepository.open(at: made.folder)
    let read = Result { () throws -> Snapshot in try opened.snapshot(commit: commit.id).snapshot }
    switch read {
    case .success(let snapshot): #expect(snapshot.diagnostics.map(\.code) == ["malformed-tree"], "\(what)")
    // libgit2 does not take an entry without a name.
    case .failure(let error): #expect((error as? GitError)?.code == .corruptObject && what == "no name")
    }
  }

  @Test func `a folder that is there twice is none`() throws {
    let made = try HandmadeRepository()
    let root = GitObject(
      tree: [.init("40000", "manifests", Self.folder), .init("40000", "manifests", GitObject(tree: []))])
    let commit = GitObject(commit: root.id)
    try made.writeLoose(
      [Self.file, Self.folder, GitObject(tree: []), root, commit], main: commit, victim: Self.file, .none)
    let found = try GitRepository.open(at: made.folder).snapshot(commit: commit.id)
    #expect(found.folder == .notAFolder("there twice") && found.snapshot.files.isEmpty)
  }

  @Test func `an entry of another type than it says is an error`() throws {
    for (mode, object) in [("100644", Self.folder), ("40000", Self.file)] {
      let made = try HandmadeRepository()
      let folder = GitObject(tree: [.init(mode, "a.yaml", object)])
      let root = GitObject(tree: [.init("40000", "manifests", folder)])
      let commit = GitObject(commit: root.id)
      try made.writeLoose([Self.file, Self.folder, folder, root, commit], main: commit, victim: Self.file, .none)
      let opened = try GitRepository.open(at: made.folder)
      #expect(gitError { _ = try opened.snapshot(commit: commit.id) }?.code == .corruptObject, "\(mode)")
    }
  }
}

/// Small trees that name more files than there are.
@Suite struct TreeBombs {
  /// Folders of `width` equal ones, `depth` deep, around one file.
  private func bomb(_ text: String, width: Int, depth: Int) -> (root: GitObject, objects: [GitObject]) {
    let file = GitObject(blob: text)
    var tree = GitObject(tree: [.init("100644", "a.yaml", file)])
    var objects = [file, tree]
    for _ in 0..<depth {
      tree = GitObject(tree: (0..<width).map { .init("40000", "d\($0)", tree) })
      objects.append(tree)
    }
    return (tree, objects)
  }

  private func quickly<R>(_ body: () throws -> R) rethrows -> R {
    let clock = ContinuousClock()
    let begun = clock.now
    defer { #expect(clock.now - begun < .seconds(20)) }
    return try body()
  }

  @Test func `are an error, without a file`() throws {
    let (one, objects) = bomb("x", width: 10, depth: 9)
    let root = GitObject(tree: [.init("40000", "manifests", one)])
    let commit = GitObject(commit: root.id)
    let made = try HandmadeRepository()
    try made.writeLoose(objects + [root, commit], main: commit, victim: one, .none)
    let snapshot = try quickly {
      try GitRepository.open(at: made.folder).snapshot(commit: commit.id, each: { _ in Issue.record("a file") })
        .snapshot
    }
    #expect(snapshot.diagnostics.map(\.code) == ["snapshot-too-large"] && snapshot.files.isEmpty)
  }

  @Test func `nest no deeper than 64 folders`() throws {
    for (depth, codes) in [(64, []), (65, ["folder-too-deep"])] {
      let (one, objects) = bomb("x", width: 1, depth: depth)
      let root = GitObject(tree: [.init("40000", "manifests", one)])
      let commit = GitObject(commit: root.id)
      let made = try HandmadeRepository()
      try made.writeLoose(objects + [root, commit], main: commit, victim: one, .none)
      let snapshot = try GitRepository.open(at: made.folder).snapshot(commit: commit.id).snapshot
      #expect(snapshot.diagnostics.map(\.code) == codes, "\(depth)")
    }
  }

  @Test func `are compared and searched within the limits too`() throws {
    let (one, two) = (bomb("x", width: 10, depth: 9), bomb("y", width: 10, depth: 9))
    let made = try HandmadeRepository()
    let commit = GitObject(commit: one.root.id)
    try made.writeLoose(one.objects + two.objects + [commit], main: commit, victim: commit, .none)
    let opened = try GitRepository.open(at: made.folder)
    for (old, new) in [(nil, one.root.id), (one.root.id, nil), (one.root.id, two.root.id)] {
      let change = try quickly { try opened.change(fromTree: old, toTree: new, folder: "manifests") }
      #expect(change.hasOddities && change.files.count <= 200_000)
    }
    // Equal subtrees are not opened, whatever is in them.
    let equal = try opened.change(fromTree: one.root.id, toTree: one.root.id, folder: "manifests")
    #expect(equal.files.isEmpty && !equal.hasOddities)
    let found = try quickly {
      try opened.search(tree: one.root.id, folder: "manifests", known: [:]) { _ in true }
    }
    #expect(found.isTooLarge && found.files.isEmpty)
  }
}
