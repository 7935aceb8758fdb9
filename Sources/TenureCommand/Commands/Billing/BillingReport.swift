import Model
import Reconciling
import Reports
import Store

/// What `billing show` prints.
struct BillingReport {
  let billing: HandView.Billing

  init(_ billing: HandView.Billing) { self.billing = billing }

  // MARK: JSON

  var json: JSONValue {
    switch billing {
    case .workspace(let path, let ledger, let details):
      .object([.init("path", .string(path))] + sums(ledger.usage, ledger.credits) + json(details))
    case .tenant(let path, let workspaces, let invoices):
      [
        "path": .string(path),
        "workspaces": .array(
          workspaces.map { .object([.init("path", .string($0.path))] + sums($0.ledger.usage, $0.ledger.credits)) }),
        "totals": .object(sums(Self.total(workspaces, \.usage), Self.total(workspaces, \.credits))),
        "invoices": invoices.map(json) ?? .null,
      ]
    case .gone(let path, let invoices): ["path": .string(path), "invoices": json(invoices)]
    }
  }

  private func sums(_ usage: Int64, _ credits: Int64) -> [JSONValue.Member] {
    [
      .init("balance", .number(Ledger.difference(credits, usage))), .init("usage", .number(usage)),
      .init("credits", .number(credits)),
    ]
  }

  /// Null for what whoever acts may not see.
  private func json(_ details: HandView.Details?) -> [JSONValue.Member] {
    let entries = details?.entries
    return [
      .init(
        "resources",
        entries.map { .array($0.resources.map { .object([.init("kind", .string($0.kind))] + share($0)) }) } ?? .null),
      .init("usageByCreator", entries.map { shares($0, Ledger.usageKind) } ?? .null),
      .init("creditsByCreator", entries.map { shares($0, Ledger.creditsKind) } ?? .null),
      .init("invoices", details.map { json($0.invoices) } ?? .null),
    ]
  }

  private func share(_ row: CounterRow) -> [JSONValue.Member] {
    [.init("creator", JSONValue(row.creator)), .init("count", .number(row.count))]
  }

  private func shares(_ ledger: Ledger, _ kind: String) -> JSONValue {
    .array(ledger.entries.filter { $0.kind == kind }.map { .object(share($0)) })
  }

  private func json(_ invoices: [InvoiceRow]) -> JSONValue {
    .array(
      invoices.map { row in
        [
          "number": .number(row.number), "path": .string(row.path), "reason": .string(row.invoice.reason),
          "lines": .array(row.invoice.lines.map { ["kind": .string($0.kind), "count": .number($0.count)] }),
          "total": .number(row.invoice.total), "created": JSONValue(row.invoice.created),
        ]
      })
  }

  private static func total(_ workspaces: [HandView.WorkspaceBalance], _ value: KeyPath<Ledger, Int64>) -> Int64 {
    Ledger.sum(workspaces.map { $0.ledger[keyPath: value] })
  }

  // MARK: Text

  func text(_ color: Bool) -> String {
    switch billing {
    case .workspace(let path, let ledger, let details):
      let facts = [
        ["workspace", path], ["balance", String(ledger.balance)], ["usage", String(ledger.usage)],
        ["credits", String(ledger.credits)],
      ]
      return Facts.render(facts) + (details.map { text($0, color) } ?? "")
    case .tenant(_, let workspaces, let invoices):
      let (usage, credits) = (Self.total(workspaces, \.usage), Self.total(workspaces, \.credits))
      let rows = workspaces.map { row(of: $0.path, $0.ledger.usage, $0.ledger.credits) }
      let table = TextTable(
        header: ["workspace", "balance", "usage", "credits"], rows: rows + [row(of: "all", usage, credits)],
        rightAligned: [1, 2, 3])
      return table.render(color: color) + text(invoices ?? [], color)
    case .gone(let path, let invoices):
      return Facts.render([["workspace", "\(path), which was deleted"]]) + text(invoices, color)
    }
  }

  private func text(_ details: HandView.Details, _ color: Bool) -> String {
    let rows = details.entries.entries.map { entry in
      details.showsPeople ? [entry.kind, entry.creator ?? "", String(entry.count)] : [entry.kind, String(entry.count)]
    }
    let table = TextTable(
      header: details.showsPeople ? ["kind", "creator", "count"] : ["kind", "count"], rows: rows,
      rightAligned: [details.showsPeople ? 2 : 1])
    return (rows.isEmpty ? "" : "\n" + table.render(color: color)) + text(details.invoices, color)
  }

  private func row(of path: String, _ usage: Int64, _ credits: Int64) -> [String] {
    [path, String(Ledger.difference(credits, usage)), String(usage), String(credits)]
  }

  private func text(_ invoices: [InvoiceRow], _ color: Bool) -> String {
    guard !invoices.isEmpty else { return "" }
    let table = TextTable(
      header: ["invoice", "workspace", "created", "total", "for"],
      rows: invoices.map { row in
        let lines = row.invoice.lines.map { "\($0.kind): \($0.count)" }.joined(separator: ", ")
        return [
          String(row.number), row.path, row.invoice.created.description, String(row.invoice.total), lines,
        ]
      }, rightAligned: [0, 3])
    return "\n" + table.render(color: color)
  }
}
