import Model

/// The stored form of a ``Baseline``: UTF-8 lines of tab-separated fields, `\t`, `\n` and `\` escaped by a backslash,
/// an absent value written as a lone `-` in numeric fields and as `\0` in text fields.
///
///     tenure-baseline 3
///     T  management  displayName  owner  subscription  defaultWorkspace  managesWorkspaces  managesMembers
///     F  former email
///     P  path of a leaf that the organization's own Policy sets
///     M  person  role  expires  protect  reinvite  group  in force        members of what stands above
///     L  as M                                                             what they get once that has ended, in order
///     W  name  disposition  reason  displayName  renamedFrom  owner  subscription  management  managesMembers  managesKeys
///        stored id
///     K  name  monthly  daily
///     R  new name  old name  stored id                                    what a rename is about
///     H  entry  workspace  name  commit  policy digest  stored id  origin  declared  parts
///
/// Marks are not kept: a baseline is the same however the manifests were laid out. Version 2 had no L and no P lines, and its H
/// lines no parts; version 1 had neither ids nor R lines either, and its H lines ended with the digest.
extension Baseline {
  static let header = "tenure-baseline 3"
  static let olderHeaders = ["tenure-baseline 2", "tenure-baseline 1"]

  public func encoded(names: NameTable) -> [UInt8] {
    var writer = LineWriter(names: names)
    writer.line(Self.header)
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
    for path in tenant.pinned.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      writer.begin("P")
      writer.text(path)
      writer.end()
    }
    writer.members(tenant.members ?? [], later: tenant.later)
    // What is withheld stands behind the rest until it is written.
    for workspace in tenant.workspaces.sorted(by: { names.precedes($0.name, $1.name) }) {
      writer.workspace(workspace, id: ids[workspace.name])
      writer.members(workspace.members ?? [], later: workspace.later)
      for key in (workspace.apiKeys ?? []).sorted(by: { names.precedes($0.name, $1.name) }) {
        writer.begin("K")
        writer.symbol(key.name)
        writer.number(key.limits.monthly.map(Int64.init))
        writer.number(key.limits.daily.map(Int64.init))
        writer.end()
      }
    }
    writer.renames(renames)
    writer.withheld(withheld, ids)
    return writer.bytes
  }
}

/// A baseline as it was written: what its workspaces are called now is told when it is resolved.
struct BaselineReader {
  private var tenant: DesiredTenant
  private var ids: [Int64?] = []
  private var withheld: [(key: EntryKey, id: Int64?, value: Baseline.Withheld)] = []
  private(set) var renames: [Baseline.RenameKey: Int64] = [:]
  private let hasParts: Bool

  /// Nil for anything but what ``Baseline/encoded(names:)`` wrote, in this version or one before.
  init?(_ bytes: [UInt8], name: String, account: Symbol?, policy: PolicyInForce, names: inout NameTable) {
    var reader = LineReader(bytes)
    guard reader.nextLine() else { return nil }
    let version = reader.field()
    guard version == Baseline.header || Baseline.olderHeaders.contains(version) else { return nil }
    hasParts = version == Baseline.header
    tenant = DesiredTenant(name: name, account: account, mark: .none, policy: policy)
    while reader.nextLine() {
      guard read(&reader, &names) else { return nil }
    }
    tenant.members?.sort { $0.person < $1.person }
    for index in tenant.workspaces.indices { tenant.workspaces[index].members?.sort { $0.person < $1.person } }
    guard version == Baseline.olderHeaders.last else { return }
    // A rename that was applied was spent.
    for workspace in tenant.workspaces {
      if let from = workspace.renamedFrom?.value { renames[.init(name: workspace.name, from: from)] = 0 }
    }
  }

  private mutating func read(_ reader: inout LineReader, _ names: inout NameTable) -> Bool {
    switch reader.field() {
    case "T":
      guard let management = Management(rawValue: reader.field()) else { return false }
      tenant.management = management
      tenant.displayName = reader.text().map { Marked($0, .none) }
      tenant.owner = reader.symbol(&names).map { Marked($0, .none) }
      tenant.subscription = reader.symbol(&names).map { Marked($0, .none) }
      tenant.defaultWorkspace = reader.symbol(&names)
      tenant.managesWorkspaces = reader.flag()
      tenant.members = reader.flag() ? [] : nil
    case "F":
      guard let former = reader.symbol(&names) else { return false }
      tenant.formerly.append(Marked(former, .none))
    case "P":
      guard let path = reader.text() else { return false }
      tenant.pinned.insert(path)
    case "M":
      guard let member = reader.member(&names) else { return false }
      if tenant.workspaces.isEmpty {
        tenant.members?.append(member)
      } else {
        tenant.workspaces[tenant.workspaces.count - 1].members?.append(member)
      }
    case "L":
      guard let member = reader.member(&names) else { return false }
      if tenant.workspaces.isEmpty {
        tenant.later[member.person, default: []].append(member)
      } else {
        tenant.workspaces[tenant.workspaces.count - 1].later[member.person, default: []].append(member)
      }
    case "W":
      guard let workspace = reader.workspace(&names) else { return false }
      tenant.workspaces.append(workspace)
      ids.append(reader.number())
    case "K":
      guard let key = reader.symbol(&names), !tenant.workspaces.isEmpty else { return false }
      let limits = APIKeyLimits(monthly: reader.number().map(Int.init), daily: reader.number().map(Int.init))
      tenant.workspaces[tenant.workspaces.count - 1].apiKeys?.append(.init(name: key, limits: limits, mark: .none))
    case "R":
      guard let name = reader.symbol(&names), let from = reader.symbol(&names) else { return false }
      renames[.init(name: name, from: from)] = reader.number() ?? 0
    case "H":
      guard let line = reader.withheld(&names, hasParts: hasParts) else { return false }
      withheld.append(line)
    default:
      return false
    }
    return true
  }

  /// With the names that `present` gives workspaces by their stored ids. One that is no longer stored keeps the name it
  /// was declared under, unless another one has that now.
  func resolved(_ present: [Int64: Symbol]) -> Baseline {
    var result = Baseline(tenant: tenant)
    result.tenant.workspaces = []
    result.renames = renames
    var taken: Set<Symbol> = []
    for isStored in [true, false] {
      for (workspace, id) in zip(tenant.workspaces, ids) {
        let name = id.flatMap { present[$0] }
        guard (name != nil) == isStored else { continue }
        var workspace = workspace
        workspace.name = name ?? workspace.name
        guard taken.insert(workspace.name).inserted else { continue }
        result.tenant.workspaces.append(workspace)
        if let id { result.ids[workspace.name] = id }
      }
      for (key, id, value) in withheld {
        let name = id.flatMap { present[$0] }
        guard (name != nil) == isStored else { continue }
        let key = key.named(name)
        if result.withheld[key] == nil { result.withheld[key] = value }
        if let id, let workspace = key.workspace, result.ids[workspace] == nil { result.ids[workspace] = id }
      }
    }
    return result
  }
}

extension Baseline {
  /// What counts as applied to a tenant as it is stored now; nil where nothing does, or the bytes are of another version.
  public init?(of stored: ActualTenant, policy: PolicyInForce, names: inout NameTable) {
    guard let bytes = stored.applied?.bytes else { return nil }
    let read = BaselineReader(bytes, name: stored.name, account: stored.account, policy: policy, names: &names)
    guard let read else { return nil }
    self = read.resolved(Dictionary(stored.workspaces.map { ($0.id, $0.name) }) { first, _ in first })
  }
}
