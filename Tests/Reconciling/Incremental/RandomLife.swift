import Model
import Planning
import Reconciling
import Store
import TestSupport

/// Commits, commands, writes with plain SQL, and time, in any order, with plans and applies between them.
struct RandomLife {
  let pair: IncrementalTests.Pair
  private var office: RandomOffice
  /// Without what makes a plan look at everything: other clocks, deleted caches, account moves, rewinds.
  private let isCalm: Bool
  private var day = 0
  private var commits: [(id: String, office: RandomOffice)] = []

  init(_ policy: RandomOffice.Policy, seed: UInt64, isCalm: Bool = false) throws {
    pair = try IncrementalTests.Pair(seed: seed)
    office = RandomOffice(policy, random: SplitMix(seed: seed))
    self.isCalm = isCalm
    pair.note("policy: \(policy.rawValue)")
    try commit("first")
    try pair.reconcile(applying: true)
  }

  mutating func live(steps: Int) throws {
    for _ in 0..<steps {
      if office.chance(50) { try commit(office.change(day: day, isCalm: isCalm)) }
      if office.chance(25) { try commit(office.change(day: day, isCalm: isCalm)) }
      if office.chance(30) { writeSQL() }
      for _ in 0..<office.number(0..<3) { try act() }
      if office.chance(30) { wait() }
      if !isCalm { try disturb() }
      try reconcile()
    }
  }

  private mutating func commit(_ message: String) throws {
    try pair.commit(office.files, message)
    commits.append((try pair.head(), office))
  }

  private mutating func wait() {
    let days = office.number(1..<9)
    day += days
    pair.now = pair.now.advanced(bySeconds: Int64(days) * 86_400)
    pair.note("\(days) days later")
  }

  private mutating func disturb() throws {
    switch office.number(0..<100) {
    case 0..<5: pair.forgetCache()
    case 5..<12:
      // An empty commit.
      try commit("nothing")
    case 12..<17:
      let (id, older) = commits[office.number(0..<commits.count)]
      try pair.rewind(to: id)
      office.take(older)
    case 17..<30:
      let number = office.number(0..<6)
      try commit(office.move(number))
    default: break
    }
  }

  /// A plan, an apply, or a plan again and again before the apply.
  private mutating func reconcile() throws {
    var options = PlanOptions()
    options.atomic = office.chance(10)
    options.allowMove = office.chance(40)
    options.allowDeletion = office.chance(30)
    if office.chance(10) { options.skipping = ["org-1"] }
    if !isCalm, office.chance(15) {
      let instant = pair.now.advanced(bySeconds: Int64(office.number(-9..<30)) * 43_200)
      pair.note("plan at \(instant)")
      try pair.reconcile(applying: false, options: options, .at(instant))
    }
    for _ in 0..<[0, 0, 1, 2][office.number(0..<4)] {
      var planning = options
      planning.driftOnly = office.chance(10)
      if office.chance(20) { planning.allowMove.toggle() }
      try reconcile(false, planning)
    }
    options.driftOnly = office.chance(10)
    try reconcile(office.chance(50), options)
  }

  private mutating func reconcile(_ applying: Bool, _ options: PlanOptions) throws {
    var words = [applying ? "apply" : "plan"]
    if options.atomic { words.append("--atomic") }
    if options.allowMove { words.append("--allow-move") }
    if options.allowDeletion { words.append("--allow-deletion") }
    if options.driftOnly { words.append("--drift-only") }
    if !options.skipping.isEmpty { words.append("skipping \(options.skipping.sorted())") }
    let isGoingOn = office.chance(30)
    if isGoingOn { words.append("in a process that goes on") }
    pair.note(words.joined(separator: " "))
    try pair.reconcile(applying: applying, options: options, isGoingOn ? .goingOn : .once)
  }

