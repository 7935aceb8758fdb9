import Manifests
import Model
import Testing

/// Errors that look beyond one key: text, then `code line:column` of each.
let brokenRules: [(String, [String])] = [
  ("", ["no-manifests -"]),
  ("# nothing\n", ["no-manifests -"]),
  ("---\n---\n", ["no-manifests -"]),
  ("- a\n", ["wrong-type 1:1"]),
  ("text\n", ["wrong-type 1:1"]),
  ("a: [\n", ["yaml-syntax 2:1"]),
  ("a: *b\n", ["undefined-alias 1:4"]),
  (organization("members:\n  ada@acme.example: member\n  Ada@Acme.example: member\n"), ["duplicate-key 6:3"]),
  (organization("members:\n  ada@acme.example:\n"), ["no-value 5:3"]),
  (organization("members:\n  ada@acme.example: [member]\n"), ["wrong-type 5:21"]),
  (organization("members:\n  ada@: member\n"), ["invalid-email 5:3"]),
  (organization("members:\n  Ada: member\n"), ["invalid-name 5:3"]),
  (organization("members:\n  sre: member\n"), ["unknown-group 5:3"]),
  (organization("members:\n  ada@acme.example: admin\n"), ["unknown-role 5:21"]),
  (organization("groups:\n  a: [b]\n"), ["unknown-group 5:7"]),
  (organization("groups:\n  a: [b]\n  b: [a]\n"), ["group-cycle 6:7"]),
  (organization("groups:\n  a: [a]\n"), ["group-cycle 5:7"]),
  (organization("groups:\n  a: [x@acme.example, X@acme.example]\n"), ["duplicate-entry 5:23"]),
  (organization("groups:\n  a: [x@acme, [y]]\n  B: []\n"), ["wrong-type 5:15", "invalid-name 6:3"]),
  (organization("owner: ada@acme.example\nmembers:\n  Ada@acme.example: member\n"), ["owner-below-top-role 6:21"]),
  (organization("workspaces:\n  ml: {}\n  ml: {}\n"), ["duplicate-key 6:3"]),
  (organization("workspaces:\n  ml: {removed: why, members: {}}\n"), ["declared-and-removed 5:22"]),
  (organization("workspaces:\n  ml: {removed: a, released: b}\n"), ["declared-and-removed 5:20"]),
  (organization("workspaces:\n  ml: {removed: \"\"}\n"), ["invalid-value 5:17"]),
  (organization("workspaces:\n  ml: {removed: }\n"), ["no-value 5:8"]),
  (organization("workspaces:\n  \" ml\": {}\n"), ["invalid-name 5:3"]),
  (organization("workspaces:\n  ml: x\n"), ["wrong-type 5:7"]),
  (organization("workspaces:\n  a: {renamedFrom: a}\n"), ["rename-to-itself 5:20"]),
  (organization("workspaces:\n  a: {renamedFrom: b}\n  b: {renamedFrom: a}\n"), ["rename-cycle 6:20"]),
  (organization("workspaces:\n  a: {renamedFrom: c}\n  b: {renamedFrom: c}\n"), ["duplicate-rename 6:20"]),
  (organization("workspaces:\n  a: {renamedFrom: b}\n  b: {renamedFrom: c}\n"), []),
  (organization("workspaces:\n  a: {members: {ada@acme.example: member}}\n"), ["unknown-role 5:35"]),
  (organization("workspaces:\n  a: {apiKeys: {k: {}, k: {}}}\n"), ["duplicate-key 5:24"]),
  (organization("workspaces:\n  a: {apiKeys: {k: 5}}\n"), ["wrong-type 5:20"]),
  (organization("workspaces:\n  no: {}\n  007: {}\n  ключ: {}\n"), []),
  (organization("---\n" + header("Organization") + "name: acme\n"), ["duplicate-declaration 7:7"]),
  (organization("workspaces: {ml: {}}\n---\n" + workspace("ml")), ["duplicate-declaration 6:1"]),
  (organization("workspaces: {ml: {removed: x}}\n---\n" + workspace("ml")), ["declared-and-removed 6:1"]),
  (workspace("ml"), ["unknown-organization 3:15"]),
  (organization("groups: {sre: []}\n---\n" + group("sre", "[]")), ["duplicate-declaration 6:1"]),
  (organization("---\n" + group("sre", "[]") + "---\n" + group("sre", "[]")), ["duplicate-declaration 10:1"]),
  (organization("---\n" + group("sre", "[dev]")), ["unknown-group 8:11"]),
  (organization("groups: {dev: []}\n---\n" + group("sre", "[dev]")), ["unknown-group 9:11"]),
  (account("ada@acme.example", "") + "---\n" + account("Ada@Acme.example", ""), ["duplicate-declaration 7:8"]),
  (
    account("a@x.example", "formerly: [b@x.example]\n") + "---\n" + account("c@x.example", "formerly: [b@x.example]\n"),
    ["duplicate-declaration 9:12"]
  ),
  (account("a@x.example", "formerly: [A@x.example]\n"), ["former-email-in-use 4:12"]),
  (
    account("a@x.example", "formerly: [b@x.example]\n") + "---\n" + organization("members: {b@x.example: member}\n"),
    ["former-email 9:11"]
  ),
  (
    account("a@x.example", "formerly: [b@x.example]\n") + "---\n" + organization("owner: b@x.example\n"),
    ["former-email 9:8"]
  ),
  (account("a@x.example", "workspaces: {Personal: {subscription: gold}}\n"), ["unknown-subscription 4:39"]),
  (policy("protection: {creator-keep: on}\n"), ["unknown-rule 3:14"]),
  (policy("protection: {creator-kept: 5}\n"), ["invalid-value 3:28"]),
  (policy("protection: {creator-kept: [on]}\n"), ["wrong-type 3:28"]),
  (policy("protection: {removal-threshold: 25}\n"), ["invalid-value 3:33"]),
  (policy("protection: {removal-threshold: 101%}\n"), ["invalid-value 3:33"]),
  (policy("protection: {member-cap: 0}\n"), ["invalid-value 3:26"]),
  (policy("protection: {minimum-admins: two}\n"), ["invalid-value 3:30"]),
  (policy("protection: {freeze-window: on}\n"), ["invalid-value 3:29"]),
  (policy("protection: {freeze-window: [{cron: 0 0 31 2 *, duration: 1h}]}\n"), ["invalid-value 3:37"]),
  (policy("protection: {freeze-window: [{cron: 0 0 * * FRY, duration: 1h}]}\n"), ["invalid-value 3:37"]),
  (policy("protection: {no-self-change: on, no-self-change: off}\n"), ["duplicate-key 3:34"]),
  (policy("roles: {workspace: {admin: {rank: 30}}}\n"), ["duplicate-rank 3:35"]),
  (policy("roles: {workspace: {guest: {rank: 1, permissions: [fly]}}}\n"), ["unknown-permission 3:52"]),
  (policy("roles: {workspace: {Guest: {rank: 1, permissions: []}}}\n"), ["invalid-name 3:21"]),
  (policy("roles: {team: {}}\n"), ["unknown-key 3:9"]),
  (policy("subscriptions: {gold: {members: many}}\n"), ["invalid-value 3:33"]),
  (policy("subscriptions: {gold: 5}\n"), ["wrong-type 3:23"]),
  (policy("operators: [ops]\n"), ["invalid-email 3:13"]),
  (
    policy("extends: smal-team\n") + "---\n" + organization("members: {ada@acme.example: owner}\n"),
    ["invalid-value 3:10"]
  ),
  (policy("") + "---\n" + policy(""), ["duplicate-declaration 4:1"]),
  (
    organization("---\n" + policy("organization: acme\n") + "---\n" + policy("organization: acme\n")),
    ["duplicate-declaration 9:1"]
  ),
]

