import GitReader
import Manifests
import Model

/// Reads the desired states of many commits of one history: files that several commits share are parsed once, and all
/// states speak in symbols of one table.
struct HistoryReader {
  let source: DesiredSource
  /// Takes the place of the repository's own policies.
  let trial: PolicyTrial?
  private var names: NameTable
  /// Files by object id, with when they were last asked for.
  private var read: [String: (documents: FileDocuments, turn: Int)] = [:]
  private var turn = 0
  private var scratch = ReadingScratch()

  /// `names`: the table of `trial`.
  init(source: DesiredSource, trial: PolicyTrial?, names: NameTable) {
    (self.source, self.trial, self.names) = (source, trial, names)
  }

  mutating func reading(at commit: String, now: Instant) throws -> Reading {
    turn += 1
    let known = Set(read.keys)
    let snapshot = try source.snapshot(at: commit) { known.contains($0) }
    var documents = Documents()
    for file in snapshot.files {
      documents.paths.append(file.path)
      let id = file.objectID ?? ""
      let content =
        read[id]?.documents ?? ManifestReader.read(parseYAML(file), names: &names, scratch: &scratch)
      read[id] = (content, turn)
      documents.files.append(content)
    }
    if let trial { documents = trial.replacingPolicies(in: documents, names: names) }
    let compiled = Compiler.compile(
      documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML)
    return Reading(
      desired: compiled.desired, diagnostics: compiled.diagnostics, names: names,
      source: PlanSource(repository: source.name, ref: source.ref, commit: commit, manifests: source.manifests),
      files: snapshot.files.count)
  }

  /// Drops the files that none of the last few commits had: a long history must fit into memory.
  mutating func forgetOldFiles() {
    let turn = turn
    read = read.filter { turn - $0.value.turn < 8 }
  }
}
