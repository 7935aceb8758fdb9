import Manifests
import Model
import Planning
import Store

extension Handwork {
  /// A key that was made. Its secret is nowhere else.
  public struct NewKey: Hashable, Sendable {
    /// Nil where a rule refused it.
    public var secret: String?
    public var outcome: Outcome
    /// What its maker should know: the manifests have other limits for it, or no such key.
    public var notes: [String]
  }

  /// Makes a key. A limit that is not given is the one that the applied manifests declare for the key, if any.
  public func createKey(_ path: Path, name: String, limits: APIKeyLimits) throws -> NewKey {
    let name = name.nfc
    guard Names.isTitle(name) else {
      throw HandworkError(
        "'\(name)' is no name for a key", hint: "1 to 100 printable characters, no spaces at either end")
    }
    let secret = Secret.apiKey()
    var notes: [String] = []
    let isLimited = limits.monthly != nil || limits.daily != nil
    let outcome = try work(in: path, needing: isLimited ? [.apiKeyCreate, .apiKeyLimits] : [.apiKeyCreate]) {
      workplace, transaction in
      let known = try transaction.apiKeys(tenant: workplace.path.tenant, workspace: workplace.path.workspace ?? "")
      if known.contains(where: { $0.name == name }) {
        throw HandworkError(
          "\(workplace.path) has a key '\(name)' already",
          hint: "choose another name, or revoke it first: tenure api-key revoke \(workplace.path) '\(name)'")
      }
      let declared = try AppliedKeys(workplace, transaction)
      let wanted = declared.limits(of: name)
      let limits = APIKeyLimits(
        monthly: limits.monthly ?? wanted?.monthly, daily: limits.daily ?? wanted?.daily)
      try transaction.createAPIKey(
        workspace: workplace.stored.id, name: name, hash: digest(secret), creator: workplace.account?.id,
        limits: limits, at: now)
      notes = declared.notes(about: name, limits)
      if try workplace.makesIdleKeys(transaction) {
        notes.append(
          "\(workplace.maker) has no role in \(workplace.path), where keys follow their creators, so the key does not "
            + "work until they have one; a key that is made without --as is the operator's")
      }
      return Outcome(
        deeds: [
          try Deed(
            "create-api-key", as: .updateAPIKey, in: workplace, subject: name, after: Fields(limits), at: now,
            transaction)
        ], refusals: [], problems: [])
    }
    return NewKey(secret: outcome.refusals.isEmpty ? secret : nil, outcome: outcome, notes: notes)
  }

  /// Ends a key for good.
  public func revokeKey(_ path: Path, name: String) throws -> Outcome {
    let name = name.nfc
    return try work(in: path, needing: []) { workplace, transaction in
      switch try HandView(reader: transaction, actor: actor, now: now).revocable(name, workplace) {
      case .refused(let refusal): return Outcome(deeds: [], refusals: [refusal], problems: [])
      case .seen(let key):
        try transaction.revokeAPIKey(workspace: workplace.stored.id, name: name, at: now)
        return Outcome(
          deeds: [
            try Deed(
              "revoke-api-key", as: .revokeAPIKey, in: workplace, subject: name, before: Fields(key.limits), at: now,
              transaction)
          ], refusals: [], problems: [])
      }
    }
  }
}

extension Workplace {
  /// Where keys follow their creators, the key of an operator without a role there does not work: an operator's place is
  /// no role, and a key would outlast it.
  fileprivate func makesIdleKeys(_ reader: any StoreReader) throws -> Bool {
    guard let acting, acting.roles(in: stored.name).isEmpty else { return false }
    return try AppliedPolicy(reader).policy(of: place.tenant, in: place.state).policy.apiKeys.ofRemoved == .revoke
  }
}

/// What the manifests that were applied last say about a workspace's keys.
private struct AppliedKeys {
  private let names: NameTable
  private let path: Path
  /// Nil: they do not manage the keys.
  private let keys: [DesiredAPIKey]?
  private let management: Management

  init(_ workplace: Workplace, _ reader: any StoreReader) throws {
    var names = workplace.place.names
    let tenant = workplace.place.tenant
    let policy = try AppliedPolicy(reader).policy(of: tenant, in: workplace.place.state)
    let baseline = Baseline(of: tenant, policy: policy, names: &names)
    let workspace = baseline?.tenant.workspaces.first {
      $0.name == workplace.stored.name && $0.disposition == .declared
    }
    (self.names, path, keys) = (names, workplace.path, workspace?.apiKeys)
    management = workspace?.management ?? .additive
  }

  func limits(of name: String) -> APIKeyLimits? { keys?.first { names.text($0.name) == name }?.limits }

  func notes(about name: String, _ limits: APIKeyLimits) -> [String] {
    guard let keys else { return [] }
    guard let declared = self.limits(of: name) else {
      guard management == .authoritative else { return [] }
      let list = keys.map { names.text($0.name) }.joined(separator: ", ")
      return [
        "the manifests list the keys of \(path) without '\(name)' (\(list.isEmpty ? "none" : list)), so the next apply "
          + "revokes it: add it to apiKeys"
      ]
    }
    let (monthly, daily) = (declared.monthly ?? limits.monthly, declared.daily ?? limits.daily)
    return APIKeyLimits(monthly: monthly, daily: daily) == limits
      ? [] : ["the manifests declare other limits for '\(name)', which the next apply sets"]
  }
}

extension Fields {
  fileprivate init(_ limits: APIKeyLimits) {
    self.init([
      ("monthlyLimit", limits.monthly.map { .number($0) } ?? .null),
      ("dailyRateLimit", limits.daily.map { .number($0) } ?? .null),
    ])
  }
}
