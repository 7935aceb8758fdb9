import GitReader
import Manifests
import Model

/// The manifests of a repository's commits, each file parsed once however many commits have it, under one name table.
struct ManifestShelf {
  let source: DesiredSource
  /// Ends are judged at it.
  let now: Instant
  var names: NameTable
  /// Nil: all of every commit.
  var excerpt: Excerpt?
  /// By object id.
  private var read: [String: FileDocuments] = [:]
  private var scratch = ReadingScratch()

  init(source: DesiredSource, now: Instant, names: NameTable) {
    (self.source, self.now, self.names) = (source, now, names)
  }

  /// The part of the manifests that matters to a comparison.
  struct Excerpt {
    /// Object ids of files that name nothing of it.
    var leftOut: Set<String> = []
    var reach: Reach
  }

  /// What the commit declares, or the excerpt of that.
  mutating func compiled(_ commit: String) throws -> (compiled: Compiled, files: Int) {
    let leftOut = excerpt?.leftOut ?? []
    let snapshot = try source.snapshot(at: commit) { [read] in read[$0] != nil || leftOut.contains($0) }
    var documents = Documents()
    for file in snapshot.files {
      guard let id = file.objectID, !leftOut.contains(id) else { continue }
      documents.paths.append(file.path)
      documents.files.append(self.documents(of: file, id))
    }
    if let excerpt {
      documents = documents.within(excerpt.reach)
      documents.isPart = !snapshot.files.isEmpty
    }
    var compiled = Compiler.compile(
      documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML)
    if let excerpt { compiled.desired.tenants.removeAll { !excerpt.reach.contains($0, names: names) } }
    return (compiled, snapshot.files.count)
  }

  /// The documents of one file, read before or now.
  mutating func documents(of file: Snapshot.File, _ id: String) -> FileDocuments {
    if let known = read[id] { return known }
    let documents = ManifestReader.read(parseYAML(file), names: &names, scratch: &scratch)
    read[id] = documents
    return documents
  }
}
