import Manifests
import Model
import Planning
import Reconciling

/// Knows who ever gave or approved what, and nothing of how the product finds that out.
///
/// | somebody with the right               | gives                                                                    |
/// |---------------------------------------|--------------------------------------------------------------------------|
/// | made a commit, or approved it         | what its manifests give that those before it did not, or say anew         |
/// | merged it, where commits are believed | the same, and what the merge as a whole gives, unless that was applied before |
/// | moved `main` by force                 | what the manifests there give that those applied before did not           |
/// | gave a role by hand                   | that, until it is taken back, or ended as drift                           |
///
/// What was given ends with an apply that leaves nothing open, as far as the manifests then say less.
struct InsiderOracle {
  private struct Key: Hashable {
    /// `acme`, `acme/ml` as manifests name it; of what is by hand `#7`, the id of the workspace.
    var place: String
    var person: String
  }

  let setting: InsiderLife.Setting
  private var given: [Key: Set<Given>] = [:]
  private var byHand: [Key: Given] = [:]
  private var protected: Set<Key> = []
  private var owners: Set<Key> = []
  /// Places that somebody with the right took out of management, or made additive.
  private var free: [String: Bool] = [:]
  /// By organization; empty: for all.
  private(set) var policies: [String: Set<Policy>] = [:]

  /// Commits that count, by position.
  private var counted: Set<Int> = []
  /// Commits that an applied one contains.
  private var applied: Set<Int> = []
  private var lastApplied: Declared?

  /// Names that workspaces had, by id.
  private var names: [Int64: Set<String>] = [:]
  private var accounts: [String: Int64] = [:]
  /// Organizations and workspaces (`#7`) that the insider made, where everybody may.
  private var own: Set<String> = []
  /// What people with rights called a place.
  private var ordinary: Set<String> = []
  /// Somebody gave the insider the right to give: from then on nobody can tell.
  private(set) var isOver = false

  init(_ setting: InsiderLife.Setting) { self.setting = setting }

  // MARK: What is given

  private mutating func note(_ gift: Gift) {
    ordinary.formUnion(Set(Outlook.places(gift.after)).subtracting(Outlook.places(gift.before)))
    for place in Outlook.places(gift.after) {
      for person in [People.mallory, People.eve] {
        let key = Key(place: place, person: person)
        given[key, default: []].formUnion(gift.given(place, person))
        if gift.protects(place, person) { protected.insert(key) }
        if gift.makesOwner(place, person) { owners.insert(key) }
      }
      noteManagement(gift, place)
    }
    for place in Outlook.places(gift.before) where Outlook.places(gift.after).allSatisfy({ gift.former($0) != place }) {
      free[place] = true
    }
    if gift.changesPolicy { notePolicies(gift.after) }
    isOver = isOver || gift.empowers(setting.watched)
  }

  private mutating func noteManagement(_ gift: Gift, _ place: String) {
    let former = gift.former(place)
    let (old, new) = (
      Outlook(declared: gift.before, place: former, person: "").isFree,
      Outlook(declared: gift.after, place: place, person: "").isFree
    )
    if old != new { free[place] = new } else if former != place { free[place] = free[former] }
  }

  private mutating func notePolicies(_ declared: Declared) {
    var declared = declared
    declared.broken = []
    let files = declared.files.inOrder.map {
      Snapshot.File(path: "manifests/\($0)", objectID: nil, bytes: Array($1.utf8))
    }
    let reading = DesiredSource.compile(
      Snapshot(files: files, commit: nil), now: Instant(seconds: 0),
      source: PlanSource(repository: "r", ref: "main", commit: nil, manifests: "manifests"))
    policies["", default: []].insert(reading.desired.policy.policy)
    for tenant in reading.desired.tenants { policies[tenant.name, default: []].insert(tenant.policy.policy) }
  }

  /// `main` went to where it is by force.
  mutating func rewound(to main: Int, by person: String, _ graph: Graph, _ now: Instant) {
    guard People.entitled.contains(person), let lastApplied else { return }
    note(Gift(before: lastApplied, after: graph.commits[main].after, now: now))
  }

  private func isApproved(_ commit: Graph.Commit) -> Bool {
    let named = setting.isAttested ? commit.reviewers : Set(commit.approver.map { [$0] } ?? [])
    return !named.intersection(People.entitled).subtracting(commit.authors).isEmpty
  }

  private func isEntitled(_ commit: Graph.Commit) -> Bool { commit.authors.allSatisfy(People.entitled.contains) }

