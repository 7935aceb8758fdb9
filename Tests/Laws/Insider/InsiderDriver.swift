/// Chooses what happens next, by chance and by what is there.
struct InsiderDriver {
  let setting: InsiderLife.Setting
  var chance: Chance
  var made = 10
  /// The manifests with nothing in them but what people with rights wrote.
  var clean = Declared()

  init(_ setting: InsiderLife.Setting, seed: UInt64) {
    (self.setting, chance) = (setting, Chance(seed: seed))
    clean.make(People.company(setting))
  }

  static func beginning(_ setting: InsiderLife.Setting) -> [Move] {
    [
      .commit(People.company(setting), by: [People.ada], on: "main", approver: nil), .apply(.init()),
      .command(.signUp(People.mallory), by: nil), .command(.accept("acme", by: People.mallory), by: People.mallory),
      .command(.signUp(People.ada), by: nil), .command(.accept("acme", by: People.ada), by: People.ada),
      .command(.accept("hooli", by: People.ada), by: People.ada), .apply(.init()),
    ]
  }

  /// The moves that come next: one, or some that belong together.
  mutating func next(_ life: InsiderLife) -> [Move] {
    switch chance.number(0..<100) {
    case 0..<24: return chance.percent(60) ? plot(life) : [insiders(life, on: "main"), .apply(unreviewed(life))]
    case 24..<36: return [insiders(life, on: "main")]
    case 36..<46: return [others(life, on: "main")] + (chance.percent(60) ? [.apply(pipeline(life))] : [])
    case 46..<54: return request(life)
    case 54..<66: return [.apply(pipeline(life))]
    case 66..<72: return [.run]
    case 72..<75: return [.attest(approver: nil)]
    case 75..<88: return [command(life)]
    case 88..<95: return [.later(days: chance.one([1, 1, 3, 8]))]
    case 95..<97: return [.idle(66, by: chance.one([People.bob, People.mallory]), on: "main"), .apply(pipeline(life))]
    default: return rewind(life)
    }
  }

  func tree(_ life: InsiderLife, _ branch: String) -> Declared { life.graph.commit(of: branch)?.after ?? Declared() }

  // MARK: Commits

  /// A commit by the insider, or by whom they let in.
  mutating func insiders(_ life: InsiderLife, on branch: String, isBroken: Bool = false) -> Move {
    let tree = tree(life, branch)
    var edits = attack(tree, life)
    if isBroken || chance.percent(12) { edits.append(.broken(People.acme, true)) }
    // Where nobody is asked about rights, whoever else may commit may let mallory in.
    var authors = [!setting.asksActors || chance.percent(80) ? People.mallory : People.eve]
    if chance.percent(8) { authors.append(chance.one([People.ada, People.eve, People.mallory])) }
    let all = authors.enumerated().filter { authors.firstIndex(of: $1) == $0 }.map(\.1)
    return .commit(edits, by: all, on: branch, approver: trailer(tree, edits, life))
  }

  /// Where commits are believed, nobody writes another's name into their own; here the trailers are true.
  private mutating func trailer(_ tree: Declared, _ edits: [Edit], _ life: InsiderLife) -> String? {
    guard chance.percent(15) else { return nil }
    if chance.percent(40) { return chance.one([People.eve, People.mallory]) }
    return isHarmless(tree, edits, life) ? chance.one([People.ada, People.bob]) : nil
  }

  /// A commit by somebody with rights, who gives the insider none.
  mutating func others(_ life: InsiderLife, on branch: String) -> Move {
    let tree = tree(life, branch)
    let author = chance.one([People.ada, People.bob])
    var edits = work(tree, life)
    if !isHarmless(tree, edits, life) { edits = [.displayName("acme/web", chance.one(["One", "Two", "Three"]))] }
    clean.make(edits)
    return .commit(edits, by: [author], on: branch, approver: nil)
  }

  /// Whether somebody with rights may do, or approve, it without giving the insider a right to give.
  func isHarmless(_ tree: Declared, _ edits: [Edit], _ life: InsiderLife) -> Bool {
    var after = tree
    after.make(edits)
    return isHarmless(from: tree, to: after, edits, life)
  }

