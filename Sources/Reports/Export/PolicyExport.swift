import Model

/// The policies applied last as Policy documents: the Policy for all in force, else the one that accounts or most
/// organizations have, as the preset and what differs from it; for the others what differs from both.
struct PolicyExport {
  let text: String
  private let input: StateExport.Input
  /// The policy for all that the exported manifests set; nil: nothing was applied.
  private let common: PolicyInForce?

  init(_ input: StateExport.Input, _ organizations: [ActualTenant]) {
    self.input = input
    let policy = { (tenant: ActualTenant) in tenant.applied.flatMap { input.policies[$0.policyDigest] } }
    let ofAccounts = input.actual.tenants.filter { $0.account != nil }.compactMap(policy)
    // Where none is recorded, what accounts hold must be sayable under it; people sign up under `enterprise` then.
    let roles = AccountExport.roles(input)
    let candidates = [ofAccounts, organizations.compactMap(policy)].compactMap(Self.mostCommon)
    common =
      input.actual.policyForAll.flatMap { input.policies[$0] }
      ?? (candidates + candidates.prefix(1).map { _ in input.standard }).first { $0.policy.knows(roles) }
      ?? candidates.first
    var lines = YAMLLines()
    if let common { Self.write(common, over: nil, organization: nil, input, to: &lines) }
    for tenant in organizations {
      guard let own = policy(tenant), own != common else { continue }
      Self.write(own, over: common, organization: tenant.name, input, to: &lines)
    }
    text = lines.text
  }

  func policy(of tenant: ActualTenant) -> Policy {
    tenant.applied.flatMap { input.policies[$0.policyDigest]?.policy } ?? input.standard.policy
  }

  /// The policy for all that the exported manifests set.
  var policyForAccounts: Policy { common?.policy ?? input.standard.policy }

  private static func mostCommon(_ policies: [PolicyInForce]) -> PolicyInForce? {
    let counts = Dictionary(policies.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max()
    return counts.filter { $0.value == most }.keys.min { $0.canonical < $1.canonical }
  }

  /// - Parameter below: the policy for all, which an organization's own lies on.
  private static func write(
    _ policy: PolicyInForce, over below: PolicyInForce?, organization: String?, _ input: StateExport.Input,
    to lines: inout YAMLLines
  ) {
    lines.document("Policy")
    if let organization { lines.entry(0, "organization", organization) }
    lines.entry(0, "extends", policy.policy.preset)
    let preset = { (name: String) in leaves(input.presets[name]?.canonical ?? "") }
    var usual = preset(policy.policy.preset)
    if let below {
      let itsPreset = preset(below.policy.preset)
      for (path, value) in leaves(below.canonical) where itsPreset[path] != value { usual[path] = value }
    }
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

extension Policy {
  /// Whether these are roles in workspaces.
  func knows(_ roles: Set<String>) -> Bool { roles.isSubset(of: workspaceRoles.map(\.name)) }

  func knows(_ subscription: String) -> Bool { subscriptions[subscription] != nil }
}
