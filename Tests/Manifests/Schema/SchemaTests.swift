import Foundation
import Model
import Testing

@testable import Manifests

/// Codes of errors that no schema of one document can say, with a text for each that the schema takes.
///
/// The YAML below a document (tags, aliases, limits) comes before any schema and is not listed.
private let beyondOneDocument: [(code: String, text: String)] = [
  ("unknown-role", "members: {ada@acme.example: membre}"),
  ("unknown-group", "members: {sre: member}"),
  ("unknown-subscription", "subscription: gold"),
  ("unknown-organization", "---\napiVersion: tenure/v1\nkind: Workspace\norganization: acne\nname: ml"),
  ("group-cycle", "groups: {a: [b], b: [a]}"),
  ("duplicate-key", "members: {ada@acme.example: member, Ada@acme.example: member}"),
  ("duplicate-entry", "groups: {a: [x@acme.example, X@acme.example]}"),
  ("duplicate-declaration", "---\napiVersion: tenure/v1\nkind: Organization\nname: acme"),
  ("declared-and-removed", "workspaces: {ml: {removed: x}}\n---\n\(header("Workspace"))organization: acme\nname: ml"),
  ("rename-to-itself", "workspaces: {a: {renamedFrom: a}}"),
  ("rename-cycle", "workspaces: {a: {renamedFrom: b}, b: {renamedFrom: a}}"),
  ("duplicate-rename", "workspaces: {a: {renamedFrom: c}, b: {renamedFrom: c}}"),
  ("owner-below-top-role", "owner: ada@acme.example\nmembers: {ada@acme.example: member}"),
  ("former-email", "owner: b@x.example\n---\n\(header("Account"))email: a@x.example\nformerly: [b@x.example]"),
  ("former-email-in-use", "---\n\(header("Account"))email: a@x.example\nformerly: [A@x.example]"),
  ("duplicate-rank", "---\n\(header("Policy"))roles: {workspace: {admin: {rank: 30}}}"),
  ("missing-key", "---\n\(header("Policy"))roles: {workspace: {guest: {rank: 1}}}"),
]

/// What a document says by itself and patterns cannot: the schema takes it, the reader does not.
private let beyondPatterns = [
  "---\n\(header("Policy"))protection: {freeze-window: [{cron: 0 0 31 2 *, duration: 1h}]}",
  "---\n\(header("Policy"))protection: {freeze-window: [{cron: 0 18-9 * * *, duration: 1h}]}",
  // Bytes are counted, and a pattern counts characters.
  "owner: \(String(repeating: "é", count: 60))@acme.example",
  // Characters that Unicode has not assigned.
  "displayName: \"\\u0378\"",
]

/// The one broken manifest among the others' tests that is of that kind.
private func isBeyondPatterns(_ text: String) -> Bool { text.contains("0 0 31 2 *") }

private func acme(_ rest: String) -> String { header("Organization") + "name: acme\n\(rest)\n" }

@Suite("The schema") struct SchemaTests {
  @Test func `has a description and a type for every key`() {
    var seen = 0
    func walk(_ node: SchemaNode, _ path: String) {
      if case .array(let elements) = node { for element in elements { walk(element, path) } }
      for member in node.members {
        walk(member.value, "\(path)/\(member.key)")
        guard member.key == "properties", !path.hasSuffix("/if"), !path.hasSuffix("/then") else { continue }
        for property in member.value.members {
          let about = property.value.members.first { $0.key == "description" }?.value
          guard case .string(let text)? = about, text.hasSuffix("."), text.count > 5 else {
            Issue.record("\(path)/\(property.key) has no description")
            continue
          }
          seen += 1
        }
      }
    }
    walk(ManifestSchema.document { $0.rawValue }, "")
    #expect(seen > 90)
  }

  @Test func `refers to definitions that are there, and uses all of them`() {
    var (used, made): (Set<String>, Set<String>) = ([], [])
    func walk(_ node: SchemaNode) {
      if case .array(let elements) = node { for element in elements { walk(element) } }
      for member in node.members {
        if member.key == "$ref", case .string(let text) = member.value { used.insert(String(text.dropFirst(8))) }
        if member.key == "$defs" { made.formUnion(member.value.members.map(\.key)) }
        walk(member.value)
      }
    }
    walk(ManifestSchema.document { $0.rawValue })
    #expect(used == made)
  }

