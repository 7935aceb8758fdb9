import Foundation
import Testing

/// Whoever has a personal workspace holds its top role, under whatever policy is in force.
@Suite struct PersonalWorkspaceTests {
  private static func manifests(_ preset: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    """
  }

  @Test(arguments: [("single-owner", "owner"), ("enterprise", "admin"), ("small-team", "owner")])
  func `who signed up before the first apply uses their own workspace`(preset: String, top: String) throws {
    let company = try Company(Self.manifests(preset), apply: false)
    let place = "~bob@acme.example/Personal"
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    try company.apply()
    let people = try company.json("who \(place)")["people"] as? [[String: Any]] ?? []
    #expect(
      people.map { "\($0["subject"] ?? "") \($0["role"] ?? "") \($0["status"] ?? "")" } == [
        "bob@acme.example \(top) active"
      ])
    let shown = try company.json("workspace show \(place) --as bob@acme.example")["members"] as? [[String: Any]] ?? []
    #expect(shown.compactMap { $0["role"] as? String } == [top])
    let account = try company.json("account show bob@acme.example")["memberships"] as? [[String: Any]] ?? []
    #expect(account.compactMap { $0["role"] as? String } == [top])
    let why = try company.json("why bob@acme.example \(place)")["access"] as? [[String: Any]] ?? []
    #expect(why.compactMap { $0["role"] as? String } == [top])
    try company.tenure("may bob@acme.example api-key.create \(place)", exits: 0)
    try company.tenure("api-key create \(place) k --as bob@acme.example", exits: 0)
    try company.tenure("resource add \(place) workflow --as bob@acme.example", exits: 0)
    try company.tenure("account suspend bob@acme.example --reason lost", exits: 0)
    try company.tenure("may bob@acme.example api-key.create \(place)", exits: 3)
    let suspended = try company.json("who \(place)")["people"] as? [[String: Any]] ?? []
    #expect(suspended.compactMap { $0["status"] as? String } == ["suspended"])
  }
}
