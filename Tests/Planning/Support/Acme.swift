import Manifests
import Model
import Planning
import Testing
import YAMLReader

/// An organization `acme` under a preset, for commands by hand.
struct Acme {
  var names = NameTable()
  var tenant = ActualTenant(id: 1, name: "acme")
  var accounts = AccountDirectory()
  var policy: PolicyInForce
  let now = Instant(seconds: 1_800_000_000)

  /// `ml` begins with the members `ml`, who joined in this order, a second apart.
  init(_ members: [(String, String)], ml: [(String, String)] = [], under preset: String = "enterprise") throws {
    policy = try #require(
      Policies.builtIn(preset) { file in
        ParsedFile(path: file.path, bytes: file.bytes, documents: YAMLReader.read(file.bytes).documents, failure: nil)
      })
    tenant.roll.members = members.map { member($0.0, $0.1) }.sorted { $0.person < $1.person }
    var workspace = ActualWorkspace(id: 2, name: names.intern("ml"), kind: .standard, created: now)
    workspace.roll.members = ml.enumerated().map { number, entry in
      var member = member(entry.0, entry.1)
      member.joined = now.advanced(bySeconds: Int64(number))
      return member
    }.sorted { $0.person < $1.person }
    tenant.workspaces = [workspace]
  }

  private mutating func member(_ name: String, _ role: String) -> ActualMember {
    let person = person(name)
    accounts.put(AccountRecord(id: 1 + Int64(person.rawValue), person: person, email: person, created: now))
    return ActualMember(person: person, role: names.intern(role), joined: now)
  }

  mutating func person(_ name: String) -> Symbol { names.intern(name + "@acme.example") }

  mutating func suspend(_ name: String) {
    let person = person(name)
    guard var record = accounts[person] else { return }
    record.suspended = now
    accounts.put(record)
  }

  mutating func acting(_ name: String) -> ActingPerson {
    let person = person(name)
    return ActingPerson(person, in: tenant, policy: policy.policy, accounts: accounts, names: names, now: now)
  }

  var ml: Symbol? { tenant.workspaces[0].name }

  mutating func plan(as name: String? = nil, _ requests: ByHandRequest...) -> PlannedByHand {
    let actor = name.map { Actor.person(person($0)) } ?? .theOperator
    return planByHand(
      requests,
      ByHandInput(
        name: "acme", stored: tenant, accounts: accounts, policy: policy, actor: actor, names: names, now: now))
  }
}

extension PlannedByHand {
  var done: [String] {
    tenant.actions.filter(\.blockedBy.isEmpty).map {
      "\($0.kind.rawValue) \(Path(tenant: $0.organization, workspace: $0.workspace)) \($0.subject ?? "")"
    }
  }
  var rules: [String] { tenant.blocked.map(\.rule.rawValue) }
}
