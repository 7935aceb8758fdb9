import Manifests
import Model
import Planning
import Store

/// What a store holds about one person.
struct StoredAccess {
  enum Standing {
    case member(ActualMember)
    case invited(ActualInvitation)
    case gone(Departure)
  }

  struct Place {
    var standing: Standing?
    var isOwner: Bool
    var withheld: Withheld?
  }

  /// The last apply withheld what it declares of them: an older commit's declaration counts; nil: none does.
  struct Withheld {
    var older: String?
  }

  let names: NameTable
  let actual: ActualState
  /// The person's email as stored; nil: there is no account.
  private(set) var email: String?
  private(set) var isSuspended = false
  private(set) var places: [Path: Place] = [:]
  private(set) var tenants: [String: ActualTenant] = [:]
  private let policies: [String: PolicyInForce]
  private let standard: PolicyInForce?

  /// `email`: under which the person's own account is listed, whatever of `emails` the store has it by. Where it has one by
  /// this very email, the others are not theirs: the manifests' `formerly` is yet to be applied, or was before.
  init(_ actual: ActualState, _ names: NameTable, email wanted: String, emails: Set<String>) throws {
    self.actual = actual
    policies = try actual.policies.mapValues(Policies.policy(fromCanonical:))
    standard = Policies.builtIn(Policies.defaultPreset, parse: parseYAML)
    let own = names.symbol(of: wanted).flatMap { actual.accounts[$0]?.person }
    let people = own.map { [$0] } ?? Set(emails.compactMap(names.symbol))
    for person in people.sorted() {
      guard let account = actual.accounts[person] else { continue }
      (email, isSuspended) = (names.text(account.email), account.suspended != nil)
    }
    self.names = names
    for tenant in actual.tenants {
      let name = tenant.account.map(people.contains) ?? false ? "~" + wanted : tenant.name
      tenants[name] = tenant
      let withheld = withheld(of: tenant, people, names)
      add(tenant.roll, tenant.owner, Path(tenant: name), withheld[nil], people)
      for workspace in tenant.workspaces {
        let path = Path(tenant: name, workspace: names.text(workspace.name))
        add(workspace.roll, workspace.owner, path, withheld[path.workspace], people)
      }
    }
  }

  /// As its last apply left it, of accounts the Policy for all; the preset `enterprise` before any.
  func policy(of tenant: ActualTenant) -> Policy? {
    (actual.policyDigest(of: tenant).flatMap { policies[$0] } ?? standard)?.policy
  }

  /// What the person's membership of the place gives at the instant; nil: they have none.
  func holding(at path: Path, _ instant: Instant) -> InForce.Holding? {
    guard case .member(let member)? = places[path]?.standing, let tenant = tenants[path.tenant],
      let policy = policy(of: tenant)
    else { return nil }
    let inForce = InForce(tenant, policy: policy, accounts: actual.accounts, names: names, now: instant)
    guard let wanted = path.workspace else { return inForce.membership(of: member.person, in: nil) }
    return tenant.workspaces.first { names.text($0.name) == wanted }.flatMap {
      inForce.membership(of: member.person, in: $0)
    }
  }

  /// Whether the person's role opens every workspace of the organization at the instant.
  func opensWorkspaces(of tenant: ActualTenant, at path: Path, _ instant: Instant) -> Bool {
    guard let held = holding(at: path, instant), held.isStanding else { return false }
    return tenant.account == nil && held.role?.may(.workspaceEnterAll) ?? false
  }

  /// None where there is no such tenant.
  func workspaces(of tenant: String) -> [Path] {
    (tenants[tenant]?.workspaces ?? []).map { Path(tenant: tenant, workspace: names.text($0.name)) }
  }

  private mutating func add(
    _ roll: Roll, _ owner: Symbol?, _ path: Path, _ withheld: Withheld?, _ people: Set<Symbol>
  ) {
    let standing =
      roll.members.first { people.contains($0.person) }.map(Standing.member)
      ?? roll.invitations.first { people.contains($0.person) }.map(Standing.invited)
      ?? roll.departures.first { people.contains($0.person) }.map(Standing.gone)
    guard standing != nil || withheld != nil else { return }
    places[path] = Place(
      standing: standing, isOwner: owner.map(people.contains) ?? false, withheld: withheld)
  }

  /// By workspace (nil: the tenant itself): commits that count instead of the applied one for this person.
  private func withheld(
    of tenant: ActualTenant, _ people: Set<Symbol>, _ names: NameTable
  ) -> [String?: Withheld] {
    guard let applied = tenant.applied, applied.withheld > 0, let policy = policies[applied.policyDigest] ?? standard
    else { return [:] }
    var names = names
    let baseline = Baseline(of: tenant, policy: policy, names: &names)
    var result: [String?: Withheld] = [:]
    for (key, since) in baseline?.withheld ?? [:] {
      switch key {
      case .member(let workspace, let person):
        if people.contains(where: { names.text($0) == names.text(person) }) {
          result[workspace.map(names.text)] = Withheld(older: since.commit)
        }
      case .tenant, .owner, .workspace, .apiKey, .policy, .management: continue
      }
    }
    return result
  }
}
