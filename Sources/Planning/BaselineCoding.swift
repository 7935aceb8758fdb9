import Model

/// The stored form of a ``Baseline``: UTF-8 lines of tab-separated fields, `\t`, `\n` and `\` escaped by a backslash,
/// an absent value written as a lone `-` in numeric fields and as `\0` in text fields.
///
///     tenure-baseline 1
///     T  management  displayName  owner  subscription  defaultWorkspace  managesWorkspaces  managesMembers
///     F  former email
///     M  person  role  expires  protect  reinvite  group  in force        members of what stands above
///     W  name  disposition  reason  displayName  renamedFrom  owner  subscription  management  managesMembers  managesKeys
///     K  name  monthly  daily
///     H  entry  workspace  name  commit  policy digest                    withheld entries
///
/// Marks are not kept: a baseline is the same however the manifests were laid out.
extension Baseline {
  public func encoded(names: NameTable) -> [UInt8] {
    var writer = LineWriter(names: names)
    writer.line("tenure-baseline 1")
    writer.begin("T")
    writer.plain(tenant.management.rawValue)
    writer.text(tenant.displayName?.value)
    writer.symbol(tenant.owner?.value)
    writer.symbol(tenant.subscription?.value)
    writer.symbol(tenant.defaultWorkspace)
    writer.flag(tenant.managesWorkspaces)
    writer.flag(tenant.members != nil)
    writer.end()
    for former in tenant.formerly {
      writer.begin("F")
      writer.symbol(former.value)
      writer.end()
    }
    writer.members(tenant.members ?? [])
    // What is withheld stands behind the rest until it is written.
    for workspace in tenant.workspaces.sorted(by: { names.precedes($0.name, $1.name) }) {
      writer.begin("W")
      writer.symbol(workspace.name)
      switch workspace.disposition {
      case .declared:
        writer.plain("declared")
        writer.text(nil)
      case .removed(let reason):
        writer.plain("removed")
        writer.text(reason)
      case .released(let reason):
        writer.plain("released")
        writer.text(reason)
      }
      writer.text(workspace.displayName?.value)
      writer.symbol(workspace.renamedFrom?.value)
      writer.symbol(workspace.owner?.value)
      writer.symbol(workspace.subscription?.value)
      writer.plain(workspace.management.rawValue)
      writer.flag(workspace.members != nil)
      writer.flag(workspace.apiKeys != nil)
      writer.end()
      writer.members(workspace.members ?? [])
      for key in workspace.apiKeys ?? [] {
        writer.begin("K")
        writer.symbol(key.name)
        writer.number(key.limits.monthly.map(Int64.init))
        writer.number(key.limits.daily.map(Int64.init))
        writer.end()
      }
    }
    writer.withheld(withheld)
    return writer.bytes
  }

  /// Reads what ``encoded(names:)`` wrote; nil for anything else.
  public init?(decoding bytes: [UInt8], name: String, account: Symbol?, policy: PolicyInForce, names: inout NameTable) {
    var reader = LineReader(bytes)
    guard reader.nextLine(), reader.field() == "tenure-baseline 1" else { return nil }
    var tenant = DesiredTenant(name: name, account: account, mark: .none, policy: policy)
    var withheld: [EntryKey: Since] = [:]
    while reader.nextLine() {
      switch reader.field() {
      case "T":
        guard let management = Management(rawValue: reader.field()) else { return nil }
        tenant.management = management
        tenant.displayName = reader.text().map { Marked($0, .none) }
        tenant.owner = reader.symbol(&names).map { Marked($0, .none) }
        tenant.subscription = reader.symbol(&names).map { Marked($0, .none) }
        tenant.defaultWorkspace = reader.symbol(&names)
        tenant.managesWorkspaces = reader.flag()
        tenant.members = reader.flag() ? [] : nil
      case "F":
        guard let former = reader.symbol(&names) else { return nil }
        tenant.formerly.append(Marked(former, .none))
      case "M":
        guard let member = reader.member(&names) else { return nil }
        if tenant.workspaces.isEmpty {
          tenant.members?.append(member)
        } else {
          tenant.workspaces[tenant.workspaces.count - 1].members?.append(member)
        }
      case "W":
        guard let workspace = reader.workspace(&names) else { return nil }
        tenant.workspaces.append(workspace)
      case "K":
        guard let key = reader.symbol(&names), !tenant.workspaces.isEmpty else { return nil }
        let limits = APIKeyLimits(monthly: reader.number().map(Int.init), daily: reader.number().map(Int.init))
        tenant.workspaces[tenant.workspaces.count - 1].apiKeys?.append(.init(name: key, limits: limits, mark: .none))
      case "H":
        guard let (key, since) = reader.withheld(&names) else { return nil }
        withheld[key] = since
      default:
        return nil
      }
    }
    tenant.members?.sort { $0.person < $1.person }
    for index in tenant.workspaces.indices { tenant.workspaces[index].members?.sort { $0.person < $1.person } }
    self.init(tenant: tenant, withheld: withheld)
  }
}
