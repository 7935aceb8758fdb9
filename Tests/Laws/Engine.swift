import Foundation
import GitReader
import Model
import Planning
import Reconciling
import SQLiteStore
import Store
import TestSupport
import Testing

/// A repository, a store and a clock, and Tenure between them: the only place of these tests that calls it.
final class Engine {
  let folder: String
  let store: SQLiteStore
  /// Whether plans build on what earlier ones remembered.
  let hasMemory: Bool
  var now = Moment()

  init(hasMemory: Bool) throws {
    self.hasMemory = hasMemory
    folder = FileManager.default.temporaryDirectory.path + "/tenure-laws-\(UUID().uuidString)"
    for name in ["repo/manifests", "cache"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    store = try SQLiteStore.open(path: folder + "/state.db", mode: .readWriteCreate)
    _ = try git(["init", "-q", "-b", "main"])
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  // MARK: Commits

  func git(_ arguments: [String], author: String = "ops@x.example", input: String? = nil) throws -> String {
    try TestSupport.git(arguments, in: folder + "/repo", author: author, input: input)
  }

  func commit(_ declared: Declared, author: String, approver: String?) throws {
    let root = "\(folder)/repo/manifests"
    try FileManager.default.removeItem(atPath: root)
    for (path, text) in declared.files {
      let place = URL(fileURLWithPath: "\(root)/\(path)")
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    _ = try git(["add", "-A"])
    let message = approver.map { "change\n\nApproved-by: A <\($0)>" } ?? "change"
    _ = try git(["commit", "-q", "--allow-empty", "-m", message], author: author)
  }

  // MARK: Plans

  struct Result {
    /// Nil: the manifests cannot be planned at all.
    var plan: Plan?
    var failures: [String] = []
    var errors: [String] = []
  }

  func reconcile(_ applying: Step.Applying, isApplied: Bool, isFull: Bool = false) throws -> Result {
    let source = try DesiredSource.open("\(folder)/repo", ref: "main", isWorktree: false, manifests: "manifests")
    let reconciliation = Reconciliation(source: source, options: options(applying), now: now.instant)
    let memo = MemoFile(folder: folder + "/cache", source: source, store: "state.db", program: "laws")
    let found = try reconciliation.reconcile(
      hasMemory && !isFull ? .changes(since: memo) : .full, isRecording: isApplied, listsAll: !applying.isRun,
      openStore: { store })
    var result = Result(plan: found.proposal?.plan)
    result.errors = found.reading.diagnostics.filter { $0.severity == .error }.map(\.message)
    guard let proposal = found.proposal else { return result }
    guard isApplied else {
      if !isFull { found.remember() }
      return result
    }
    var applier = Applier(store: store, input: proposal.input)
    let outcomes = try applier.apply(proposal.planned)
    found.remember(recorded: applier.recorded)
    result.failures = outcomes.filter { $0.status == .failed }.map { "\($0.organization): \($0.message ?? "")" }
    return result
  }

  private func options(_ applying: Step.Applying) -> PlanOptions {
    var options = PlanOptions()
    guard !applying.isRun else { return options }
    options.overrides = applying.overrides.compactMap { RuleName(rawValue: $0) }.map {
      Override(rule: $0, organization: nil, reason: "law")
    }
    options.only = applying.only.compactMap { Path($0) }
    options.allowDeletion = applying.allowsDeletion
    options.allowMove = applying.allowsMove
    options.atomic = applying.isAtomic
    return options
  }

  // MARK: Commands

  /// Whether it was done; what a rule refuses, or what makes no sense, is not.
  func run(_ command: Step.Command, actor: String?) throws -> Bool {
    do {
      return try attempt(command, actor: actor)
    } catch is HandworkError {
      return false
    }
  }

  private func attempt(_ command: Step.Command, actor: String?) throws -> Bool {
    func hand(_ actor: String?) -> Handwork { Handwork(store: store, actor: actor, now: now.instant) }
    func change(_ path: String, _ request: HandRequest, as other: String? = nil) throws -> Bool {
      guard let path = Path(path) else { return false }
      return try hand(other ?? actor).change(path, [request]).isClear
    }
    switch command {
    case .signUp(let email): return try hand(nil).signUp(email, displayName: nil).outcome.isClear
    case .suspend(let email): return try hand(nil).suspend(email, reason: "law")?.isClear ?? false
    case .resume(let email): return try hand(nil).suspend(email, reason: nil)?.isClear ?? false
    case .move(let old, let new): return try hand(nil).moveAccount(from: old, to: new).isClear
    case .accept(let path, let email): return try change(path, .accept(email: email), as: email)
    case .decline(let path, let email): return try change(path, .decline(email: email), as: email)
    case .leave(let path, let email): return try change(path, .leave(email: email), as: email)
    case .invite(let path, let email, let role): return try change(path, .invite(email: email, role: role))
    case .add(let path, let email, let role): return try change(path, .add(email: email, role: role))
    case .setRole(let path, let email, let role): return try change(path, .setRole(email: email, role: role))
    case .remove(let path, let email): return try change(path, .remove(email: email))
    case .cancel(let path, let email): return try change(path, .cancelInvitation(email: email))
    case .transfer(let path, let email): return try change(path, .transfer(email: email))
    case .createWorkspace(let path):
      guard let path = Path(path), let name = path.workspace else { return false }
      return try hand(actor).change(Path(tenant: path.tenant), [.createWorkspace(.init(name: name))]).isClear
    case .deleteWorkspace(let path): return try change(path, .deleteWorkspace)
    case .createKey(let path, let name):
      guard let path = Path(path) else { return false }
      let key = try hand(actor).createKey(path, name: name, limits: APIKeyLimits(monthly: nil, daily: nil))
      if let secret = key.secret {
        if let workspace = try stored().workspace(path.tenant, path.workspace ?? "") {
          secrets.append(Secret(text: secret, name: name, workspace: workspace.id))
        }
      }
      return key.secret != nil
    case .revokeKey(let path, let name):
      guard let path = Path(path) else { return false }
      return try hand(actor).revokeKey(path, name: name).isClear
    case .suspendOrganization(let name):
      return try TenantSuspension(store: store, actor: nil, now: now.instant).suspend(name, reason: "law")
        == .done
    case .resumeOrganization(let name):
      return try TenantSuspension(store: store, actor: nil, now: now.instant).resume(name) == .done
    }
  }

  /// A key that was made, with its only copy.
  struct Secret: Hashable {
    var text: String
    var name: String
    /// Its id.
    var workspace: Int64
  }

  private(set) var secrets: [Secret] = []

  func stored() throws -> Stored { try Stored(store) }
}
