import ArgumentParser
import Model
import Planning
import Reconciling

/// What `plan` and `apply` ask of planning.
struct PlanningOptions: ParsableArguments {
  @Option(
    name: [.customLong("only"), .customLong("target")], parsing: .upToNextOption,
    help: ArgumentHelp("Plan only these organizations and workspaces.", valueName: "path"), completion: .paths)
  var only: [String] = []

  @Flag(help: "Plan only what somebody changed in the stored state since the last apply.")
  var driftOnly = false

  @OptionGroup var judging: JudgingOptions

  /// `apply` is what refuses to go back; plans list that it may.
  @Flag(help: "Go back to a commit that does not descend from the one applied before.")
  var allowRewind = false

  var actor: [String] { judging.actor }
  var approvedBy: [String] { judging.approvedBy }

  func options() throws -> PlanOptions {
    var options = try judging.options()
    options.driftOnly = driftOnly
    options.allowRewind = allowRewind
    options.only = try only.map { text in
      guard let path = Path(text) else {
        throw Failure(.usage, "--only '\(text)' is no path", hint: "write acme, acme/ml or ~EMAIL/Personal")
      }
      return path
    }
    return options
  }
}

/// Who answers for a change, and which rules it may pass this once.
struct JudgingOptions: ParsableArguments {
  @Flag(help: "All or nothing for each organization.")
  var atomic = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "People who made the newest change, or with A..B:EMAIL what B has and A does not.", valueName: "email"))
  var actor: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("People who approved it; also with a range.", valueName: "email"))
  var approvedBy: [String] = []

  @Option(
    name: .customLong("override"), parsing: .upToNextOption,
    help: ArgumentHelp("Switch a protection rule off for this invocation; needs --reason.", valueName: "rule[@org]"),
    completion: .rules)
  var overrides: [String] = []

  @Option(
    help: ArgumentHelp("Why the rule is overridden; goes into the audit log and every report.", valueName: "text"))
  var reason: String?

  @Flag(help: "Let tombstones delete workspaces.")
  var allowDeletion = false

  @Flag(help: "Let `formerly:` move accounts to other emails.")
  var allowMove = false

  func options() throws -> PlanOptions {
    var options = PlanOptions()
    options.allowDeletion = allowDeletion
    options.allowMove = allowMove
    options.atomic = atomic
    _ = try statements()
    options.overrides = try readOverrides()
    return options
  }

  func statements() throws -> Statements { try Statements(actors: actor, approvers: approvedBy) }

  private func readOverrides() throws -> [Override] {
    guard !overrides.isEmpty else { return [] }
    guard let reason, !reason.allSatisfy(\.isWhitespace) else {
      throw Failure(.usage, "--override needs --reason", hint: "say why: it goes into the audit log and every report")
    }
    return try overrides.map { text in
      let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
      guard let name = parts.first, let rule = RuleName(rawValue: name) else {
        let near = Nearest.name(to: parts.first ?? "", among: RuleName.allCases.map(\.rawValue))
        throw Failure(
          .usage, "there is no rule '\(parts.first ?? text)'",
          hint: near.map { "did you mean '\($0)'?" } ?? "tenure rules lists them")
      }
      return Override(rule: rule, organization: parts.count == 2 ? parts[1] : nil, reason: reason)
    }
  }
}

extension Statements {
  /// As options give them.
  init(actors: [String], approvers: [String]) throws {
    func read(_ text: String) throws -> Statement {
      guard let statement = Statement(text) else {
        throw Failure(
          .usage, "'\(text)' is no email", hint: "write EMAIL, or A..B:EMAIL for the commits that B has and A does not")
      }
      return statement
    }
    self.init(actors: try actors.map(read), approvers: try approvers.map(read))
  }
}
