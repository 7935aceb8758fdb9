import Manifests
import Model
import Planning
import Testing
import YAMLReader

/// Manifests, a stored state and what was applied before, written as text; plans come back as one line an action.
struct Scenario {
  static let now = Instant(rfc3339: "2026-11-22T12:00:00Z")!
  private static let appliedCommit = String(repeating: "a", count: 40)

  var manifests: String
  /// Lines: `acme [owner=E] [subscription=S]`, `acme/ml [kind] [owner=E] [subscription=S]`, then indented
  /// `EMAIL ROLE [until=I] [protect]`, `? EMAIL ROLE [until=I] [lapses=I] [sends=N] [protect]` (pending),
  /// `< EMAIL left|declined INSTANT`, `key NAME`; `@ EMAIL` (an account), `! EMAIL` (a suspended one).
  var stored = ""
  /// The manifests applied before; nil: nothing was.
  var applied: String?
  var now = Scenario.now
  var options = PlanOptions()
  var authorship = AuthorshipText()
  var freezes = FreezeCalendar(zones: ["Europe/Berlin": { _ in 3600 }])

  init(_ manifests: String, stored: String = "", applied: String? = nil) {
    (self.manifests, self.stored, self.applied) = (manifests, stored, applied)
  }

  func with(_ change: (inout PlanOptions) -> Void) -> Scenario {
    var result = self
    change(&result.options)
    return result
  }

  static func parse(_ file: Snapshot.File) -> ParsedFile {
    let result = YAMLReader.read(file.bytes)
    return ParsedFile(
      path: file.path, bytes: file.bytes, documents: result.documents,
      failure: result.failure.map {
        .init(code: $0.code, message: $0.message, line: $0.line, column: $0.column, hint: $0.hint)
      })
  }

  static func compile(_ text: String, now: Instant, names: inout NameTable) -> DesiredState {
    let file = Snapshot.File(path: "manifests/all.yaml", objectID: nil, bytes: Array(text.utf8))
    let compiled = ManifestLoader.load(
      Snapshot(files: [file], commit: nil), now: now, names: &names, parse: { Self.parse($0) })
    let errors = compiled.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty { Issue.record("the scenario's manifests are wrong: \(errors.map(\.message)) in\n\(text)") }
    return compiled.desired
  }

  func planned() -> Planned { plan(input()) }

  func input() -> PlanInput {
    var names = NameTable()
    let desired = Self.compile(manifests, now: now, names: &names)
    var actual = StoredText(stored, names: &names, now: now).state
    var policies: [String: PolicyInForce] = [:]
    if let applied {
      let before = Self.compile(applied, now: now, names: &names)
      policies["p-"] = before.policy
      (actual.policyForAll, actual.policyForAllCommit) = ("p-", Self.appliedCommit)
      for tenant in before.tenants {
        policies["p-" + tenant.name] = tenant.policy
        guard let index = actual.tenants.firstIndex(where: { $0.name == tenant.name }) else { continue }
        actual.tenants[index].applied = AppliedCommit(
          commit: Self.appliedCommit, time: now,
          baseline: Baseline(settled: tenant, in: actual.tenants[index]).encoded(names: names),
          policyDigest: "p-" + tenant.name, withheld: 0)
      }
    }
    return PlanInput(
      source: PlanSource(
        repository: ".", ref: "main", commit: String(repeating: "b", count: 40), manifests: "manifests"),
      engine: "sqlite", desired: desired, actual: actual, names: names, appliedPolicies: policies,
      authorship: authorship.read(since: applied == nil ? "" : Self.appliedCommit, names: names), freezes: freezes,
      now: now, options: options)
  }

  /// `add-member acme/ml grace@x {role=admin} change [rule …]`
  var actions: [String] { planned().plan.actions.map(Self.line) }

  static func line(_ action: Action) -> String {
    var parts = [action.kind.rawValue, Path(tenant: action.organization, workspace: action.workspace).description]
    if let subject = action.subject { parts.append(subject) }
    if let before = action.before { parts.append("-" + text(before)) }
    if let after = action.after { parts.append("+" + text(after)) }
    parts.append(action.origin.rawValue)
    if !action.blockedBy.isEmpty { parts.append("blocked:" + action.blockedBy.map(\.rawValue).joined(separator: ",")) }
    return parts.joined(separator: " ")
  }

