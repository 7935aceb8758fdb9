import Manifests
import Model
import Store

/// What the store holds, by its stable ids: nothing here follows a name.
struct Stored {
  struct Person: Hashable {
    var email: String
    var displayName: String?
    var isSuspended: Bool
  }

  struct Member: Hashable {
    var role: String
    var end: Instant?
    var protect: Bool
  }

  struct Invitation: Hashable {
    var role: String
    var end: Instant?
    var protect: Bool
    var lapses: Instant?
  }

  struct List: Hashable {
    /// By account id.
    var members: [Int64: Member] = [:]
    /// By caseless email.
    var invitations: [String: Invitation] = [:]
  }

  struct Key: Hashable {
    var limit: Int?
    var creator: Int64?
  }

  struct Workspace {
    var id: Int64
    var name: String
    var kind: WorkspaceKind
    var displayName: String?
    var owner: Int64?
    var subscription: String?
    var list: List
    var keys: [String: Key]
  }

  struct Tenant {
    var id: Int64
    /// Of whom it is the personal account.
    var account: Int64?
    var displayName: String?
    var owner: Int64?
    var subscription: String?
    var isSuspended: Bool
    var commit: String?
    /// Stored by the last apply.
    var policy: Policy?
    var list: List
    var workspaces: [Workspace]
  }

  /// By account id.
  var people: [Int64: Person] = [:]
  var tenants: [String: Tenant] = [:]

  func account(_ email: String) -> Int64? {
    people.first { $0.value.email.lowercased() == email.lowercased() }?.key
  }

  func workspace(_ tenant: String, _ name: String) -> Workspace? {
    tenants[tenant]?.workspaces.first { $0.name == name }
  }

  func list(_ tenant: String, _ workspace: String?) -> List? {
    guard let workspace else { return tenants[tenant]?.list }
    return self.workspace(tenant, workspace)?.list
  }
}

extension Stored {
  init(_ store: any StoreReader) throws {
    var names = NameTable()
    let state = try store.read(.everything, names: &names)
    var ids: [Symbol: Int64] = [:]
    for record in state.accounts.records {
      ids[record.person] = record.id
      people[record.id] = Person(
        email: names.text(record.email), displayName: record.displayName, isSuspended: record.suspended != nil)
    }
    let policies = try state.policies.mapValues { try Policies.policy(fromCanonical: $0).policy }
    func list(_ roll: Roll) -> List {
      var list = List()
      for member in roll.members {
        list.members[ids[member.person] ?? 0] = Member(
          role: names.text(member.role), end: member.expires, protect: member.protect)
      }
      for open in roll.invitations {
        list.invitations[names.text(open.person)] = Invitation(
          role: names.text(open.role), end: open.expires, protect: open.protect, lapses: open.lapses)
      }
      return list
    }
    for tenant in state.tenants {
      let workspaces = tenant.workspaces.map { workspace in
        Workspace(
          id: workspace.id, name: names.text(workspace.name), kind: workspace.kind,
          displayName: workspace.displayName, owner: workspace.owner.flatMap { ids[$0] },
          subscription: workspace.subscription.map(names.text), list: list(workspace.roll),
          keys: Dictionary(
            uniqueKeysWithValues: workspace.apiKeys.map {
              (names.text($0.name), Key(limit: $0.limits.monthly, creator: $0.creator.flatMap { ids[$0] }))
            }))
      }
      tenants[tenant.name] = Tenant(
        id: tenant.id, account: tenant.account.flatMap { ids[$0] }, displayName: tenant.displayName,
        owner: tenant.owner.flatMap { ids[$0] }, subscription: tenant.subscription.map(names.text),
        isSuspended: tenant.suspended != nil, commit: tenant.applied?.commit,
        policy: tenant.applied.flatMap { policies[$0.policyDigest] }, list: list(tenant.roll), workspaces: workspaces)
    }
  }
}
