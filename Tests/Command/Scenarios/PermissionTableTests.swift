import Foundation
import Testing

/// The products' permission tables, as `tenure policy show --matrix` prints them.
@Suite struct PermissionTableTests {
  private struct Matrix: Decodable {
    struct Entry: Decodable {
      var role: String
      var permissions: [String]
    }
    var roles: [String: [Entry]]
  }

  /// Permission → one mark a role, the highest rank first; `+` may.
  private func table(_ preset: String, _ scope: String) throws -> (roles: [String], rows: [String: String]) {
    let company = try Company("apiVersion: tenure/v1\nkind: Policy\nextends: \(preset)", apply: false)
    let text = try company.tenure("policy show --matrix --format json", exits: 0)
    let roles = try #require(try JSONDecoder().decode(Matrix.self, from: Data(text.utf8)).roles[scope])
    var rows: [String: String] = [:]
    for (index, role) in roles.enumerated() {
      for permission in role.permissions {
        let marks = Array(rows[permission] ?? String(repeating: "-", count: roles.count))
        rows[permission] = String(marks.enumerated().map { $0.offset == index ? "+" : $0.element })
      }
    }
    return (roles.map(\.role), rows)
  }

  @Test func `enterprise: organization permissions are the product's`() throws {
    let (roles, rows) = try table("enterprise", "organization")
    #expect(roles == ["super-admin", "billing-admin", "member"])
    #expect(
      rows == [
        // add, remove, view members, change their roles
        "organization.members": "+--",
        // usage and costs, payment
        "billing.view": "++-", "billing.buy": "++-",
        // create workspaces; add members to any workspace
        "workspace.create": "+--", "workspace.enter-all": "+--", "members.invite": "+--",
        // view members of a workspace
        "members.view": "+-+",
        // the rest of `all`
        "workspace.edit": "+--", "workspace.delete": "+--", "members.change-role": "+--", "members.remove": "+--",
        "ownership.transfer": "+--", "subscription.change": "+--", "api-key.create": "+--", "api-key.limits": "+--",
        "api-key.view-others": "+--", "api-key.revoke-own": "+--", "api-key.revoke-others": "+--",
        "resources.read": "+--", "resources.write": "+--", "resources.run": "+--",
      ])
  }

  @Test func `enterprise: workspace permissions are the product's`() throws {
    let (roles, rows) = try table("enterprise", "workspace")
    #expect(roles == ["admin", "developer", "operator", "viewer"])
    #expect(
      rows == [
        // read workflows and connectors; view members
        "resources.read": "++++", "members.view": "++++",
        // create, edit, delete, run, schedule workflows
        "resources.write:workflow": "+++-", "resources.write:workflows": "+++-", "resources.run": "+++-",
        // create, edit, delete connectors
        "resources.write": "++--",
        // create and delete API keys
        "api-key.create": "++--", "api-key.view-others": "++--", "api-key.revoke-own": "++--",
        "api-key.revoke-others": "++--",
        // add and remove members, change their roles, edit the workspace
        "members.invite": "+---", "members.remove": "+---", "members.change-role": "+---", "workspace.edit": "+---",
        "api-key.limits": "+---",
      ])
  }

  @Test func `small-team: permissions are the product's`() throws {
    let (roles, rows) = try table("small-team", "workspace")
    #expect(roles == ["owner", "member"])
    #expect(
      rows == [
        // view credit balance
        "billing.view": "++",
        // buy credits, billing tab, invoices, payment methods, cancel subscription
        "billing.buy": "+-", "subscription.change": "+-",
        // see own API keys, create, revoke and delete own
        "api-key.create": "++", "api-key.revoke-own": "++",
        // see members' keys, edit usage limit and daily rate limit, revoke and delete others'
        "api-key.view-others": "+-", "api-key.limits": "+-", "api-key.revoke-others": "+-",
        // workspace page: view members, invite, delete invitations, change roles, remove
        "members.view": "+-", "members.invite": "+-", "members.change-role": "+-", "members.remove": "+-",
        // what is in the workspace
        "resources.read": "++", "resources.write": "++", "resources.run": "++",
        // the rest of `all`
        "organization.members": "+-", "workspace.create": "+-", "workspace.edit": "+-", "workspace.delete": "+-",
        "workspace.enter-all": "+-", "ownership.transfer": "+-",
      ])
  }

  @Test func `single-owner: the owner alone manages a workspace, and an organization's owner opens none`() throws {
    let inside = try table("single-owner", "workspace")
    #expect(inside.roles == ["owner", "member"] && inside.rows.values.allSatisfy { $0.hasPrefix("+") })
    #expect(
      Set(inside.rows.filter { $0.value == "++" }.keys) == [
        "members.view", "api-key.create", "api-key.revoke-own", "resources.read", "resources.write", "resources.run",
      ])
    let outside = try table("single-owner", "organization").rows
    for permission in ["workspace.enter-all", "workspace.delete", "members.invite", "members.remove"] {
      #expect(outside[permission] == nil)
    }
    #expect(outside["organization.members"] == "+-" && outside["workspace.create"] == "+-")
  }

  @Test func `self-serve: members invite and use, owners do the rest`() throws {
    let inside = try table("self-serve", "workspace")
    #expect(inside.roles == ["owner", "member"] && inside.rows.values.allSatisfy { $0.hasPrefix("+") })
    #expect(
      Set(inside.rows.filter { $0.value == "++" }.keys) == [
        "members.view", "members.invite", "api-key.create", "api-key.revoke-own", "resources.read", "resources.write",
        "resources.run",
      ])
  }

  /// Each role of the product's table · each of its lines · whether it may.
  @Test func `enterprise: what the tables say is what commands and may answer`() throws {
    let company = try Company(Office.manifests())
    let table: [(permission: String, line: String?, roles: [String: Bool])] = [
      ("resources.read", nil, ["linus": true, "op": true, "dev": true, "grace": true]),
      ("members.view", "workspace show acme/ml", ["linus": true, "op": true, "dev": true, "grace": true]),
      (
        "resources.write:workflow", "resource add acme/ml workflow",
        ["linus": false, "op": true, "dev": true, "grace": true]
      ),
      ("resources.run", "usage add acme/ml 1", ["linus": false, "op": true, "dev": true, "grace": true]),
      (
        "resources.write:connector", "resource add acme/ml connector",
        ["linus": false, "op": false, "dev": true, "grace": true]
      ),
      ("api-key.create", nil, ["linus": false, "op": false, "dev": true, "grace": true]),
      ("members.change-role", nil, ["linus": false, "op": false, "dev": false, "grace": true]),
      ("workspace.edit", nil, ["linus": false, "op": false, "dev": false, "grace": true]),
      ("billing.buy", "billing buy acme/ml 1", ["bill": true, "ada": true, "grace": false, "dev": false]),
      ("members.view", nil, ["bill": false, "ada": true]),
    ]
    for (permission, line, roles) in table {
      for (name, may) in roles.sorted(by: { $0.key < $1.key }) {
        let answer = try company.tenure("may \(name)@acme.example \(permission) acme/ml")
        #expect(answer.status == (may ? 0 : 3), "\(name): \(permission)\n\(answer.out)\(answer.err)")
        guard let line else { continue }
        let done = try company.tenure("\(line) --as \(name)@acme.example")
        #expect(done.status == (may ? 0 : 3), "\(name): \(line)\n\(done.out)\(done.err)")
      }
    }
  }
}