  func isHarmless(from before: Declared, to after: Declared, _ edits: [Edit], _ life: InsiderLife) -> Bool {
    let isOrdinary = edits.allSatisfy { edit in
      switch edit {
      case .entry(_, let name, _): [People.mallory, People.eve, People.guest, "gang", "crew", "sre"].contains(name)
      case .group, .displayName, .made, .renamed, .broken, .list, .restored: true
      case .owner(_, let owner): owner == People.ada
      case .policy(_, .rule("member-cap", _)): before.policy.isPlain && before.ownPolicies.isEmpty
      case .keys, .additive, .state, .dropped, .claims, .founded, .account, .policy: false
      }
    }
    let gift = Gift(before: before, after: after, now: life.engine.now.instant)
    let isPlain = after.policy.isPlain && after.ownPolicies.isEmpty
    return isOrdinary && (!gift.changesPolicy || isPlain) && !gift.empowers([People.mallory, People.eve])
      && (after.accounts.isEmpty || before.accounts == after.accounts)
  }

  // MARK: Pipelines

  mutating func pipeline(_ life: InsiderLife) -> Move.Pipeline {
    var pipeline = Move.Pipeline()
    if setting.isAttested, let main = life.main, chance.percent(25) {
      if chance.percent(40) {
        pipeline.approver = chance.one([People.eve, People.mallory])
      } else if isHarmless(difference: main, life) {
        pipeline.approver = chance.one([People.ada, People.bob])
      }
    }
    if chance.percent(12) { pipeline.depth = chance.one([1, 2, 2, 3]) }
    pipeline.isFull = chance.percent(15)
    pipeline.allowsMove = setting.asksActors && chance.percent(6)
    pipeline.allowsRewind = pipeline.depth != nil && chance.percent(30)
    return pipeline
  }

  /// Of a change that is still to come: nobody with rights has seen it.
  private mutating func unreviewed(_ life: InsiderLife) -> Move.Pipeline {
    var pipeline = pipeline(life)
    if pipeline.approver.map(People.entitled.contains) ?? false { pipeline.approver = nil }
    return pipeline
  }

  private func isHarmless(difference position: Int, _ life: InsiderLife) -> Bool {
    let commits = life.graph.difference(position).map { life.graph.commits[$0] }
    let first = life.graph.commits[position].parents.first.map { life.graph.commits[$0].after } ?? Declared()
    return commits.allSatisfy { isHarmless(from: $0.before, to: $0.after, $0.edits, life) }
      && isHarmless(from: first, to: life.graph.commits[position].after, [], life)
  }

  /// A pull request: a branch, commits on it, by whoever pushes there, and a merge.
  private mutating func request(_ life: InsiderLife) -> [Move] {
    var moves: [Move] = [.branch("work", from: "main")]
    let before = tree(life, "main")
    var after = before
    var all: [Edit] = []
    for _ in 0..<chance.number(1..<3) {
      let move = chance.percent(70) ? insiders(life, on: "main") : others(life, on: "main")
      guard case .commit(let edits, let authors, _, _) = move else { continue }
      after.make(edits)
      all += edits
      moves.append(.commit(edits, by: authors, on: "work", approver: nil))
    }
    if chance.percent(30) { moves.append(others(life, on: "main")) }
    let isSafe = moves.count < 4 && isHarmless(from: before, to: after, all, life)
    let merger = isSafe && chance.percent(60) ? chance.one([People.ada, People.bob]) : People.mallory
    let evil = merger == People.mallory && chance.percent(25) ? attack(after, life) : []
    moves.append(.merge("work", into: "main", by: merger, edits: evil))
    var pipeline = Move.Pipeline()
    if setting.isAttested, chance.percent(50) {
      pipeline.approver = isSafe ? chance.one([People.ada, People.bob]) : chance.one([People.eve, People.mallory])
    }
    if chance.percent(70) { moves.append(.apply(pipeline)) }
    return moves
  }

  private mutating func rewind(_ life: InsiderLife) -> [Move] {
    let count = chance.number(1..<3)
    guard let main = life.main, life.graph.line(main).count > count + 2 else { return [.run] }
    return [.rewind(count, by: People.mallory), .apply(.init(allowsRewind: true)), .run]
  }
}

extension Declared.PolicyDocument {
  /// Nobody but ada said anything in it.
  var isPlain: Bool { operators.isEmpty && roles.isEmpty && rules["no-self-change"] == nil }
}
