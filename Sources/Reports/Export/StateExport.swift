import Model

/// The actual state as manifests that plan to nothing (SPEC section 7, `export`): what `tenure export` writes.
///
/// The order of everything is byte order, so equal states give equal bytes. Groups are gone: everybody has an entry of
/// their own. People who left, tombstones and `formerly` are no state and not in it.
public struct StateExport: Sendable {
  /// What a store says.
  public struct Input: Sendable {
    public var actual: ActualState
    public var names: NameTable
    /// What was declared and applied last, by tenant.
    public var baselines: [String: DesiredTenant]
    /// The policies of ``ActualState/policies``, by digest.
    public var policies: [String: PolicyInForce]
    /// The presets by name.
    public var presets: [String: PolicyInForce]
    /// The policy in force where nothing was applied.
    public var standard: PolicyInForce

    public init(
      actual: ActualState, names: NameTable, baselines: [String: DesiredTenant], policies: [String: PolicyInForce],
      presets: [String: PolicyInForce], standard: PolicyInForce
    ) {
      self.actual = actual
      self.names = names
      self.baselines = baselines
      self.policies = policies
      self.presets = presets
      self.standard = standard
    }
  }

  /// A manifest file of one or more documents.
  public struct File: Hashable, Sendable {
    /// Without a folder: `acme.yaml`.
    public var name: String
    public var text: String
  }

  /// `policy.yaml`, one file an organization, `accounts.yaml`; those that would be empty are left out.
  public let files: [File]

  public init(_ input: Input) {
    let organizations = input.actual.tenants.filter { $0.account == nil }
    let policies = PolicyExport(input, organizations)
    var files: [File] = []
    if !policies.text.isEmpty { files.append(File(name: "policy.yaml", text: policies.text)) }
    for tenant in organizations {
      let text = OrganizationExport(tenant, input, policies.policy(of: tenant)).text
      let isTaken = ["policy", "accounts"].contains(tenant.name)
      files.append(File(name: tenant.name + (isTaken ? ".organization.yaml" : ".yaml"), text: text))
    }
    let accounts = AccountExport(input, policies).text
    if !accounts.isEmpty { files.append(File(name: "accounts.yaml", text: accounts)) }
    // Manifests without a document are an error: an empty state says at least under which policy it is empty.
    if files.isEmpty {
      let text = "# Nothing is stored.\napiVersion: tenure/v1\nkind: Policy\nextends: \(input.standard.policy.preset)\n"
      files.append(File(name: "policy.yaml", text: text))
    }
    self.files = files
  }

  /// All files as one stream of documents.
  public var stream: String {
    files.map(\.text).joined(separator: "---\n")
  }
}

/// Lines of YAML, two spaces a level.
struct YAMLLines {
  private(set) var text = ""
  /// False: there is nothing, or comments only.
  private(set) var hasContent = false

  mutating func line(_ depth: Int, _ content: String) {
    write(depth, content)
    hasContent = true
  }

  private mutating func write(_ depth: Int, _ content: String) {
    for _ in 0..<depth { text += "  " }
    text += content
    text += "\n"
  }

  /// A key with these lines as its value.
  mutating func entry(_ depth: Int, _ key: String, _ value: YAMLLines) {
    line(depth, YAMLScalar.text(key) + (value.hasContent ? ":" : ": {}"))
    text += value.text
  }

  mutating func entry(_ depth: Int, _ key: String, _ value: String) {
    line(depth, YAMLScalar.text(key) + ": " + YAMLScalar.text(value))
  }

  mutating func entry(_ depth: Int, _ key: String, ifThere value: String?) {
    if let value, !value.isEmpty { entry(depth, key, value) }
  }

  /// With a comment in its place where it cannot be printed: older versions took any text, manifests do not.
  mutating func displayName(_ depth: Int, _ name: String?) {
    guard let name, !DisplayName.isValid(name) else { return entry(depth, "displayName", ifThere: name) }
    comment(depth, "displayName: left out, and so not managed: it has characters that cannot be printed")
  }

  /// Names may have line breaks, which would end the comment.
  mutating func comment(_ depth: Int, _ text: String) {
    write(depth, "# " + Inert.line(text))
  }

  /// With a comment in its place where the policy does not know it: it would make invalid manifests.
  mutating func subscription(_ depth: Int, _ name: String?, _ policy: Policy) {
    guard let name, !policy.knows(name) else { return entry(depth, "subscription", ifThere: name) }
    comment(depth, "subscription: left out, and so not managed: the policy in force does not know \(name)")
  }

  /// Begins a document; the first stands alone, others after a `---`.
  mutating func document(_ kind: String) {
    if !text.isEmpty { text += "---\n" }
    line(0, "apiVersion: tenure/v1")
    line(0, "kind: \(kind)")
  }
}

extension Sequence where Element == String {
  func inByteOrder() -> [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
