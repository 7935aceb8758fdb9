import Manifests
import Model
import YAMLReader

/// Links the two modules as the program does.
let parse: ManifestLoader.Parse = { file in
  let result = YAMLReader.read(file.bytes)
  return ParsedFile(
    path: file.path, bytes: file.bytes, documents: result.documents,
    failure: result.failure.map {
      ParsedFile.Failure(code: $0.code, message: $0.message, line: $0.line, column: $0.column, hint: $0.hint)
    })
}

let someDay = Instant(rfc3339: "2026-11-22T12:00:00Z")!

func compile(_ files: [String: String], now: Instant = someDay, names: inout NameTable) -> Compiled {
  let snapshot = Snapshot(
    files: files.sorted { $0.key < $1.key }
      .map { Snapshot.File(path: $0.key, objectID: nil, bytes: Array($0.value.utf8)) },
    commit: nil)
  return ManifestLoader.load(snapshot, now: now, names: &names, parse: parse)
}

func compile(_ text: String, now: Instant = someDay) -> Compiled {
  var names = NameTable()
  return compile(["m.yaml": text], now: now, names: &names)
}

/// `code line:column`
func brief(_ diagnostic: Diagnostic) -> String {
  "\(diagnostic.code) \(diagnostic.location.map { "\($0.line):\($0.column)" } ?? "-")"
}

func header(_ kind: String) -> String { "apiVersion: tenure/v1\nkind: \(kind)\n" }
