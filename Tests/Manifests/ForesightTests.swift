import Manifests
import Model
import Testing

private func foresee(_ text: String, now: Instant = someDay) -> [Diagnostic] {
  var names = NameTable()
  let files = [Snapshot.File(path: "m.yaml", objectID: nil, bytes: Array(text.utf8))]
  let compiled = ManifestLoader.load(Snapshot(files: files, commit: nil), now: now, names: &names, parse: parse)
  #expect(compiled.diagnostics.isEmpty, "\(compiled.diagnostics)")
  return Foresight.warnings(of: compiled.desired, files: files, names: names)
}

/// The policy is three lines with what separates it.
private func foresee(_ policy: String, _ organization: String, now: Instant = someDay) -> [String] {
  foresee(header("Policy") + policy + "\n---\n" + header("Organization") + "name: acme\n" + organization, now: now).map(
    brief)
}

@Suite struct ForesightTests {
  @Test func `a member of a workspace who is none of the organization`() throws {
    let code = "workspace-member-not-in-organization"
    let body = "members:\n  a@x.io: member\n  b@x.io: billing-admin\n  c@x.io: {role: member, expires: 2026-01-01}\n"
    let workspaces = "workspaces:\n  ml:\n    members:\n      a@x.io: viewer\n"
    #expect(foresee("extends: enterprise", body + workspaces) == [])
    for person in ["b", "c", "d"] {
      #expect(foresee("extends: enterprise", body + workspaces + "      \(person)@x.io: viewer\n") == ["\(code) 16:7"])
      #expect(foresee("extends: small-team", "members: {}\nworkspaces: {w: {owner: \(person)@x.io}}\n") == [])
    }
    #expect(
      foresee("extends: enterprise", body + workspaces + "      c@x.io: {role: viewer, expires: 2026-01-01}\n") == [])
    #expect(foresee("extends: enterprise", body + "workspaces:\n  ml:\n    owner: d@x.io\n") == ["\(code) 14:12"])
    #expect(foresee("extends: enterprise", "displayName: A\n" + workspaces + "      d@x.io: viewer\n") == [])
    // Beside what is declared others may be members.
    #expect(
      foresee("extends: enterprise", "management: additive\n" + body + workspaces + "      d@x.io: viewer\n") == [])
    #expect(
      foresee("extends: enterprise", "management: additive\n" + body + workspaces + "      b@x.io: viewer\n") == [
        "\(code) 17:7"
      ])
  }

  @Test func `people of a group are one warning at the group's line`() throws {
    let found = foresee(
      header("Organization")
        + "name: acme\nmembers: {a@x.io: member}\ngroups: {g: [a@x.io, b@x.io, c@x.io]}\nworkspaces: {ml: {members: {g: viewer}}}\n"
    )
    #expect(found.map(brief) == ["workspace-member-not-in-organization 6:29"])
    let first = try #require(found.first)
    #expect(first.severity == .warning && first.scope == .nothing && first.excerpt != nil && first.hint != nil)
    #expect(first.message.contains("`b@x.io`") && first.message.contains("1 more"))
  }

  @Test func `two owners of a workspace that has one`() {
    let list = "owner: a@x.io\nworkspaces:\n  w:\n    owner: b@x.io\n    members:\n      a@x.io: "
    #expect(foresee("extends: single-owner", list + "owner\n") == ["second-owner 13:7"])
    #expect(foresee("extends: single-owner", list + "member\n") == [])
    #expect(foresee("extends: small-team", list + "owner\n") == [])
  }

  @Test func `more members than there are seats`() {
    let people = (1...6).map { "      p\($0)@x.io: member\n" }.joined()
    let workspace =
      "owner: p1@x.io\nworkspaces:\n  w:\n    owner: p1@x.io\n    members:\n      p1@x.io: owner\n"
      + people.dropFirst(22)
    #expect(foresee("extends: small-team", workspace) == ["members-over-cap 10:3"])
    #expect(foresee("extends: single-owner", workspace) == [])
    #expect(
      foresee("extends: single-owner", "subscription: free\n" + workspace).allSatisfy {
        $0.hasPrefix("members-over-cap")
      })
    #expect(
      foresee("extends: single-owner\nsubscriptions: {free: {members: 5}}", "subscription: free\n" + workspace) == [
        "members-over-cap 12:3"
      ])
    #expect(
      foresee("extends: single-owner\nsubscriptions: {free: {members: 6}}", "subscription: free\n" + workspace) == [])
  }

  @Test func `a further workspace of an account`() {
    let account = header("Account") + "email: a@x.io\nworkspaces:\n  Personal: {}\n  Second: {}\n"
    #expect(foresee(account).map(brief) == ["further-workspace 6:3"])
    #expect(foresee(header("Policy") + "extends: single-owner\n---\n" + account).isEmpty)
  }

  @Test func `what a rename does only a store tells`() {
    let start = "displayName: A\nworkspaces:\n  new:\n    renamedFrom: old\n"
    for entry in ["", "old: {}", "old: {released: by hand}", "old: {removed: gone}", "old: {renamedFrom: older}"] {
      #expect(foresee("extends: enterprise", start + "  \(entry)\n") == [], "\(entry)")
    }
  }
}