  @Test func `offers the roles and subscriptions of the presets`() throws {
    let policies = try Policies.presets.map { try #require(Policies.builtIn($0, parse: parse)).policy }
    func examples(_ name: String) -> Set<SchemaNode> {
      let node = (Definitions.lists + Definitions.scalars).first { $0.0 == name }?.1
      guard case .array(let all)? = node?.members.first(where: { $0.key == "examples" })?.value else { return [] }
      return Set(all)
    }
    for (scope, name) in [(RoleScope.organization, "organizationRole"), (.workspace, "workspaceRole")] {
      #expect(examples(name) == Set(policies.flatMap { $0.roles(scope).map { SchemaNode.string($0.name) } }))
    }
    #expect(examples("subscription") == Set(policies.flatMap { $0.subscriptions.keys.map(SchemaNode.string) }))
  }

  @Test(.enabled(if: SchemaValidator.isAvailable))
  func `takes every manifest that is shipped, shown or written by init`() throws {
    let all = try Shipped.texts().merging(try Shipped.starter()) { $1 }.sorted { $0.key < $1.key }
    #expect(all.count >= 18)
    for (name, documents) in zip(all.map(\.key), try Agreement(all.map(\.value)).documents) {
      #expect(!documents.isEmpty, "\(name)")
      for document in documents {
        #expect(document.codes == [], "\(name)")
        let problem = Agreement.problem(document)
        #expect(problem == nil, "\(name): \(problem ?? "")")
      }
    }
  }

  @Test(.enabled(if: SchemaValidator.isAvailable))
  func `refuses every broken manifest that the reader refuses by itself, and no other`() throws {
    let texts = brokenManifests.map(\.text) + brokenRules.map(\.0)
    let all = try Agreement(texts).documents.flatMap(\.self)
    #expect(all.count { !$0.isValid } > 200)
    #expect(all.count { $0.isValid } > 50)
    for document in all where !isBeyondPatterns(document.text) {
      let problem = Agreement.problem(document)
      #expect(problem == nil)
    }
  }

  @Test(.enabled(if: SchemaValidator.isAvailable))
  func `leaves exactly the listed errors to the reader`() throws {
    let listed = Set(beyondOneDocument.map(\.code))
    for ((code, text), documents) in zip(
      beyondOneDocument, try Agreement(beyondOneDocument.map { acme($0.text) }).documents)
    {
      #expect(Set(compile(acme(text)).diagnostics.map(\.code)) == [code], "\(text)")
      #expect(!documents.isEmpty && documents.allSatisfy { $0.verdicts.values.allSatisfy(\.isValid) }, "\(text)")
    }
    // And no other code of the broken manifests gets past it.
    let texts = brokenManifests.map(\.text) + brokenRules.map(\.0)
    for (text, documents) in zip(texts, try Agreement(texts).documents) where !documents.isEmpty {
      guard documents.allSatisfy({ $0.verdicts["text"]?.isValid == true }) else { continue }
      let others = Set(compile(text).diagnostics.map(\.code)).subtracting(listed)
      #expect(others.isEmpty || isBeyondPatterns(text), "\(others)\n\(text)")
    }
  }

  @Test(.enabled(if: SchemaValidator.isAvailable))
  func `leaves to the reader what patterns cannot say`() throws {
    for documents in try Agreement(beyondPatterns.map(acme)).documents {
      #expect(documents.contains { !$0.isValid })
      #expect(documents.allSatisfy { $0.verdicts.values.allSatisfy(\.isValid) }, "\(documents)")
    }
  }

  @Test(
    .enabled(if: SchemaValidator.isAvailable),
    arguments: [
      "displayName: 2024", "displayName: yes", "displayName: 1.5e3", "displayName: 2027-01-31", "displayName: \"\"",
      "defaultWorkspace: no", "defaultWorkspace: -5", "defaultWorkspace: \"null\"", "subscription: 007",
      "workspaces: {no: {}, 007: {}, 2027-01-31: {}, ~: {}}", "groups: {on: [yes, 12, 0x1f]}",
      "members: {ada@acme.example: yes, on: {role: 5, protect: \"true\"}}",
      "members: {ada@acme.example: {role: member, expires: 2027-01-31T12:00:00Z, reinvite: 2026-11-22}}",
      "workspaces: {ml: {apiKeys: {1: {monthlyLimit: 100000, dailyRateLimit: \"007\"}}}}",
      "workspaces: {ml: {removed: 2024}, labs: {released: yes}}",
      "---\n\(header("Policy"))protection: {creator-kept: on, single-owner: off, freeze-window: off, member-cap: on}",
      "---\n\(header("Policy"))subscriptions: {1: {members: 5}, 2: {members: none}}\ninvitations: {maxSends: none}",
    ])
  func `takes what YAML makes of a text that the reader takes`(rest: String) throws {
    for document in try #require(try Agreement([acme(rest)]).documents.first) {
      #expect(document.codes == [])
      #expect(document.verdicts.values.allSatisfy { $0.isValid }, "\(document)")
    }
  }

  @Test(
    .enabled(if: SchemaValidator.isAvailable),
    arguments: ["displayName: ~", "displayName: null", "defaultWorkspace: Null", "members: {ada@acme.example: ~}"])
  func `takes a plain null for a key without a value`(rest: String) throws {
    let document = try #require(try Agreement([acme(rest)]).documents.first?.first)
    #expect(document.codes == [])
    #expect(document.verdicts.mapValues(\.isValid) == ["text": true, "core": false, "yaml11": false])
  }
}
