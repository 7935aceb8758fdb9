import Manifests
import Model
import Planning
import Store

/// What is recorded about a workspace.
public enum Record: Hashable, Sendable {
  /// So many things of a kind that whoever acts has made.
  case resource(kind: String, count: Int64)
  case usage(Int64)
  case credits(Int64)

  var kind: String {
    switch self {
    case .resource(let kind, _): kind
    case .usage: Ledger.usageKind
    case .credits: Ledger.creditsKind
    }
  }

  var count: Int64 {
    switch self {
    case .resource(_, let count), .usage(let count), .credits(let count): count
    }
  }

  /// As the audit log has it.
  var name: String {
    switch self {
    case .resource: "add-resource"
    case .usage: "add-usage"
    case .credits: "buy-credits"
    }
  }

  var permission: Permission {
    switch self {
    case .resource(let kind, _): .resourcesWriteKind(kind)
    case .usage: .resourcesRun
    case .credits: .billingBuy
    }
  }
}

extension Handwork {
  /// Adds to what is recorded about the workspace, to the account of whoever acts.
  public func record(_ path: Path, _ record: Record) throws -> Outcome {
    var record = record
    if case .resource(let kind, let count) = record {
      let kind = kind.nfc
      record = .resource(kind: kind, count: count)
      guard kind != Ledger.usageKind, kind != Ledger.creditsKind else {
        throw HandworkError(
          "'\(kind)' is no kind of resource",
          hint: kind == Ledger.usageKind ? "tenure usage add \(path) AMOUNT" : "tenure billing buy \(path) CREDITS")
      }
      guard Names.isTitle(kind) else {
        throw HandworkError(
          "'\(kind)' is no kind of resource", hint: "1 to 100 printable characters, no spaces at either end")
      }
    }
    guard record.count > 0 else { throw HandworkError("\(record.count) is nothing to add", hint: "1 or more") }
    return try work(in: path, needing: [record.permission]) { [record] workplace, transaction in
      let before = Ledger(try transaction.counters(workspace: workplace.stored.id)).total(of: record.kind)
      let (after, isOver) = before.addingReportingOverflow(record.count)
      guard !isOver else {
        throw HandworkError(
          "\(workplace.path) has \(before) of \(record.kind) already, and \(record.count) more is beyond what can be "
            + "counted", hint: "at most \(Int64.max) in all")
      }
      try transaction.addCounter(
        workspace: workplace.stored.id, account: workplace.account?.id, kind: record.kind, count: record.count)
      return Outcome(
        deeds: [
          try Deed(
            record.name, as: .updateWorkspace, in: workplace, before: [record.kind: .number(Int(before))],
            after: [record.kind: .number(Int(after))], at: now, transaction)
        ], refusals: [], problems: [])
    }
  }
}
