import Model

/// Policies that take the place of a repository's own, to see what would be under them.
///
/// | in the file                     | takes the place of                                                     |
/// |---------------------------------|------------------------------------------------------------------------|
/// | a Policy for all                | the Policy for all                                                     |
/// | a Policy for an organization    | that organization's own, in the commits that declare the organization  |
/// | nothing for an organization     | nothing: its own policy stays, on top of the Policy for all            |
public struct PolicyTrial: Sendable {
  /// What is wrong with the file; with an error in it the trial must not be used.
  public let diagnostics: [Diagnostic]
  /// For which organizations it has a Policy, in byte order.
  public let organizations: [String]
  private let path: String
  private let file: FileDocuments
  private let named: Set<Symbol>
  private let isForAll: Bool

  /// Symbols go into `names`, to which the documents of ``replacingPolicies(in:names:)`` must belong too.
  public init(_ file: ParsedFile, now: Instant, names: inout NameTable, parse: @escaping ManifestLoader.Parse) {
    var scratch = ReadingScratch()
    var read = ManifestReader.read(file, names: &names, scratch: &scratch)
    let others =
      read.organizations.map(\.place) + read.workspaces.map(\.entry.place) + read.groups.map(\.place)
      + read.accounts.map(\.place)
    for place in others.sorted() {
      read.findings.append(
        Finding(
          code: "wrong-kind", message: "This file takes documents of the kind `Policy` only.", place: place,
          hint: "Leave the document out: everything else comes from the repository.", scope: .everything))
    }
    if read.policies.isEmpty, read.findings.isEmpty {
      read.findings.append(
        Finding(
          code: "no-policy", message: "There is no Policy in this file.", place: .start,
          hint: "Write one: `apiVersion: tenure/v1`, `kind: Policy`, `extends: enterprise`.", scope: .everything))
    }
    read.organizations = []
    read.workspaces = []
    read.groups = []
    read.accounts = []
    let owners = read.policies.compactMap(\.organization)
    var checked = read
    // A Policy needs its organization: here the commits have them.
    checked.organizations = owners.uniqued(by: \.value).map { OrganizationDocument(place: $0.place, name: $0) }
    diagnostics =
      Compiler.compile(
        Documents(paths: [file.path], files: [checked]), now: now, names: &names, parse: parse
      ).diagnostics
    // It must not make a folder without documents look like one with some.
    read.count = 0
    named = Set(owners.map(\.value))
    organizations = named.map(names.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    isForAll = read.policies.contains { !$0.isForOne }
    (path, self.file) = (file.path, read)
  }

  /// The documents with the trial's policies.
  public func replacingPolicies(in documents: Documents, names: NameTable) -> Documents {
    var result = documents
    var declared: Set<Symbol> = []
    for (index, file) in documents.files.enumerated() {
      declared.formUnion(file.organizations.map(\.name.value))
      result.files[index].policies.removeAll { policy in
        policy.isForOne ? policy.organization.map { named.contains($0.value) } ?? false : isForAll
      }
    }
    var file = file
    file.policies.removeAll { $0.organization.map { !declared.contains($0.value) } ?? false }
    result.paths.append(path)
    result.files.append(file)
    return result
  }
}

extension Array {
  fileprivate func uniqued<Key: Hashable>(by key: KeyPath<Element, Key>) -> [Element] {
    var seen: Set<Key> = []
    return filter { seen.insert($0[keyPath: key]).inserted }
  }
}
