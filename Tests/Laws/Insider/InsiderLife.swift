import Foundation
import Model
import Planning
import Reconciling
import Store

/// A company with an insider, whose history is lived move by move; the oracle is asked after each that may change what
/// somebody holds.
final class InsiderLife {
  /// Whom the company believes.
  struct Setting: Hashable, CustomStringConvertible {
    var isAttested: Bool
    var asksActors: Bool
    var admission = "direct"
    var hasMemory = false
    /// Whether `mallory` alone is looked at: without `actor-allowed` whoever may commit may let others in.
    var watched: [String] { asksActors ? [People.mallory, People.eve] : [People.mallory] }

    var description: String {
      "identity: \(isAttested ? "attested" : "commit"), actor-allowed: \(asksActors ? "on" : "off"), \(admission)"
        + (hasMemory ? ", with memory" : "")
    }
  }

  let setting: Setting
  let engine: Engine
  private(set) var graph = Graph()
  private(set) var moves: [Move] = []
  private(set) var oracle: InsiderOracle
  private(set) var stored: Stored
  private var time = 1_700_000_000
  /// Who moved `main` by force since the last apply.
  private var pusher: String?
  private(set) var counts: [String: Int] = [:]

  init(_ setting: Setting) throws {
    self.setting = setting
    engine = try Engine(hasMemory: setting.hasMemory)
    oracle = InsiderOracle(setting)
    stored = try engine.stored()
  }

  var main: Int? { graph.tips["main"] }

  /// Commits of `main` of which no pipeline said who made them, oldest first. A merge is left out: it would be said to
  /// have made what it brings in.
  var unsaid: [Int] {
    guard let main, setting.isAttested else { return [] }
    return graph.reachable(main).sorted().filter {
      !graph.commits[$0].isAttested && graph.commits[$0].parents.count == 1
    }
  }

  /// - Returns: what does not hold after it.
  func live(_ move: Move) throws -> [Violation] {
    moves.append(move)
    switch move {
    case .commit, .idle, .branch, .merge, .forward, .rewind:
      try record(move)
      return []
    case .later(let days):
      engine.now = engine.now.later(days * Day.seconds)
      return []
    case .command(let command, let person): return try live(command, by: person)
    case .attest(let approver):
      try attest(approver)
      return []
    case .apply(let pipeline): return try apply(pipeline, isRun: false)
    case .run: return try apply(Move.Pipeline(), isRun: true)
    }
  }

  // MARK: Commits

  private func record(_ move: Move) throws {
    switch move {
    case .commit(let edits, let authors, let branch, let approver):
      let parent = graph.tips[branch]
      if parent == nil, branch != "main" { return }
      let before = parent.map { graph.commits[$0].after } ?? Declared()
      try add(edits, to: before, parents: parent.map { [$0] } ?? [], authors, approver, branch)
    case .idle(let count, let author, let branch):
      guard let parent = graph.tips[branch] else { return }
      time += count
      let ids = try engine.idle(
        count, author: author, parent: graph.commits[parent].id, branch: branch, time: time - count)
      let tree = graph.commits[parent].after
      for id in ids {
        let own = Graph.Commit(
          id: id, parents: graph.tips[branch].map { [$0] } ?? [], edits: [], before: tree, after: tree,
          authors: [author])
        graph.add(own, to: branch)
      }
    case .branch(let branch, let other):
      guard branch != "main", let position = graph.tips[other] else { return }
      try point(branch, to: position)
    case .merge(let other, let branch, let author, let edits):
      guard let own = graph.tips[branch], let theirs = graph.tips[other], !graph.reachable(own).contains(theirs) else {
        return
      }
      try add(edits, to: graph.merged(theirs, into: own), parents: [own, theirs], [author], nil, branch)
    case .forward(let branch, let other):
      guard let own = graph.tips[branch], let theirs = graph.tips[other], graph.reachable(theirs).contains(own) else {
        return
      }
      try point(branch, to: theirs)
    case .rewind(let count, let author):
      guard let main, graph.line(main).count > count else { return }
      pusher = author
      try point("main", to: graph.line(main)[count])
    case .apply, .run, .attest, .command, .later: break
    }
  }

  private func add(
    _ edits: [Edit], to before: Declared, parents: [Int], _ authors: [String], _ approver: String?, _ branch: String
  ) throws {
    time += 1
    var after = before
    after.make(edits)
    let id = try engine.commit(
      after, authors: authors, approver: approver, parents: parents.map { graph.commits[$0].id }, branch: branch,
      time: time)
    graph.add(
      Graph.Commit(
        id: id, parents: parents, edits: edits, before: before, after: after, authors: authors, approver: approver),
      to: branch)
  }

  private func point(_ branch: String, to position: Int) throws {
    try engine.point(branch, to: graph.commits[position].id)
    graph.point(branch, to: position)
  }

  // MARK: Pipelines