  private mutating func count(_ main: Int, _ graph: Graph, _ now: Instant) {
    let all = graph.reachable(main)
    var approved = all.filter { isEntitled(graph.commits[$0]) || isApproved(graph.commits[$0]) }
    var merges: [Int] = []
    for position in graph.line(main) where graph.commits[position].parents.count > 1 && !counted.contains(-position) {
      let merge = graph.commits[position]
      let brought = graph.difference(position).subtracting([position])
      if setting.isAttested {
        if isApproved(merge) { merges.append(position) }
      } else if isEntitled(merge) {
        approved.formUnion(
          brought.subtracting(applied).filter { !graph.commits[$0].authors.contains(merge.authors[0]) })
        if brought.isDisjoint(with: applied) { merges.append(position) }
      }
    }
    for position in approved.subtracting(counted).sorted() {
      note(Gift(before: graph.commits[position].before, after: graph.commits[position].after, now: now))
    }
    for position in merges.sorted() {
      guard let first = graph.commits[position].parents.first else { continue }
      note(Gift(before: graph.commits[first].after, after: graph.commits[position].after, now: now))
      counted.insert(-position)
    }
    counted.formUnion(approved)
    applied.formUnion(all)
    lastApplied = graph.commits[main].after
  }

  // MARK: Questions

  mutating func applied(
    _ main: Int, _ plan: Plan, _ graph: Graph, _ stored: Stored, _ engine: Engine
  ) throws -> [Violation] {
    let isFirst = lastApplied == nil
    count(main, graph, engine.now.instant)
    learn(stored, isFirst: isFirst)
    endDrift(stored, engine.now.instant)
    if isOver { return [] }
    var found = violations(stored, engine.now.instant) + losses(stored, plan, engine.now.instant)
    found += try policyViolations(stored, engine)
    guard found.isEmpty, plan.blocked.isEmpty, plan.waiting.isEmpty, plan.held.isEmpty, plan.invalid.isEmpty,
      plan.suspended.isEmpty
    else { return found }
    settle(graph.commits[main].after, stored, engine.now.instant)
    return violations(stored, engine.now.instant)
  }

  mutating func commanded(
    _ command: Step.Command, by person: String?, isDone: Bool, _ stored: Stored, _ engine: Engine
  ) throws -> [Violation] {
    learn(stored, isFirst: false)
    if isDone, person.map(People.entitled.contains) ?? true, let (path, email) = command.place {
      let (name, title) = Declared.parts(path)
      let place = title.flatMap { stored.workspace(name, $0)?.id }.map { "#\($0)" } ?? name
      let key = Key(place: place, person: email)
      switch command {
      case .invite(_, _, let role), .add(_, _, let role), .setRole(_, _, let role):
        byHand[key] = Given(level: Preset.all[0].level(role, inWorkspace: title != nil), until: nil)
      case .remove, .cancel: byHand[key] = nil
      case .accept, .decline, .leave, .transfer: break
      case .signUp, .suspend, .resume, .move, .createWorkspace, .deleteWorkspace, .createKey, .revokeKey,
        .suspendOrganization, .resumeOrganization:
        break
      }
    }
    return isOver ? [] : violations(stored, engine.now.instant)
  }

  private mutating func learn(_ stored: Stored, isFirst: Bool) {
    for person in [People.ada, People.bob, People.mallory, People.eve] where accounts[person] == nil {
      accounts[person] = stored.account(person)
    }
    for (name, tenant) in stored.tenants where tenant.account == nil {
      for workspace in tenant.workspaces {
        let place = "\(name)/\(workspace.name)"
        let isTheirs = workspace.kind == .standard && !setting.asksActors && !ordinary.contains(place)
        if names[workspace.id] == nil, isTheirs { own.insert("#\(workspace.id)") }
        names[workspace.id, default: []].insert(place)
      }
      // Where nobody is asked about rights, an organization's first apply is its owner's own, and so is a workspace.
      let owner = tenant.owner.flatMap { stored.people[$0]?.email }
      if name == People.beta, !setting.asksActors, owner == People.mallory { own.insert(name) }
    }
  }

  /// Somebody's place in a list.
  private struct Holding {
    var person: String
    /// As manifests name the place.
    var places: [String]
    var hand: String
    var held: Given
    var isProtected: Bool
  }

  private func holdings(_ stored: Stored, _ now: Instant) -> [Holding] {
    var found: [Holding] = []
    for (name, tenant) in stored.tenants.inOrder where tenant.account == nil && !own.contains(name) {
      let lists =
        [(tenant.list, [name], name, false)]
        + tenant.workspaces.map { ($0.list, names[$0.id, default: []].sorted(), "#\($0.id)", true) }
      for (list, places, hand, isWorkspace) in lists {
        for person in setting.watched where !own.contains(hand) {
          func add(_ role: String, _ end: Instant?, _ isProtected: Bool) {
            guard end.map({ now < $0 }) ?? true else { return }
            let level = Preset.all[0].level(role, inWorkspace: isWorkspace)
            found.append(
              Holding(
                person: person, places: places, hand: hand, held: Given(level: level, until: end),
                isProtected: isProtected))
          }
          if let member = stored.account(person).flatMap({ list.members[$0] }) {
            add(member.role, member.end, member.protect)
          }
          if let open = list.invitations[person] { add(open.role, open.end, open.protect) }
        }
      }
    }
    return found
  }

