import Model

/// The whole way from bytes to the desired state.
public enum ManifestLoader {
  /// YAML → trees: what links this module to a reader without importing one.
  public typealias Parse = @Sendable (Snapshot.File) -> ParsedFile

  /// Reads and compiles the manifests of a snapshot. Its own diagnostics are among those of the result.
  public static func load(
    _ snapshot: Snapshot, now: Instant, names: inout NameTable, parse: @escaping Parse
  ) -> Compiled {
    let documents = documents(of: snapshot, names: &names, parse: parse)
    return Compiler.compile(documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parse)
  }

  /// The typed documents of all its files.
  public static func documents(of snapshot: Snapshot, names: inout NameTable, parse: Parse) -> Documents {
    var documents = Documents()
    var scratch = ReadingScratch()
    let files = snapshot.files
    documents.text = { files[$0].bytes }
    documents.files.reserveCapacity(snapshot.files.count)
    for file in snapshot.files {
      documents.paths.append(file.path)
      documents.files.append(ManifestReader.read(parse(file), names: &names, scratch: &scratch))
    }
    return documents
  }
}