private func organization(_ rest: String) -> String { header("Organization") + "name: acme\n" + rest }
private func workspace(_ name: String) -> String { header("Workspace") + "organization: acme\nname: \(name)\n" }
private func group(_ name: String, _ members: String) -> String {
  header("Group") + "name: \(name)\nmembers: \(members)\n"
}
private func account(_ email: String, _ rest: String) -> String { header("Account") + "email: \(email)\n" + rest }
private func policy(_ rest: String) -> String { header("Policy") + rest }

@Suite struct BrokenRules {
  @Test(arguments: brokenRules)
  func isReportedWhereItStands(text: String, expected: [String]) {
    #expect(compile(text).diagnostics.map(brief) == expected)
  }

  @Test(arguments: [
    (organization("members: {ada@acme.example: membre}\n"), "Did you mean `member`?"),
    (organization("groups: {platform: []}\nmembers: {platfrom: member}\n"), "Did you mean `platform`?"),
    (organization("subscription: busines\n"), "Did you mean `business`?"),
    (organization("ownr: ada@acme.example\n"), "Did you mean `owner`?"),
    ("apiVersion: tenure/v1\nkind: organisation\n", "Did you mean `Organization`?"),
    (policy("protection: {creator-keep: on}\n"), "Did you mean `creator-kept`?"),
  ])
  func theNearestNameIsSuggested(text: String, hint: String) { #expect(compile(text).diagnostics.first?.hint == hint) }
}

@Suite struct Isolation {
  private let two = [
    "a.yaml": header("Organization") + "name: a\n", "b.yaml": header("Organization") + "name: b\n",
  ]

