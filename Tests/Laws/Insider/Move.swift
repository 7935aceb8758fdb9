/// One thing that happens in a history with an insider. Each makes sense, or does nothing, whatever happened before.
enum Move: Hashable {
  case commit([Edit], by: [String], on: String, approver: String?)
  /// Many commits that change nothing.
  case idle(Int, by: String, on: String)
  /// The branch begins, or begins anew, where another one is.
  case branch(String, from: String)
  /// The merge commit says what the edits add.
  case merge(String, into: String, by: String, edits: [Edit])
  /// A branch goes to where another one is, if that contains it.
  case forward(String, to: String)
  /// `main` goes some commits back along its first parents, by force.
  case rewind(Int, by: String)
  case apply(Pipeline)
  /// A cycle of `tenure run`.
  case run
  /// Whoever runs the pipeline says for every commit that nothing was said of who made it.
  case attest(approver: String?)
  /// By hand; nil: the operator.
  case command(Step.Command, by: String?)
  case later(days: Int64)

  /// A pipeline that applies: it names honestly who made the newest change.
  struct Pipeline: Hashable {
    /// Who reviewed the newest change, as the forge tells.
    var approver: String?
    /// Commits that its clone has; nil: all.
    var depth: Int?
    var allowsMove = false
    var allowsRewind = false
    /// Plans from scratch.
    var isFull = false
  }
}

extension [Move] {
  /// As a shell script that does the same.
  func script(_ setting: InsiderLife.Setting) throws -> String {
    let life = try InsiderLife(setting)
    var lines = [
      "git init -q -b main r && cd r && mkdir manifests",
      "as() { git -c user.name=x -c user.email=\"$1\" \"${@:2}\"; }",
    ]
    for move in self {
      let shown = life.lines(for: move)
      // What fails by an error is shown too.
      _ = try? life.live(move)
      lines += shown + life.tree(after: move)
    }
    return lines.joined(separator: "\n")
  }
}

extension InsiderLife {
  /// What the move is on a command line, told before it happens; commits are shown by ``tree(after:)``.
  func lines(for move: Move) -> [String] {
    let now = "--now \(engine.now.text)"
    switch move {
    case .commit(_, _, let branch, _), .idle(_, _, let branch), .merge(_, let branch, _, _):
      return ["git checkout -q \(branch)"]
    case .branch(let branch, let other): return ["git branch -f \(branch) \(other)"]
    case .forward(let branch, let other): return ["git checkout -q \(branch) && git merge -q --ff-only \(other)"]
    case .rewind(let count, _): return ["git checkout -q main && git reset -q --hard main~\(count)   # by force"]
    case .apply(let pipeline):
      let names = statements(pipeline).map { " --\($0.option) \($0.email)" }.joined()
      let line =
        "tenure apply --yes\(names)\(pipeline.allowsMove ? " --allow-move" : "")"
        + "\(pipeline.allowsRewind ? " --allow-rewind" : "")\(pipeline.isFull ? " --full" : "") \(now)"
      guard let depth = pipeline.depth else { return ["git checkout -q main && \(line)"] }
      return [
        "git checkout -q main && git clone -q --depth \(depth) \"file://$PWD\" ../clone && "
          + "(S=$PWD/.git/tenure/state.db; cd ../clone && TENURE_STATE=$S \(line)); rm -rf ../clone"
      ]
    case .run: return ["git checkout -q main && tenure apply --yes \(now)   # a cycle of tenure run"]
    case .attest(let approver):
      return unsaid.map { position in
        let (id, authors) = (graph.commits[position].id, graph.commits[position].authors)
        return "tenure attest \(authors.map { "\(id)^..\(id):\($0)" }.joined(separator: " "))"
          + "\(approver.map { " --approved-by \($0)" } ?? "")   # ids differ from run to run: position \(position)"
      }
    case .command(let command, let person):
      return ["tenure \(command.words)\(person.map { " --as \($0)" } ?? "") \(now)"]
    case .later: return []
    }
  }

  /// What the move committed.
  func tree(after move: Move) -> [String] {
    switch move {
    case .commit(_, let authors, let branch, let approver):
      guard let commit = graph.commit(of: branch) else { return [] }
      return [
        "cat > manifests/all.yaml <<'Y'\n\(commit.after.text)Y\ngit add -A; as \(authors[0]) commit -qm "
          + "'\(Graph.message(authors, approver))' --allow-empty"
      ]
    case .idle(let count, let author, _):
      return ["for i in $(seq \(count)); do as \(author) commit -q --allow-empty -m n; done"]
    case .merge(let other, let branch, let author, _):
      guard let commit = graph.commit(of: branch) else { return [] }
      return [
        "as \(author) merge -q --no-ff --no-commit \(other); cat > manifests/all.yaml <<'Y'\n\(commit.after.text)Y\n"
          + "git add -A; as \(author) commit -qm merge"
      ]
    case .branch, .forward, .rewind, .apply, .run, .attest, .command, .later: return []
    }
  }
}
