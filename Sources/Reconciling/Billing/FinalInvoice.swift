import Model
import Store

/// The last invoice of a workspace that is about to be deleted: its usage up to that instant.
///
/// Lines by kind and no people, for it outlives all that is erased. The total is usage less credits where that is more
/// than nothing; credits that are left lapse. It is written where nothing was used too: it says so.
struct FinalInvoice {
  static let reason = "workspace-deleted"
  /// Of the audit entry and the notice.
  static let name = "final-invoice"

  let transaction: any StoreTransaction
  let now: Instant

  /// - Parameters:
  ///   - path: with the tenant as it is stored.
  ///   - recipient: the email of the owner of record; nil: nobody is told.
  ///   - deletion: the audit entry of the deletion; the invoice's has its actors, commit and source.
  func write(workspace id: Int64, _ path: Path, to recipient: String?, deletion: AuditRecord) throws {
    let ledger = Ledger(try transaction.counters(workspace: id))
    let total = max(0, Ledger.difference(ledger.usage, ledger.credits))
    let number = try transaction.writeInvoice(
      Invoice(
        tenant: path.tenant, workspace: path.workspace ?? "", workspaceID: id, reason: FinalInvoice.reason,
        lines: ledger.lines, total: total, created: now))
    var record = deletion
    record.action = FinalInvoice.name
    record.path = path.description
    record.subject = nil
    record.before = nil
    record.after = [
      "invoice": .number(Int(number)), "usage": .number(Int(ledger.usage)), "credits": .number(Int(ledger.credits)),
      "total": .number(Int(total)),
    ]
    try transaction.appendAudit(record)
    guard let recipient else { return }
    try transaction.appendOutbox(
      kind: FinalInvoice.name, to: recipient, token: nil, path: path.description, at: now)
  }

  /// Of every workspace of an account that is about to be deleted, to its person.
  func writeAll(of account: AccountRow, deletion: AuditRecord) throws {
    var names = NameTable()
    for tenant in try transaction.read(.tenants(["~" + account.email.emailKey]), names: &names).tenants {
      for workspace in tenant.workspaces {
        let path = Path(tenant: tenant.name, workspace: names.text(workspace.name))
        try write(workspace: workspace.id, path, to: account.email, deletion: deletion)
      }
    }
  }
}
