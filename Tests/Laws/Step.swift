/// One thing that happens to a company. A history is a list of them, which can be lived again, whole or in part.
enum Step: Hashable {
  case commit(Declared, author: String, approver: String?)
  case apply(Applying)
  case plan(Applying)
  /// A command by hand; `actor` nil: the operator.
  case command(Command, actor: String?)
  case later(seconds: Int64)
  /// Every view is asked.
  case look

  /// Options of one invocation.
  struct Applying: Hashable {
    var overrides: [String] = []
    /// Paths.
    var only: [String] = []
    var allowsDeletion = false
    var allowsMove = false
    var isAtomic = false
    /// As `tenure run` does it: nothing but the commit.
    var isRun = false
  }

  enum Command: Hashable {
    case signUp(String)
    case suspend(String)
    case resume(String)
    case move(String, to: String)
    case accept(String, by: String)
    case decline(String, by: String)
    case leave(String, by: String)
    case invite(String, String, role: String)
    case add(String, String, role: String)
    case setRole(String, String, role: String)
    case remove(String, String)
    case cancel(String, String)
    case transfer(String, to: String)
    case createWorkspace(String)
    case deleteWorkspace(String)
    case createKey(String, String)
    case revokeKey(String, String)
    case suspendOrganization(String)
    case resumeOrganization(String)
  }
}

extension Step.Command {
  /// Words of the command line.
  var words: String {
    switch self {
    case .signUp(let email): "account sign-up \(email)"
    case .suspend(let email): "account suspend \(email) --reason law"
    case .resume(let email): "account resume \(email)"
    case .move(let old, let new): "account move \(old) \(new)"
    case .accept(let path, let email): "invitation accept \(path) --as \(email)"
    case .decline(let path, let email): "invitation decline \(path) --as \(email)"
    case .leave(let path, let email): "workspace leave \(path) --as \(email)"
    case .invite(let path, let email, let role): "member invite \(path) \(email) --role \(role)"
    case .add(let path, let email, let role): "member add \(path) \(email) --role \(role)"
    case .setRole(let path, let email, let role): "member set-role \(path) \(email) \(role)"
    case .remove(let path, let email): "member remove \(path) \(email)"
    case .cancel(let path, let email): "invitation cancel \(path) \(email)"
    case .transfer(let path, let email): "workspace transfer \(path) \(email)"
    case .createWorkspace(let path): "workspace create \(path)"
    case .deleteWorkspace(let path): "workspace delete \(path) --yes"
    case .createKey(let path, let name): "api-key create \(path) \(name)"
    case .revokeKey(let path, let name): "api-key revoke \(path) \(name) --yes"
    case .suspendOrganization(let name): "suspend \(name) --reason law"
    case .resumeOrganization(let name): "resume \(name)"
    }
  }

  /// Where it is done, and whom it concerns; nil where it is about neither.
  var place: (path: String, email: String)? {
    switch self {
    case .accept(let path, let email), .decline(let path, let email), .leave(let path, let email),
      .invite(let path, let email, _), .add(let path, let email, _), .setRole(let path, let email, _),
      .remove(let path, let email), .cancel(let path, let email), .transfer(let path, let email):
      (path, email)
    case .signUp, .suspend, .resume, .move, .createWorkspace, .deleteWorkspace, .createKey, .revokeKey,
      .suspendOrganization, .resumeOrganization:
      nil
    }
  }
}

extension Step.Applying {
  var words: String {
    var words: [String] = []
    if !isRun { words.append("--yes") }
    for rule in overrides { words.append("--override \(rule)") }
    if !overrides.isEmpty { words.append("--reason law") }
    for path in only { words.append("--only \(path)") }
    if allowsDeletion { words.append("--allow-deletion") }
    if allowsMove { words.append("--allow-move") }
    if isAtomic { words.append("--atomic") }
    return words.joined(separator: " ")
  }
}

extension [Step] {
  /// As a shell script that does the same; `start` is the instant at which it begins.
  func script(from start: Moment) -> String {
    var now = start
    var lines: [String] = []
    for step in self {
      switch step {
      case .commit(let declared, let author, let approver):
        let message = approver.map { "change\n\nApproved-by: A <\($0)>" } ?? "change"
        lines.append(
          "cat > manifests/all.yaml <<Y\n\(declared.text)Y\ngit add -A; git commit -qm '\(message)' --allow-empty "
            + "--author 'A <\(author)>'")
      case .apply(let options):
        lines.append("tenure apply \(options.words) --now \(now.text)\(options.isRun ? "   # a cycle of run" : "")")
      case .plan(let options): lines.append("tenure plan \(options.words) --now \(now.text)")
      case .command(let command, let actor):
        lines.append("tenure \(command.words)\(actor.map { " --as \($0)" } ?? "") --now \(now.text)")
      case .later(let seconds): now = now.later(seconds)
      case .look:
        lines.append("# who, workspace show, account show, why, expiring, may, api-key check --now \(now.text)")
      }
    }
    return lines.joined(separator: "\n")
  }
}
