import Model
import Planning
import Store

/// Accounts that move to another email, or end.
extension Handwork {
  /// Same person, new email: memberships, invitations and history come along.
  public func moveAccount(from old: String, to new: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let known = try transaction.account(email: old) else { throw try HandworkError.noAccount(old, transaction) }
      var place = try Place(Path(tenant: "~" + known.email), transaction)
      let policy = try AppliedPolicy(transaction).policy(of: place.tenant, in: place.state)
      let (from, to) = (place.names.person(old), place.names.person(new))
      try readAccounts([from, to], &place, transaction)
      let bothExist = from != to && place.state.accounts[to] != nil
      let spellings = [to: place.names.intern(new)]
      let actor = try symbol(of: actor, &place, transaction)
      return try write(
        Judgement(
          [.moveAccount(from: from, to: to, bothExist: bothExist)],
          ByHandInput(
            name: "~" + place.names.text(to), account: to, stored: place.tenant, accounts: place.state.accounts,
            policy: policy, spellings: spellings, actor: actor, names: place.names, now: now),
          stored: place.tenant, transaction), transaction)
    }
  }

  /// Ends the account with its own workspaces, and all that the person holds elsewhere under the rules of each place:
  /// everything or, with every refusal, nothing.
  public func deleteAccount(_ email: String) throws -> Outcome {
    try store.transaction { transaction in
      let judgements = try judgeDeletion(email, transaction)
      var outcome = Outcome(judgements.map(\.outcome))
      guard outcome.isClear else {
        outcome.deeds = []
        return outcome
      }
      for judgement in judgements { _ = try write(judgement, transaction) }
      return outcome
    }
  }

  /// What ``deleteAccount(_:)`` would do, for asking first.
  public func proposeDeletion(ofAccount email: String) throws -> Outcome {
    Outcome(try judgeDeletion(email, store).map(\.outcome))
  }

  /// The other places first, in their order, then the account's own tenant; that one alone where who acts may not do it.
  private func judgeDeletion(_ email: String, _ reader: any StoreReader) throws -> [Judgement] {
    guard try reader.account(email: email) != nil else { throw try HandworkError.noAccount(email, reader) }
    var names = NameTable()
    var state = try reader.read(.everything, names: &names)
    let person = names.person(email)
    var acting = Actor.theOperator
    if let actor {
      let symbol = names.person(actor)
      acting = .person(symbol)
      if state.accounts[symbol] == nil, let row = try reader.account(email: actor) {
        state.accounts.put(AccountRecord(row, &names))
      }
    }
    let table = names
    func judge(_ tenant: ActualTenant, _ request: ByHandRequest) throws -> Judgement {
      try Judgement(
        [request],
        ByHandInput(
          name: tenant.name, account: tenant.account, stored: tenant, accounts: state.accounts,
          policy: try AppliedPolicy(reader).policy(of: tenant, in: state), actor: acting, names: table, now: now),
        stored: tenant, reader)
    }
    guard let home = state.tenants.first(where: { $0.account == person }) else { return [] }
    let own = try judge(home, .deleteAccount(person))
    guard own.planned.tenant.blocked.isEmpty else { return [own] }
    let others = state.tenants.filter { $0.account != person && $0.holds(person) }
    return try others.map { try judge($0, .withdraw(person)) } + [own]
  }
}

extension Handwork.Outcome {
  fileprivate init(_ parts: [Handwork.Outcome]) {
    self.init(
      deeds: parts.flatMap(\.deeds), refusals: parts.flatMap(\.refusals), problems: parts.flatMap(\.problems),
      notes: parts.flatMap(\.notes))
  }
}

extension ActualTenant {
  /// Whether the person is a member or invited anywhere in it, or made a key that is there.
  fileprivate func holds(_ person: Symbol) -> Bool {
    let isNamed = ([roll] + workspaces.map(\.roll)).contains { roll in
      roll.members.contains { $0.person == person } || roll.invitations.contains { $0.person == person }
    }
    return isNamed || workspaces.contains { $0.apiKeys.contains { $0.creator == person } }
  }
}
