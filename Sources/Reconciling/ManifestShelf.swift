import GitReader
import Manifests
import Model

/// The manifests of a repository's commits, each file parsed once however many commits have it, under one name table.
struct ManifestShelf {
  let source: DesiredSource
  /// Ends are judged at it.
  var now: Instant
  var names: NameTable
  /// Nil: all of every commit.
  var excerpt: Excerpt?
  /// With an excerpt: spellings in the files that it leaves out.
  var spellingsElsewhere: [String] = []
  /// Takes the place of the repository's own policies.
  var trial: PolicyTrial?
  /// By object id, with when they were last asked for.
  private var read: [String: (documents: FileDocuments, turn: Int)] = [:]
  private var turn = 0
  private var scratch = ReadingScratch()

  init(source: DesiredSource, now: Instant, names: NameTable) {
    (self.source, self.now, self.names) = (source, now, names)
  }

  /// The part of the manifests that matters to a comparison.
  struct Excerpt {
    /// Object ids of files that name nothing of it; asked for once a folder is listed.
    var leftOut: @Sendable () -> Set<String> = { [] }
    var reach: Reach
    /// The files that name something of it, of manifests folders that need not be listed: by their trees' object ids.
    var listings: [String: Listing] = [:]
    /// Object ids of the files that name something of it in the commit that is planned.
    var present: Set<String> = []
  }

  struct Listing {
    /// In byte order of their paths.
    var files: [ListedFile]
    /// All files of the folder.
    var count: Int
  }

  /// The manifest files of a commit; with an excerpt, those that it needs.
  struct Contents {
    var documents = Documents()
    /// Object ids of the files of `documents`.
    var ids: [String] = []
    /// What is wrong with the listing.
    var listing: [Diagnostic] = []
    /// How many files the commit has.
    var count = 0
  }

  /// What the commit declares, or the excerpt of that.
  mutating func compiled(_ commit: String) throws -> (compiled: Compiled, files: Int) {
    let contents = try contents(of: commit)
    return (compiled(contents), contents.count)
  }

  /// - Parameter isLenient: reads past errors; see ``Compiler``.
  mutating func compiled(_ contents: Contents, isLenient: Bool = false) -> Compiled {
    var documents = contents.documents
    // Nobody is shown what a lenient reading finds wrong.
    if isLenient { documents.text = { _ in [] } }
    if let excerpt {
      // What an older version of a file was meant to be about is not known where it has an error.
      documents = documents.within(excerpt.reach) { isLenient && !excerpt.present.contains(contents.ids[$0]) }
      documents.isPart = contents.count > 0
      documents.spellingsElsewhere = spellingsElsewhere
    }
    if let trial { documents = trial.replacingPolicies(in: documents, names: names) }
    var compiled = Compiler.compile(
      documents, listing: contents.listing, now: now, names: &names, isLenient: isLenient, parse: parseYAML)
    if let excerpt { compiled.desired.tenants.removeAll { !excerpt.reach.contains($0, names: names) } }
    return compiled
  }

  mutating func contents(of commit: String) throws -> Contents {
    turn += 1
    var contents = Contents()
    if let listings = excerpt?.listings, !listings.isEmpty,
      let listing = listings[try source.tree(at: commit) ?? ""]
    {
      for file in listing.files {
        guard let read = try self.documents(ofBlob: file.id) else { continue }
        contents.add(file.path, file.id, read)
      }
      contents.count = listing.count
      contents.documents.text = source.text(of: contents.ids)
      return contents
    }
    let leftOut = excerpt?.leftOut() ?? []
    let snapshot = try source.snapshot(at: commit) { [read] in read[$0] != nil || leftOut.contains($0) }
    for file in snapshot.files {
      guard let id = file.objectID, !leftOut.contains(id) else { continue }
      contents.add(file.path, id, documents(of: file, id))
    }
    (contents.listing, contents.count) = (snapshot.diagnostics, snapshot.files.count)
    contents.documents.text = source.text(of: contents.ids)
    return contents
  }

  /// The documents of one blob, read before or now; nil for one that is larger than a manifest may be.
  mutating func documents(ofBlob id: String) throws -> FileDocuments? {
    if let known = read[id]?.documents {
      read[id]?.turn = turn
      return known
    }
    guard let bytes = try source.repository.blob(id) else { return nil }
    return documents(of: Snapshot.File(path: "", objectID: id, bytes: bytes), id)
  }

  /// The documents of one file, read before or now.
  mutating func documents(of file: Snapshot.File, _ id: String) -> FileDocuments {
    let documents =
      read[id]?.documents ?? ManifestReader.read(parseYAML(file), names: &names, scratch: &scratch)
    read[id] = (documents, turn)
    return documents
  }

  /// What the commit declares, with the table as it is then.
  mutating func reading(at commit: String) throws -> Reading {
    let (compiled, files) = try compiled(commit)
    return Reading(
      desired: compiled.desired, diagnostics: compiled.diagnostics, names: names,
      source: PlanSource(repository: source.name, ref: source.ref, commit: commit, manifests: source.manifests),
      files: files)
  }

  /// Drops the files that none of the last few commits had: a long history must fit into memory.
  mutating func forgetOldFiles() {
    let turn = turn
    read = read.filter { turn - $0.value.turn < 8 }
  }
}

extension ManifestShelf.Contents {
  mutating func add(_ path: String, _ id: String, _ file: FileDocuments) {
    documents.paths.append(path)
    documents.files.append(file)
    ids.append(id)
  }
}

extension GitRepository.TreeChange {
  /// The listing before the change, given the one behind it.
  func undone(in files: [ListedFile]) -> [ListedFile] {
    let changed = Set(self.files.map(\.path))
    let before = self.files.compactMap { file in file.before.map { ListedFile(path: file.path, id: $0) } }
    return (files.filter { !changed.contains($0.path) } + before)
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}
