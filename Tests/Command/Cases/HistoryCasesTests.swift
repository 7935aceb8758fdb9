import Foundation
import Testing

/// Histories of names and emails that go in circles or change hands.
@Suite struct HistoryCasesTests {
  private func entries(_ company: Company, about email: String) throws -> [String] {
    let entries = try #require(try company.json("audit --subject \(email)")["entries"] as? [[String: Any]])
    return entries.map { "\($0["action"] ?? "") \($0["subject"] ?? "")" }
  }

  private static func organization(_ email: String, _ more: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members: {\(email): super-admin}
    ---
    apiVersion: tenure/v1
    kind: Account
    email: \(email)
    \(more)
    """
  }

  @Test func `audit --subject follows the person over a change of email, both ways`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.commit(Self.organization("ada@new.example", "formerly: [ada@old.example]"))
    try company.tenure("apply --yes --allow-move", exits: 0)
    let new = try entries(company, about: "ada@new.example")
    #expect(new.contains("create-account ada@old.example") && new.contains("move-account ada@new.example"))
    #expect(try entries(company, about: "ada@old.example") == new)
    #expect(try entries(company, about: "ADA@OLD.example") == new)
    try company.tenure("account move ada@new.example ada@third.example", exits: 0)
    let third = try entries(company, about: "ada@third.example")
    #expect(third.dropLast() == new[...] && third.last == "move-account ada@third.example")
    #expect(try entries(company, about: "ada@old.example") == third)
  }

  @Test func `whoever has the email later has another history`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account sign-up ada@old.example", exits: 0)
    try company.tenure("account suspend ada@old.example --reason test", exits: 0)
    let ofNew = try entries(company, about: "ada@new.example")
    let ofOld = try entries(company, about: "ada@old.example")
    #expect(ofOld == ["create-account ada@old.example", "suspend-account ada@old.example"])
    #expect(ofNew.contains("create-account ada@old.example") && !ofNew.contains("suspend-account ada@old.example"))
    try company.tenure("account delete ada@old.example --yes", exits: 0)
    #expect(try entries(company, about: "ada@old.example").last == "delete-account ada@old.example")
    #expect(try entries(company, about: "ada@old.example").count == 3)
  }

  @Test func `why answers where a workspace was renamed and renamed back`() throws {
    func manifest(_ workspace: String) -> String {
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: p0@acme.example
      workspaces: {\(workspace), owner: p0@acme.example, members: {}}}
      """
    }
    let company = try Company(manifest("a: {displayName: A"))
    for workspace in ["e: {renamedFrom: a", "a: {renamedFrom: e", "e: {renamedFrom: a", "a: {renamedFrom: e"] {
      try company.commit(manifest(workspace))
      try company.apply()
    }
    let why = try company.tenure("why p0@acme.example acme/a", exits: 0)
    #expect(why.contains("create-workspace") && why.contains("rename-workspace"), "\(why)")
  }
}
