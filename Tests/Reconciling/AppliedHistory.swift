import Foundation
import Manifests
import Model
import Planning
import Reconciling
import SQLiteStore
import Store
import Testing

/// A store to which manifests are applied, commit after commit, without a repository.
final class AppliedHistory {
  let folder = FileManager.default.temporaryDirectory.path + "/tenure-history-\(UUID().uuidString)"
  let store: SQLiteStore
  private(set) var now = Instant(seconds: 1_800_000_000)

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try SQLiteStore.open(path: folder + "/state.db", mode: .readWriteCreate)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What planning `manifests` as the commit of this number needs.
  func input(_ manifests: String, commit: Int) throws -> PlanInput {
    let file = Snapshot.File(path: "manifests/all.yaml", objectID: nil, bytes: Array(manifests.utf8))
    let digits = String(commit)
    let id = String(repeating: "0", count: 40 - digits.count) + digits
    let source = PlanSource(repository: ".", ref: "main", commit: id, manifests: "manifests")
    let reading = DesiredSource.compile(Snapshot(files: [file], commit: id), now: now, source: source)
    try #require(!reading.hasErrors, "\(reading.diagnostics)\n\(manifests)")
    var names = reading.names
    let actual = try store.read(.everything, names: &names)
    var options = PlanOptions()
    options.allowDeletion = true
    return PlanInput(
      source: source, engine: "sqlite", desired: reading.desired, actual: actual, names: names,
      appliedPolicies: try actual.policies.mapValues(Policies.policy(fromCanonical:)), now: now, options: options)
  }

  /// What planning `new` needs where `old`, commit 1, has been applied and accepted as a whole.
  func settledInput(_ old: String, _ new: String) throws -> PlanInput {
    var names = NameTable()
    func compiled(_ text: String, _ names: inout NameTable) -> DesiredState {
      let file = Snapshot.File(path: "manifests/all.yaml", objectID: nil, bytes: Array(text.utf8))
      return ManifestLoader.load(Snapshot(files: [file], commit: nil), now: now, names: &names, parse: parseYAML)
        .desired
    }
    let (before, after) = (compiled(old, &names), compiled(new, &names))
    let actual = SettledState.actual(
      of: before, next: after, commit: String(repeating: "0", count: 39) + "1", time: now, names: &names, digest: digest
    )
    var input = try input(new, commit: 2)
    (input.desired, input.actual, input.names) = (after, actual, names)
    input.appliedPolicies = try actual.policies.mapValues(Policies.policy(fromCanonical:))
    return input
  }

  func apply(_ input: PlanInput, _ planned: Planned) throws -> [Applier.Outcome] {
    var applier = Applier(store: store, input: input)
    return try applier.apply(planned)
  }

  /// Roles by person, of the organization (nil) and each workspace.
  func rolls(_ organization: String) throws -> [String?: [String: String]] {
    var names = NameTable()
    let tenants = try store.read(.everything, names: &names).tenants
    guard let tenant = tenants.first(where: { $0.name == organization }) else { return [:] }
    func roles(_ roll: Roll) -> [String: String] {
      Dictionary(uniqueKeysWithValues: roll.members.map { (names.text($0.person), names.text($0.role)) })
    }
    var result: [String?: [String: String]] = [nil: roles(tenant.roll)]
    for workspace in tenant.workspaces { result[names.text(workspace.name)] = roles(workspace.roll) }
    return result
  }
}

/// `TENURE_ROUNDS=200` looks longer.
let rounds = Int(ProcessInfo.processInfo.environment["TENURE_ROUNDS"] ?? "") ?? 12
