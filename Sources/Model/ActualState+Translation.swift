/// Symbols of one table as symbols of another.
public struct SymbolMap: Sendable {
  private let symbols: ContiguousArray<UInt32>

  /// Interns all names of `other` in `names`.
  public init(from other: NameTable, into names: inout NameTable) {
    symbols = ContiguousArray(
      (0..<other.count).map { index in
        other.withBytes(of: Symbol(rawValue: UInt32(index))) { names.intern($0) }.rawValue
      })
  }

  public subscript(symbol: Symbol) -> Symbol { Symbol(rawValue: symbols[Int(symbol.rawValue)]) }
}

extension ActualState {
  /// The same state in symbols of another table: read beside the manifests, with a table of its own.
  public mutating func translate(_ map: SymbolMap) {
    for index in tenants.indices { tenants[index].translate(map) }
    var records = accounts.records
    accounts = AccountDirectory()
    for index in records.indices {
      records[index].person = map[records[index].person]
      records[index].email = map[records[index].email]
    }
    accounts = AccountDirectory(records)
  }
}

extension ActualTenant {
  fileprivate mutating func translate(_ map: SymbolMap) {
    account = account.map { map[$0] }
    owner = owner.map { map[$0] }
    subscription = subscription.map { map[$0] }
    roll.translate(map)
    for index in workspaces.indices { workspaces[index].translate(map) }
  }
}

extension ActualWorkspace {
  fileprivate mutating func translate(_ map: SymbolMap) {
    name = map[name]
    owner = owner.map { map[$0] }
    subscription = subscription.map { map[$0] }
    roll.translate(map)
    for index in apiKeys.indices {
      apiKeys[index].name = map[apiKeys[index].name]
      apiKeys[index].creator = apiKeys[index].creator.map { map[$0] }
    }
  }
}

extension Roll {
  fileprivate mutating func translate(_ map: SymbolMap) {
    for index in members.indices {
      members[index].person = map[members[index].person]
      members[index].role = map[members[index].role]
    }
    for index in invitations.indices {
      invitations[index].person = map[invitations[index].person]
      invitations[index].email = map[invitations[index].email]
      invitations[index].role = map[invitations[index].role]
      invitations[index].inviter = invitations[index].inviter.map { map[$0] }
    }
    for index in departures.indices { departures[index].person = map[departures[index].person] }
    sort()
  }

  /// By person, where it is not sorted already: rows mostly come in the order in which people were first named.
  public mutating func sort() {
    if !members.isSorted(by: \.person) { members.sort { $0.person < $1.person } }
    if !invitations.isSorted(by: \.person) { invitations.sort { $0.person < $1.person } }
    if !departures.isSorted(by: \.person) { departures.sort { $0.person < $1.person } }
  }
}

extension Array {
  fileprivate func isSorted(by person: (Element) -> Symbol) -> Bool {
    var i = 1
    while i < count {
      if person(self[i]) < person(self[i - 1]) { return false }
      i += 1
    }
    return true
  }
}
