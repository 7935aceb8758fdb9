import Model

/// The policies applied last as Policy documents: the preset and what differs from it.
struct PolicyExport {
  let text: String
  private let input: StateExport.Input
  private let common: PolicyInForce?

  init(_ input: StateExport.Input, _ organizations: [ActualTenant]) {
    self.input = input
    let applied = organizations.compactMap { tenant in
      tenant.applied.flatMap { input.policies[$0.policyDigest] }.map { (name: tenant.name, policy: $0) }
    }
    // Without organizations the accounts tell which policy was in force.
    let ofAccounts = input.actual.tenants.compactMap(\.applied).compactMap { input.policies[$0.policyDigest] }
    var lines = YAMLLines()
    if let first = applied.first?.policy ?? ofAccounts.first, applied.allSatisfy({ $0.policy == first }) {
      common = first
      Self.write(first, organization: nil, input, to: &lines)
    } else {
      common = nil
      for (name, policy) in applied { Self.write(policy, organization: name, input, to: &lines) }
    }
    text = lines.text
  }

  func policy(of tenant: ActualTenant) -> Policy {
    tenant.applied.flatMap { input.policies[$0.policyDigest]?.policy } ?? input.standard.policy
  }

  /// The policy for all that the exported manifests set.
  var policyForAccounts: Policy { common?.policy ?? input.standard.policy }

  private static func write(
    _ policy: PolicyInForce, organization: String?, _ input: StateExport.Input, to lines: inout YAMLLines
  ) {
    lines.document("Policy")
    if let organization { lines.entry(0, "organization", organization) }
    lines.entry(0, "extends", policy.policy.preset)
    let usual = leaves(input.presets[policy.policy.preset]?.canonical ?? "")
    var written: [String] = []
    for (path, value) in leaves(policy.canonical).sorted(by: { precedes($0.key, $1.key) })
    where path != "extends" && usual[path] != value {
      let keys = keys(of: path)
      let shared = zip(written, keys.dropLast()).prefix { $0 == $1 }.count
      for depth in shared..<(keys.count - 1) { lines.line(depth, YAMLScalar.text(keys[depth]) + ":") }
      written = Array(keys.dropLast())
      writeLeaf(keys, value, to: &lines)
    }
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    keys(of: a).lexicographicallyPrecedes(keys(of: b)) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func leaves(_ canonical: String) -> [String: String] {
    var result: [String: String] = [:]
    for line in canonical.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
    }
    return result
  }

  /// `roles.workspace.a.b.rank` is the rank of the role `a.b`: names may have dots, keys have none.
  private static func keys(of path: String) -> [String] {
    for prefix in ["roles.workspace.", "roles.organization.", "subscriptions."] where path.hasPrefix(prefix) {
      guard let dot = path.lastIndex(of: ".") else { continue }
      let name = path[path.index(path.startIndex, offsetBy: prefix.count)..<dot]
      return prefix.split(separator: ".").map(String.init) + [String(name), String(path[path.index(after: dot)...])]
    }
    return path.split(separator: ".", maxSplits: 1).map(String.init)
  }

  private static func writeLeaf(_ keys: [String], _ value: String, to lines: inout YAMLLines) {
    let (depth, key) = (keys.count - 1, keys[keys.count - 1])
    let isList = key == "permissions" || keys == ["operators"]
    if isList {
      let items = value.split(separator: ",").map { YAMLScalar.text(String($0)) }
      lines.line(depth, "\(key): [\(items.joined(separator: ", "))]")
    } else if key == "freeze-window", value != "off" {
      lines.line(depth, "freeze-window:")
      for window in value.split(separator: "|") {
        let fields = window.split(separator: ";").map { YAMLScalar.text(String($0)) }
        guard fields.count == 3 else { continue }
        lines.line(depth + 1, "- {cron: \(fields[0]), duration: \(fields[1]), timeZone: \(fields[2])}")
      }
    } else if value == "true" || value == "false" || value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // What is a flag or a number in the schema.
      lines.line(depth, "\(key): \(value)")
    } else {
      lines.entry(depth, key, value)
    }
  }
}