  /// What people do by command.
  private mutating func act() throws {
    let (p, q) = ("p\(office.number(0..<12))@x.example", "q\(office.number(0..<6))@x.example")
    let number = office.number(0..<6)
    let place = office.number(0..<4)
    let path = Path(tenant: "org-\(number)", workspace: [nil, "default", "a", "b"][place])
    let role = place == 0 ? "member" : office.roles[office.number(0..<office.roles.count)]
    switch office.number(0..<(isCalm ? 60 : 100)) {
    case 0..<25:
      let turn = office.number(0..<100)
      try pair.act(
        "accept or decline \(turn)",
        { hand, store in
          let open = try store.invitations(email: nil)
          guard !open.isEmpty, let path = Path(open[turn % open.count].path) else { return }
          let email = open[turn % open.count].email
          if try store.account(email: email) == nil { _ = try hand.signUp(email, displayName: nil) }
          _ = try hand.change(path, [turn % 5 == 0 ? .decline(email: email) : .accept(email: email)])
        })
    case 25..<35:
      try pair.act("remove \(p) from \(path)", { hand, _ in _ = try hand.change(path, [.remove(email: p)]) })
    case 35..<45:
      try pair.act("add \(p) to \(path)", { hand, _ in _ = try hand.change(path, [.add(email: p, role: role)]) })
    case 45..<50:
      try pair.act("\(p) leaves \(path)", { hand, _ in _ = try hand.change(path, [.leave(email: p)]) }, as: p)
    case 50..<55: try pair.act("suspend \(p)", { hand, _ in _ = try hand.suspend(p, reason: "lost laptop") })
    case 55..<60: try pair.act("resume \(p)", { hand, _ in _ = try hand.suspend(p, reason: nil) })
    case 60..<72: try pair.act("sign up \(q)", { hand, _ in _ = try hand.signUp(q, displayName: nil) })
    case 72..<78: try pair.act("sign up \(p)", { hand, _ in _ = try hand.signUp(p, displayName: nil) })
    case 78..<86:
      let (old, new) = ("q\(number)@x.example", "p\(number)@x.example")
      try pair.act("move \(old) to \(new)", { hand, _ in _ = try hand.moveAccount(from: old, to: new) })
    case 86..<90: try pair.act("move \(p) to \(q)", { hand, _ in _ = try hand.moveAccount(from: p, to: q) })
    case 90..<95: try pair.act("suspend \(q)", { hand, _ in _ = try hand.suspend(q, reason: "lost laptop") })
    default: try pair.act("delete \(q)", { hand, _ in _ = try hand.deleteAccount(q) })
    }
  }

  /// What somebody does behind Tenure's back.
  private mutating func writeSQL() {
    let organization = office.number(0..<6)
    let person = office.number(0..<12)
    let account = "(SELECT id FROM accounts WHERE email_key = 'p\(person)@x.example')"
    let tenant = "(SELECT id FROM tenants WHERE name = 'org-\(organization)')"
    let statements = [
      "DELETE FROM tenant_members WHERE tenant_id = \(tenant) AND account_id = \(account)",
      "DELETE FROM workspace_members WHERE account_id = \(account)",
      "UPDATE workspace_members SET role = '\(office.roles[0])' WHERE account_id = \(account)",
      "UPDATE workspace_members SET expires_at = \(pair.now.milliseconds + 400_000_000) WHERE account_id = \(account)",
      "UPDATE workspaces SET owner_id = \(account) WHERE name = 'a' AND tenant_id = \(tenant)",
      "UPDATE tenants SET display_name = 'By hand' WHERE name = 'org-\(organization)'",
      "UPDATE accounts SET suspended_at = 1 WHERE id = \(account)",
      "UPDATE accounts SET suspended_at = NULL",
      "INSERT INTO accounts (email, email_key, created_at) VALUES ('q\(organization)@x.example', 'q\(organization)@x.example', 1)",
      "DELETE FROM accounts WHERE email_key = 'q\(organization)@x.example'",
      "UPDATE tenants SET suspended_at = 1, suspension_reason = 'audit' WHERE name = 'org-\(organization)'",
      "UPDATE tenants SET suspended_at = NULL, suspension_reason = NULL",
      "INSERT INTO tenants (name, created_at) VALUES ('by-hand-\(office.number(0..<1_000_000))', 1)",
      "DELETE FROM tenants WHERE name = 'org-\(organization)'",
      "UPDATE invitations SET lapses_at = 1 WHERE outcome IS NULL AND email_key = 'p\(person)@x.example'",
      "UPDATE tenants SET applied_commit = '\(String(repeating: "1", count: 40))' WHERE name = 'org-\(organization)' AND applied_commit IS NOT NULL",
    ]
    let statement = statements[office.number(0..<statements.count)]
    pair.note(statement)
    pair.execute(statement)
  }
}
