import Model

/// Everything that the manifests of one commit say about some people, and the chains in it.
public struct ProofSearch: Sendable {
  private let people: Set<String>
  private var byList: [Statement.List: [FoundStatement]] = [:]

  /// `people`: the caseless emails of one person.
  public init(_ statements: [FoundStatement], people: Set<String>) {
    self.people = people
    for found in statements { byList[found.statement.list, default: []].append(found) }
  }

  /// The shortest chain by which a declared membership holds, from the member list to the person; empty where no
  /// statement gives it.
  ///
  /// | declared                                | chain                                                    |
  /// |-----------------------------------------|----------------------------------------------------------|
  /// | an entry of their own                   | the entry                                                |
  /// | by `owner:`                             | that line                                                |
  /// | through groups of the same role and end | entry, group, …, person: the shortest, then by name      |
  public func chain(
    to place: Path, role: String, expires: Instant?, group: String?, at location: SourceLocation?
  ) -> [FoundStatement] {
    let (tenant, workspace) = (place.tenant, place.workspace)
    let list = byList[.members(tenant: tenant, workspace: workspace)] ?? []
    guard group != nil else {
      let own = list.filter(isOfPerson) + (byList[.owner(tenant: tenant, workspace: workspace)] ?? [])
      return (own.first { $0.location == location } ?? own.first).map { [$0] } ?? []
    }
    let equals = list.filter {
      !$0.statement.isPerson && $0.statement.role == role && $0.statement.expires == expires
    }
    // The group that won over the others comes first, among chains of one length.
    let ordered = equals.sorted { a, b in
      let (isA, isB) = (a.statement.name == group, b.statement.name == group)
      return isA != isB ? isA : Self.precedes(a, b)
    }
    let organization = tenant.hasPrefix("~") ? nil : tenant
    let chains = ordered.compactMap { entry in
      chain(through: entry.statement.name, organization: organization).map { [entry] + $0 }
    }
    return chains.min { $0.count < $1.count } ?? []
  }

  /// Every place where the person is declared, however, ended or not, with the shortest chain there.
  public func places() -> [Path: [FoundStatement]] {
    var result: [Path: [FoundStatement]] = [:]
    for (list, statements) in byList {
      switch list {
      case .group: continue
      case .owner(let tenant, let workspace):
        let path = Path(tenant: tenant, workspace: workspace)
        if result[path]?.count != 1 { result[path] = statements.first.map { [$0] } }
      case .members(let tenant, let workspace):
        let path = Path(tenant: tenant, workspace: workspace)
        if let own = statements.first(where: isOfPerson) {
          result[path] = [own]
          continue
        }
        let organization = tenant.hasPrefix("~") ? nil : tenant
        let chains = statements.sorted(by: Self.precedes).compactMap { entry in
          chain(through: entry.statement.name, organization: organization).map { [entry] + $0 }
        }
        if result[path] == nil, let chain = chains.min(by: { $0.count < $1.count }) { result[path] = chain }
      }
    }
    return result
  }

  /// The statement of this list about the same person or group, if there is one.
  public func statement(like other: Statement) -> FoundStatement? {
    byList[other.list]?.first { $0.statement.isPerson == other.isPerson && $0.statement.name == other.name }
  }

  /// Breadth first, names in byte order: the shortest chain, and of several the first by its names.
  private func chain(through group: String, organization: String?) -> [FoundStatement]? {
    var level: [(list: Statement.List, chain: [FoundStatement])] = []
    var seen: Set<Statement.List> = []
    func enter(_ name: String, _ organization: String?, _ chain: [FoundStatement]) {
      guard let list = list(ofGroup: name, organization), seen.insert(list).inserted else { return }
      level.append((list, chain))
    }
    enter(group, organization, [])
    while !level.isEmpty {
      for (list, chain) in level {
        if let last = byList[list]?.first(where: isOfPerson) { return chain + [last] }
      }
      let open = level
      level = []
      for (list, chain) in open {
        guard case .group(let organization, _) = list else { continue }
        for inner in (byList[list] ?? []).filter({ !$0.statement.isPerson }).sorted(by: Self.precedes) {
          enter(inner.statement.name, organization, chain + [inner])
        }
      }
    }
    return nil
  }

  /// An organization's own group before one for all; nil where neither leads anywhere.
  private func list(ofGroup name: String, _ organization: String?) -> Statement.List? {
    let own = Statement.List.group(organization: organization, name: name)
    if byList[own] != nil { return own }
    let forAll = Statement.List.group(organization: nil, name: name)
    return byList[forAll] == nil ? nil : forAll
  }

  private func isOfPerson(_ found: FoundStatement) -> Bool {
    found.statement.isPerson && people.contains(found.statement.name)
  }

  private static func precedes(_ a: FoundStatement, _ b: FoundStatement) -> Bool {
    a.statement.name.utf8.lexicographicallyPrecedes(b.statement.name.utf8)
  }
}