  @Test(arguments: [
    ("a: [\n", ["a", "b"]),
    (header("Grup") + "name: x\n", ["a", "b"]),
    ("name: x\n", ["a", "b"]),
    (header("Group") + "name: x\n", ["a", "b"]),
    (header("Account") + "email: x\n", ["a", "b"]),
    (header("Policy") + "identity: x\n", ["a", "b"]),
    (header("Policy") + "identity: x\norganization: a\n", ["a"]),
    (header("Policy") + "identity: x\norganization: [a]\n", ["a", "b"]),
    (header("Policy") + "organization: c\n", []),
    (header("Workspace") + "organization: a\nname: x\nfoo: y\n", ["a"]),
    (header("Workspace") + "organization: c\nname: x\n", []),
    (header("Workspace") + "name: x\n", []),
    (header("Organization") + "name: b\n", ["b"]),
    (header("Organization") + "displayName: C\n", []),
    (header("Organization") + "name: c\nmembers: {x: y}\n", ["c"]),
  ])
  func anErrorStopsWhatItsDocumentNames(text: String, stopped: [String]) {
    var names = NameTable()
    let compiled = compile(two.merging(["c.yaml": text]) { $1 }, names: &names)
    #expect(!compiled.diagnostics.isEmpty)
    #expect(compiled.desired.stopped.sorted() == stopped)
    #expect(compiled.desired.tenants.map(\.name) == ["a", "b"].filter { !stopped.contains($0) })
  }

  @Test func allErrorsOfAllFilesComeInOneGo() {
    var names = NameTable()
    let files = two.mapValues { $0 + "owner: x\nfoo: y\n" }.merging(["c.yaml": header("Policy") + "identity: x\n"]) {
      $1
    }
    let compiled = compile(files, names: &names)
    #expect(
      compiled.diagnostics.map { "\($0.location!.file) \(brief($0))" } == [
        "a.yaml invalid-email 4:8", "a.yaml unknown-key 5:1", "b.yaml invalid-email 4:8", "b.yaml unknown-key 5:1",
        "c.yaml invalid-value 3:11",
      ])
  }
}
