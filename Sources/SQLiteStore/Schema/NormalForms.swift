import GRDB
import Model

/// Names and keys of emails that older versions stored as they were written: brought into the forms in which they are
/// compared. Where that is another row's already, the row stays as it is.
enum NormalForms {
  static let version5: [String] =
    [
      "UPDATE OR IGNORE accounts SET email_key = tenure_email_key(email) WHERE \(isForeign("email_key"))",
      """
      UPDATE OR IGNORE tenants SET name = '~' || (SELECT email_key FROM accounts WHERE id = account_id)
      WHERE account_id IS NOT NULL AND \(isForeign("name"))
      """,
      "UPDATE invoices SET tenant_name = tenure_email_key(tenant_name) WHERE \(isForeign("tenant_name"))",
    ]
    + ["invitations", "departures"].map {
      "UPDATE OR IGNORE \($0) SET email_key = tenure_email_key(email) WHERE \(isForeign("email_key"))"
    }
    + ["workspaces", "api_keys"].map { "UPDATE OR IGNORE \($0) SET name = tenure_nfc(name) WHERE \(isForeign("name"))" }

  /// Whether a column has a character beyond ASCII: those rows alone can change.
  private static func isForeign(_ column: String) -> String { "\(column) GLOB '*[^ -~]*'" }

  /// What the statements call.
  static func addFunctions(to db: Database) {
    for (name, form) in [("tenure_email_key", \String.emailKey), ("tenure_nfc", \String.nfc)] {
      db.add(
        function: DatabaseFunction(name, argumentCount: 1, pure: true) { values in
          String.fromDatabaseValue(values[0]).map { $0[keyPath: form] }
        })
    }
  }
}