  /// What the pipeline says of the newest change: whoever made it, and who approved it.
  func statements(_ pipeline: Move.Pipeline) -> [(option: String, email: String)] {
    guard setting.isAttested, let main else { return [] }
    var actors = Set(graph.difference(main).flatMap { graph.commits[$0].authors })
    if let pusher { actors.insert(pusher) }
    let approvers = pipeline.approver.map { [("approved-by", $0)] } ?? []
    return actors.sorted().map { ("actor", $0) } + approvers
  }

  private func attest(_ approver: String?) throws {
    guard let main else { return }
    for position in unsaid {
      let commit = graph.commits[position]
      let actors = commit.authors.compactMap { Statements.Statement("\(commit.id)^..\(commit.id):\($0)") }
      let approvers = approver.flatMap { Statements.Statement($0) }.map { [$0] } ?? []
      _ = try Statements(actors: actors, approvers: approvers).record(
        engine.source().repository, planned: graph.commits[main].id, in: engine.store, at: engine.now.instant)
      note(approver, of: [position])
    }
  }

  /// Nobody approves what they are said to have made.
  private func note(_ approver: String?, of positions: Set<Int>) {
    let actors = Set(positions.flatMap { graph.commits[$0].authors })
    for position in positions {
      graph.change(position) { commit in
        commit.isAttested = true
        if let approver, !actors.contains(approver) { commit.reviewers.insert(approver) }
      }
    }
  }

  private func apply(_ pipeline: Move.Pipeline, isRun: Bool) throws -> [Violation] {
    guard let main else { return [] }
    let said = isRun ? [] : statements(pipeline)
    let outcome = try engine.apply(
      pipeline, isRun: isRun, actors: said.filter { $0.option == "actor" }.map(\.email),
      approvers: said.filter { $0.option != "actor" }.map(\.email))
    guard case .planned(let plan, let failures) = outcome else { return [] }
    if let failure = failures.first { return [Violation(.appliesEnd, "an apply that fails", failure)] }
    counts["applied", default: 0] += plan.applicable.count
    counts["blocked", default: 0] += plan.blocked.count
    counts["waiting", default: 0] += plan.waiting.count
    if !isRun {
      // What a pipeline says is kept with the apply that it is said to.
      if setting.isAttested { note(pipeline.approver, of: graph.difference(main)) }
      if let pusher { oracle.rewound(to: main, by: pusher, graph, engine.now.instant) }
      pusher = nil
    }
    stored = try engine.stored()
    let found = try oracle.applied(main, plan, graph, stored, engine)
    return try found.isEmpty ? oracle.probe(engine) : found
  }

  // MARK: By hand

  private func live(_ command: Step.Command, by person: String?) throws -> [Violation] {
    let isDone = try engine.run(command, actor: person)
    stored = try engine.stored()
    if isDone { counts["commands", default: 0] += 1 }
    return try oracle.commanded(command, by: person, isDone: isDone, stored, engine)
  }
}

extension Engine {
  enum Outcome {
    /// The manifests cannot be planned, or the commit is behind what was applied.
    case refused
    case planned(Plan, failures: [String])
  }

  func source(_ repository: String? = nil) throws -> DesiredSource {
    try DesiredSource.open(repository ?? folder + "/repo", ref: "main", isWorktree: false, manifests: "manifests")
  }

  /// As the commands do it: `tenure apply`, or a cycle of `tenure run`.
  func apply(_ pipeline: Move.Pipeline, isRun: Bool, actors: [String], approvers: [String]) throws -> Outcome {
    let clone = try pipeline.depth.map { try shallowClone($0) }
    defer { if let clone { try? FileManager.default.removeItem(atPath: clone) } }
    let source = try source(clone)
    var options = PlanOptions()
    (options.allowMove, options.allowRewind) = (pipeline.allowsMove, pipeline.allowsRewind)
    let statements = Statements(
      actors: actors.compactMap { .init($0) }, approvers: approvers.compactMap { .init($0) })
    let reconciliation = Reconciliation(source: source, options: options, statements: statements, now: now.instant)
    let memo = MemoFile(folder: folder + "/cache", source: source, store: "state.db", program: "laws")
    let found = try reconciliation.reconcile(
      hasMemory && !pipeline.isFull && clone == nil ? .changes(since: memo) : .full, isRecording: true,
      listsAll: !isRun, openStore: { store })
    guard let proposal = found.proposal else { return .refused }
    if !options.allowRewind, try !reconciliation.rewound(proposal.appliedCommits, found.reading.source.commit).isEmpty {
      return .refused
    }
    var applier = Applier(store: store, input: proposal.input, rewind: proposal.rewind)
    let outcomes = try applier.apply(proposal.planned)
    found.remember(recorded: applier.recorded)
    let failures = outcomes.filter { $0.status == .failed }.map { "\($0.organization): \($0.message ?? "")" }
    return .planned(proposal.plan, failures: failures)
  }

  private func shallowClone(_ depth: Int) throws -> String {
    let clone = folder + "/clone"
    _ = try git(
      ["clone", "-q", "--bare", "--depth", "\(depth)", "--branch", "main", "file://\(folder)/repo", clone])
    return clone
  }
}
