import ArgumentParser
import GitReader
import Manifests
import Model
import Reconciling
import Reports

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Show the policy in force.",
    discussion: "EXAMPLE: tenure policy show acme --matrix", subcommands: [PolicyShow.self])
}

struct PolicyShow: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the policy in force, complete, with the origin of each value.",
    discussion: """
      Read from the manifests of a commit like a plan; where there are none, the preset that is then in force. With ORG \
      that organization's own, else the policy for all. An origin is a preset or file:line.

      EXAMPLE: tenure policy show acme --matrix
      """)

  @Argument(
    help: ArgumentHelp("An organization (default: the policy for all).", valueName: "org"), completion: .organizations)
  var organization: String?

  @Flag(help: "Show what each role may do instead, as tables.")
  var matrix = false

  @Option(help: "How to show it.")
  var format = ListFormat.text

  @OptionGroup var source: SourceOptions
  @OptionGroup var clock: ClockOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard let reading = try read() else {
      if let organization {
        throw Failure(
          .failure, "there is no organization '\(organization)': there are no manifests",
          hint: "tenure init writes some")
      }
      show(try StoredState.preset(Policies.defaultPreset), files: [], console)
      return .success
    }
    guard !reading.isUnusable else {
      Findings.show(reading, console)
      return .invalidManifests
    }
    show(try policy(in: reading), files: reading.desired.files, console)
    return .success
  }

  /// Nil where there are no manifests at all.
  private func read() throws -> Reading? {
    let settings = try Settings.load()
    do {
      let reading = try source.open(settings).read(now: try clock.instant())
      return reading.diagnostics.contains { $0.code == "no-manifests" } ? nil : reading
    } catch let error as GitError where [.notARepository, .unborn].contains(error.code) && source.repo == nil {
      return nil
    }
  }

  private func policy(in reading: Reading) throws -> PolicyInForce {
    guard let organization else { return reading.desired.policy }
    let organizations = reading.desired.tenants.filter { $0.account == nil }
    if let found = organizations.first(where: { $0.name == organization }) { return found.policy }
    if reading.desired.stopped.contains(organization) {
      throw Failure(
        .invalidManifests, "the manifests of \(organization) have errors", hint: "tenure validate shows them")
    }
    throw Unknown.thing(
      "organization", organization, among: organizations.map(\.name), otherwise: "no manifest declares it")
  }

  private func show(_ policy: PolicyInForce, files: [String], _ console: Console) {
    let report = PolicyReport(policy, files: files)
    switch (format, matrix) {
    case (.text, false): console.out(report.table.render(color: console.usesColor))
    case (.text, true): console.out(report.matrices(color: console.usesColor))
    case (.json, false): console.out(report.json(organization).pretty() + "\n")
    case (.json, true): console.out(report.matrixJSON(organization).pretty() + "\n")
    }
  }
}

/// A policy as tables.
struct PolicyReport {
  private let policy: PolicyInForce
  private let files: [String]

  init(_ policy: PolicyInForce, files: [String]) { (self.policy, self.files) = (policy, files) }

  private var leaves: [(path: String, value: String)] {
    policy.canonical.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
  }

  var table: TextTable {
    TextTable(header: ["path", "value", "origin"], rows: leaves.map { [$0.path, $0.value, origin($0.path)] })
  }

  private func origin(_ path: String) -> String {
    switch policy.origins[path] {
    case .manifest(let mark): SourceLocation(mark, files: files).map { "\($0.file):\($0.line)" } ?? "manifest"
    case .preset(let name): "preset \(name)"
    case nil: "preset \(policy.policy.preset)"
    }
  }

  func json(_ organization: String?) -> JSONValue {
    [
      "organization": JSONValue(organization), "preset": .string(policy.policy.preset),
      "values": .array(
        leaves.map { ["path": .string($0.path), "value": .string($0.value), "origin": .string(origin($0.path))] }),
    ]
  }

  /// Permissions down, roles across, the highest rank first.
  func matrices(color: Bool) -> String {
    RoleScope.allCases.map { scope in
      let roles = policy.policy.roles(scope)
      let rows = policy.policy.permissions(inTableOf: scope).filter { $0 != .all }.map { permission in
        [permission.rawValue] + roles.map { $0.may(permission) ? "yes" : "-" }
      }
      let title = "Roles of \(scope.rawValue)s:\n\n"
      return title + TextTable(header: ["permission"] + roles.map(\.name), rows: rows).render(color: color)
    }.joined(separator: "\n")
  }

  func matrixJSON(_ organization: String?) -> JSONValue {
    let scopes = RoleScope.allCases.map { scope in
      let rows = policy.policy.permissions(inTableOf: scope)
      return JSONValue.Member(scope.rawValue, .array(policy.policy.roles(scope).map { self.role($0, rows) }))
    }
    return ["organization": JSONValue(organization), "roles": .object(scopes)]
  }

  private func role(_ role: Role, _ rows: [Permission]) -> JSONValue {
    let permissions = rows.filter { $0 != .all && role.may($0) }.map(\.rawValue)
    return ["role": .string(role.name), "rank": JSONValue(role.rank), "permissions": JSONValue(permissions)]
  }
}