  private func violations(_ stored: Stored, _ now: Instant) -> [Violation] {
    var found: [Violation] = []
    func say(_ kind: String, _ detail: String) { found.append(Violation(.nobodyGainsAlone, kind, detail)) }
    for holding in holdings(stored, now) {
      let (person, place) = (holding.person, holding.places.joined(separator: ", formerly or then "))
      var gifts = holding.places.flatMap { Array(given[Key(place: $0, person: person)] ?? []) }
      if let gift = byHand[Key(place: holding.hand, person: person)] { gifts.append(gift) }
      if !gifts.contains(where: { $0.covers(holding.held) }) {
        let roles = Preset.all[0].roles(inWorkspace: place.contains("/"))
        let isLonger = gifts.contains { $0.level >= holding.held.level }
        say(
          isLonger ? "a role for longer than anybody gave it" : "a role that nobody gave",
          "\(person) is \(roles[max(0, roles.count - holding.held.level)]) in \(place), "
            + "until \(holding.held.until?.description ?? "ever")")
      }
      if holding.isProtected, !holding.places.contains(where: { protected.contains(Key(place: $0, person: person)) }) {
        say("a protection that nobody gave", "\(person) in \(place)")
      }
    }
    return found + ownerViolations(stored) + accountViolations(stored)
  }

  private func ownerViolations(_ stored: Stored) -> [Violation] {
    var found: [Violation] = []
    for (name, tenant) in stored.tenants.inOrder where tenant.account == nil && !own.contains(name) {
      let places =
        [(tenant.owner, [name])]
        + tenant.workspaces.filter { !own.contains("#\($0.id)") }.map { ($0.owner, names[$0.id, default: []].sorted()) }
      for (owner, places) in places {
        guard let person = owner.flatMap({ stored.people[$0]?.email }), setting.watched.contains(person) else {
          continue
        }
        if places.contains(where: { owners.contains(Key(place: $0, person: person)) }) { continue }
        found.append(
          Violation(.nobodyGainsAlone, "an owner of record whom nobody made it", "\(person) of \(places)"))
      }
    }
    return found
  }

  private func accountViolations(_ stored: Stored) -> [Violation] {
    accounts.inOrder.compactMap { person, id in
      let email = stored.people[id]?.email
      if email == person { return nil }
      return Violation(
        .nobodyGainsAlone, "an account under an email that nobody gave it", "\(person)'s is \(email ?? "gone")")
    }
  }

  // MARK: What ends

  /// What is held no more was taken back, or ended as drift.
  private mutating func endDrift(_ stored: Stored, _ now: Instant) {
    let held = holdings(stored, now)
    for (key, gift) in byHand where setting.watched.contains(key.person) {
      let isHeld = held.contains {
        $0.hand == key.place && $0.person == key.person && $0.held.level >= gift.level
      }
      if !isHeld { byHand[key] = nil }
    }
  }

  /// Nothing is open: what the manifests do not say any more was given once and is over.
  private mutating func settle(_ declared: Declared, _ stored: Stored, _ now: Instant) {
    for (name, tenant) in stored.tenants where tenant.account == nil {
      end(place: name, hand: name, declared, now)
      for workspace in tenant.workspaces {
        let place = "\(name)/\(workspace.name)"
        for person in setting.watched {
          let former = (names[workspace.id] ?? []).flatMap { given[Key(place: $0, person: person)] ?? [] }
          given[Key(place: place, person: person), default: []].formUnion(former)
        }
        names[workspace.id] = [place]
        end(place: place, hand: "#\(workspace.id)", declared, now)
      }
    }
  }

  private mutating func end(place: String, hand: String, _ declared: Declared, _ now: Instant) {
    for person in setting.watched {
      let outlook = Outlook(declared: declared, place: place, person: person)
      // Where everybody may take a list out of management, nobody knows whose doing that was.
      if setting.asksActors ? free[place] ?? false : outlook.isFree { continue }
      let instants = [now] + Outlook.ends(declared).filter { now < $0 }
      let said = instants.compactMap(outlook.grant)
      let key = Key(place: place, person: person)
      given[key] = Set((given[key] ?? []).flatMap { gift in said.map { gift.meeting($0) } })
      byHand[Key(place: hand, person: person)] = nil
    }
  }
}
