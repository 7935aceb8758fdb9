import Model
import Store

/// What was recorded about a workspace: how much of what by whom.
///
/// | kind          | is                                     |
/// |---------------|----------------------------------------|
/// | `usage`       | what the product counted               |
/// | `credits`     | what was bought                        |
/// | anything else | a resource that somebody made there    |
///
/// The balance is credits less usage, and may be below zero.
public struct Ledger: Hashable, Sendable {
  public static let usageKind = "usage"
  public static let creditsKind = "credits"

  /// By kind and creator.
  public let entries: [CounterRow]

  init(_ entries: [CounterRow]) { self.entries = entries }

  /// By kind alone.
  var withoutPeople: Ledger {
    Ledger(lines.map { CounterRow(kind: $0.kind, creator: nil, count: $0.count) })
  }

  public var usage: Int64 { total(of: Ledger.usageKind) }
  public var credits: Int64 { total(of: Ledger.creditsKind) }
  public var balance: Int64 { Ledger.difference(credits, usage) }

  public var resources: [CounterRow] {
    entries.filter { $0.kind != Ledger.usageKind && $0.kind != Ledger.creditsKind }
  }

  public func total(of kind: String) -> Int64 { Ledger.sum(entries.lazy.filter { $0.kind == kind }.map(\.count)) }

  /// What is beyond 64 bits, which plain SQL can bring about, is cut to what they hold.
  public static func difference(_ a: Int64, _ b: Int64) -> Int64 {
    let (difference, isOver) = a.subtractingReportingOverflow(b)
    return isOver ? (a < 0 ? .min : .max) : difference
  }

  /// The same for a sum.
  public static func sum(_ values: some Sequence<Int64>) -> Int64 {
    values.reduce(0) { sum, value in
      let (total, isOver) = sum.addingReportingOverflow(value)
      return isOver ? (value < 0 ? .min : .max) : total
    }
  }

  /// By kind, in byte order.
  var lines: [Invoice.Line] {
    Set(entries.map(\.kind)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { Invoice.Line(kind: $0, count: total(of: $0)) }
  }
}
