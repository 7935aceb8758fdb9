import Model

/// A file after YAML: its trees, and why there are no more.
public struct ParsedFile: Sendable {
  /// Why a file is no YAML; lines and columns count from 1.
  public struct Failure: Hashable, Sendable {
    public var code: String
    public var message: String
    public var line: Int
    public var column: Int
    public var hint: String?
    public init(code: String, message: String, line: Int, column: Int, hint: String? = nil) {
      (self.code, self.message, self.line, self.column, self.hint) = (code, message, line, column, hint)
    }
  }

  public var path: String
  public var bytes: [UInt8]
  public var documents: [MarkedTree]
  public var failure: Failure?

  public init(path: String, bytes: [UInt8], documents: [MarkedTree], failure: Failure? = nil) {
    (self.path, self.bytes, self.documents, self.failure) = (path, bytes, documents, failure)
  }
}

/// Trees → typed documents, file by file.
public enum ManifestReader {
  /// What a document declares: the word of its key `kind`.
  enum Kind: String, CaseIterable {
    case organization = "Organization"
    case workspace = "Workspace"
    case group = "Group"
    case account = "Account"
    case policy = "Policy"
  }

  /// The documents of all files, which come in byte order of their paths.
  public static func documents(of files: [ParsedFile], names: inout NameTable) -> Documents {
    var documents = Documents()
    let texts = files.map(\.bytes)
    documents.text = { texts[$0] }
    var scratch = ReadingScratch()
    for file in files {
      documents.paths.append(file.path)
      documents.files.append(read(file, names: &names, scratch: &scratch))
    }
    return documents
  }

  /// The documents of one file: whatever its path, equal bytes give the same. `scratch` serves all files of one table.
  public static func read(
    _ file: ParsedFile, names: inout NameTable, scratch: inout ReadingScratch
  ) -> FileDocuments {
    var result = FileDocuments()
    result.size = file.bytes.count
    if let failure = file.failure {
      result.isUnreadable = true
      result.findings.append(
        Finding(
          code: failure.code, message: failure.message,
          place: Place(line: UInt32(clamping: failure.line), column: UInt32(clamping: failure.column)),
          hint: failure.hint, scope: .everything))
    }
    for tree in file.documents where !isEmpty(tree) {
      TreeView.of(tree) { read($0, into: &result, names: &names, scratch: &scratch) }
      if result.findings.count > DocumentReader.mostFindings {
        result.isUnreadable = true
        result.findings.removeLast(result.findings.count - DocumentReader.mostFindings)
        result.findings.append(DocumentReader.tooMany(after: result.findings[DocumentReader.mostFindings - 1].place))
        break
      }
    }
    return result
  }

  /// Stands in for the table while that is elsewhere.
  private static let noNames = NameTable(minimumCapacity: 0)

  private static func isEmpty(_ tree: MarkedTree) -> Bool {
    guard let root = tree.nodes.first else { return true }
    return root.kind == .scalar && root.isPlain && root.length == 0
  }

  private static func read(
    _ tree: TreeView, into result: inout FileDocuments, names: inout NameTable, scratch: inout ReadingScratch
  ) {
    var reader = DocumentReader(tree, names: noNames, scratch: ReadingScratch())
    // The table moves into the reader and back: a copy of it would cost more than the file.
    swap(&reader.names, &names)
    swap(&reader.scratch, &scratch)
    result.count += 1
    read(&reader, into: &result)
    result.findings += reader.findings
    result.warnings += reader.warnings
    swap(&reader.names, &names)
    swap(&reader.scratch, &scratch)
  }

  private static func read(_ reader: inout DocumentReader, into result: inout FileDocuments) {
    guard reader.tree.nodes[0].kind == .mapping else {
      result.isUnreadable = true
      reader.report(
        "wrong-type", "A document is a mapping of keys, not a list or text.", at: 0,
        hint: "Begin it with `apiVersion: \(Records.apiVersion)` and `kind: Organization`.")
      return
    }
    let isNamed: Bool
    switch kind(&reader) {
    case .organization?:
      let document = reader.organization(0)
      isNamed = !document.isUnreadable
      result.organizations.append(document)
    case .workspace?:
      let document = reader.workspaceDocument(0)
      isNamed = document?.entry.isUnreadable == false
      document.map { result.workspaces.append($0) }
    case .group?:
      let group = reader.group(0)
      isNamed = group != nil
      group.map { result.groups.append($0) }
    case .account?:
      let account = reader.account(0)
      isNamed = account != nil
      account.map { result.accounts.append($0) }
    case .policy?:
      let policy = reader.policy(0)
      isNamed = !policy.isForOne || policy.organization != nil
      result.policies.append(policy)
    case nil:
      result.isUnreadable = true
      return
    }
    if !isNamed { result.isUnreadable = true }
    checkVersion(&reader)
  }

  private static func value(_ key: String, _ reader: DocumentReader) -> Int? {
    reader.children(0).first { reader.string($0) == key }.map { $0 + 1 }
  }

  private static func kind(_ reader: inout DocumentReader) -> Kind? {
    guard let node = value("kind", reader) else {
      reader.report(
        "missing-key", "A document needs the key `kind`.", at: 0,
        hint: "One of: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
      return nil
    }
    if reader.hasNoValue(node) {
      reader.reportNoValue(node - 1)
      return nil
    }
    guard reader.expect(.scalar, node, "kind") else { return nil }
    let name = reader.string(node)
    if let kind = Kind(rawValue: name) { return kind }
    let all = Kind.allCases.map(\.rawValue)
    reader.report(
      "unknown-kind", "There is no kind `\(Shown.text(name))`.", at: node,
      hint: Suggestion.hint(for: name, among: all) ?? "One of: \(all.joined(separator: ", ")).")
    return nil
  }

  private static func checkVersion(_ reader: inout DocumentReader) {
    guard let node = value("apiVersion", reader) else {
      reader.report(
        "missing-key", "A document needs the key `apiVersion`.", at: 0,
        hint: "Write `apiVersion: \(Records.apiVersion)`.")
      reader.lastIsTrifle()
      return
    }
    // A key without a value was reported with the document's other keys.
    guard !reader.hasNoValue(node), reader.expect(.scalar, node, "apiVersion") else { return }
    if reader.string(node) != Records.apiVersion {
      reader.report(
        "unknown-api-version", "There is no apiVersion `\(Shown.text(reader.string(node)))`.", at: node,
        hint: "Write `apiVersion: \(Records.apiVersion)`.")
    }
  }
}