  private static func text(_ fields: Fields) -> String {
    fields.entries.map { key, value in
      switch value {
      case .text(let text): "\(key)=\(text)"
      case .number(let number): "\(key)=\(number)"
      case .flag(let flag): "\(key)=\(flag)"
      case .null: "\(key)=null"
      }
    }.joined(separator: ",")
  }
}

/// Reads ``Scenario/stored``.
struct StoredText {
  var state = ActualState()

  init(_ text: String, names: inout NameTable, now: Instant) {
    var accounts = AccountDirectory()
    var tenants: [ActualTenant] = []
    var nextID: Int64 = 1
    for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
      let words = line.split(separator: " ").map(String.init)
      let isIndented = line.hasPrefix("  ")
      nextID += 1
      func account(_ email: String) -> Symbol {
        let person = names.folded(names.intern(email))
        if accounts[person] == nil {
          accounts.put(AccountRecord(id: nextID + 1000, person: person, email: names.intern(email), created: now))
        }
        return person
      }
      func option(_ name: String) -> String? {
        words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
      }
      if words[0] == "@" {
        _ = account(words[1])
      } else if words[0] == "!" {
        let person = account(words[1])
        var record = accounts[person]!
        record.suspended = now
        accounts.put(record)
      } else if !isIndented {
        let path = Path(words[0])!
        let owner = option("owner").map(account)
        if let workspace = path.workspace {
          let kind = words.dropFirst().compactMap { WorkspaceKind(rawValue: $0) }.first ?? .standard
          tenants[tenants.count - 1].workspaces.append(
            ActualWorkspace(
              id: nextID, name: names.intern(workspace), kind: kind, owner: owner,
              subscription: option("subscription").map { names.intern($0) }, created: now))
        } else {
          let user = path.accountEmail.map(account)
          tenants.append(
            ActualTenant(
              id: nextID, name: path.tenant, account: user, displayName: option("name"), owner: owner,
              subscription: option("subscription").map { names.intern($0) }, serial: 1))
        }
      } else {
        let last = tenants.count - 1
        let isInWorkspace = !tenants[last].workspaces.isEmpty
        var roll = isInWorkspace ? tenants[last].workspaces.last!.roll : tenants[last].roll
        switch words[0] {
        case "?":
          let person = names.folded(names.intern(words[1]))
          roll.invitations.append(
            ActualInvitation(
              person: person, email: names.intern(words[1]), role: names.intern(words[2]),
              expires: option("until").flatMap { Instant(rfc3339: $0) }, protect: words.contains("protect"),
              created: now,
              lapses: option("lapses").flatMap { Instant(rfc3339: $0) }, sends: option("sends").flatMap(Int.init) ?? 1))
        case "<":
          roll.departures.append(
            Departure(
              person: account(words[1]), reason: Departure.Reason(rawValue: words[2])!,
              since: Instant(rfc3339: words[3])!))
        case "key":
          tenants[last].workspaces[tenants[last].workspaces.count - 1].apiKeys.append(
            ActualAPIKey(
              name: names.intern(words[1]),
              limits: APIKeyLimits(monthly: option("monthly").flatMap(Int.init), daily: nil),
              creator: nil, created: now))
        default:
          roll.members.append(
            ActualMember(
              person: account(words[0]), role: names.intern(words[1]),
              expires: option("until").flatMap { Instant(rfc3339: $0) }, protect: words.contains("protect"), joined: now
            ))
        }
        roll.members.sort { $0.person < $1.person }
        roll.invitations.sort { $0.person < $1.person }
        roll.departures.sort { $0.person < $1.person }
        if isInWorkspace {
          tenants[last].workspaces[tenants[last].workspaces.count - 1].roll = roll
        } else {
          tenants[last].roll = roll
        }
      }
    }
    for index in tenants.indices {
      tenants[index].workspaces.sort { names.precedes($0.name, $1.name) }
    }
    state = ActualState(tenants: tenants.sorted { $0.name < $1.name }, accounts: accounts)
  }
}

/// An enterprise organization `acme` under direct admission, whose super-admin ada@x stays; `body` is indented by two.
func acme(_ body: String, policy: String = "extends: enterprise\ninvitations: {admission: direct}") -> String {
  """
  apiVersion: tenure/v1
  kind: Policy
  \(policy)
  ---
  apiVersion: tenure/v1
  kind: Organization
  name: acme
  \(body)
  """
}
