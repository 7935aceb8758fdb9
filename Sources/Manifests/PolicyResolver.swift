import Model

/// Preset, then the Policy for all, then the organization's own.
struct PolicyResolver {
  private let parse: ManifestLoader.Parse
  private var cache: [String: PolicyLeaves] = [:]

  init(parse: @escaping ManifestLoader.Parse) { self.parse = parse }

  /// A preset's leaves, complete; nil where there is none of this name.
  mutating func leaves(_ preset: String) -> PolicyLeaves? {
    if let known = cache[preset] { return known }
    guard let bytes = Policies.manifest(preset) else { return nil }
    var names = NameTable(minimumCapacity: 0)
    var scratch = ReadingScratch()
    let file = parse(Snapshot.File(path: "\(preset).yaml", objectID: nil, bytes: bytes))
    let read = ManifestReader.read(file, names: &names, scratch: &scratch)
    guard read.findings.isEmpty, let document = read.policies.first else { return nil }
    var leaves = PolicyLeaves()
    leaves.put("extends", preset, .preset(preset))
    leaves.merge(document) { _ in .preset(preset) }
    leaves.complete()
    cache[preset] = leaves
    return leaves
  }

  /// The leaves in force under these documents, the later over the earlier.
  mutating func resolve(_ documents: [(document: PolicyDocument, file: Int)]) -> PolicyLeaves? {
    let chosen = documents.last { $0.document.extends != nil }
    let preset = chosen?.document.extends?.value ?? Policies.defaultPreset
    guard var leaves = leaves(preset) else { return nil }
    if let chosen, let extends = chosen.document.extends {
      leaves.put("extends", preset, .manifest(extends.place.mark(chosen.file)))
    }
    for (document, file) in documents { leaves.merge(document) { .manifest($0.mark(file)) } }
    leaves.complete()
    return leaves
  }

  /// Leaves without contradictions as a policy.
  static func inForce(_ leaves: PolicyLeaves) -> PolicyInForce? {
    var builder = PolicyBuilder(leaves)
    return builder.build().map {
      PolicyInForce(policy: $0, canonical: leaves.canonical, origins: leaves.leaves.mapValues(\.origin))
    }
  }
}
