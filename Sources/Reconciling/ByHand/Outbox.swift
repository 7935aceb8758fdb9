import Model
import Store

/// What is to be told the world: the operators', since invitation tokens stand in the clear there.
extension HandView {
  /// Oldest first.
  public func outbox() throws -> Sight<[OutboxMessage]> {
    if let reason = try AppliedPolicy(reader).operatorsOnly(actor) {
      return .refused(refusal(reason, Path(tenant: "~" + (actor ?? "")), subject: nil))
    }
    return .seen(try reader.outbox())
  }
}

extension Handwork {
  /// What became of acknowledging.
  public struct Acknowledgement: Hashable, Sendable {
    /// In the order asked for.
    public var gone: [Int64]
    /// Acknowledged before, or never there.
    public var unknown: [Int64]
  }

  /// Takes what was delivered out of the outbox.
  public func acknowledge(_ ids: [Int64]) throws -> HandView.Sight<Acknowledgement> {
    try store.transaction { transaction in
      let view = HandView(reader: transaction, actor: actor, now: now)
      switch try view.outbox() {
      case .refused(let refusal): return .refused(refusal)
      case .seen(let messages):
        let known = Set(messages.map(\.id))
        var seen: Set<Int64> = []
        let wanted = ids.filter { seen.insert($0).inserted }
        let gone = wanted.filter(known.contains)
        _ = try transaction.acknowledgeOutbox(ids: gone)
        return .seen(Acknowledgement(gone: gone, unknown: wanted.filter { !known.contains($0) }))
      }
    }
  }
}
