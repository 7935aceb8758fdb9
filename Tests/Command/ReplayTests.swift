import Foundation
import Testing

/// `acme` with the members and workspaces of each test, everybody added directly.
private func acme(_ members: [String] = [], workspaces: String = "{}", policy: String = "") -> String {
  let list = members.map { "\n  " + $0.replacing(": ", with: "@acme.example: ", maxReplacements: 1) }.joined()
  return """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members:
      ada@acme.example: super-admin\(list)
    workspaces: \(workspaces)
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    \(policy)
    """
}

extension Company {
  fileprivate func replay(_ arguments: String, env: [String: String] = [:]) throws -> Binary.Result {
    try Binary().run(["replay"] + arguments.split(separator: " ").map(String.init), in: folder, env: env)
  }

  fileprivate func replayed(_ arguments: String, exits status: Int32 = 0) throws -> [String: Any] {
    let result = try replay(arguments + " --format json")
    #expect(result.status == status, "\(result.err)\(result.out)")
    return try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
  }
}

extension [String: Any] {
  fileprivate func list(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }

  /// `add-member acme/ml grace@acme.example` for each action of the commit at this position, `!` before what is blocked.
  fileprivate func actions(_ commit: Int) -> [String] {
    list("commits")[commit].list("actions").map { action in
      let place = [action["organization"] as? String, action["workspace"] as? String].compactMap(\.self)
        .joined(separator: "/")
      let isBlocked = (action["blockedBy"] as? [String])?.isEmpty == false
      return [(isBlocked ? "!" : "") + (action["action"] as? String ?? ""), place, action["subject"] as? String]
        .compactMap(\.self).joined(separator: " ")
    }
  }

  /// `rule organization commit-index until-index`, `-` for none.
  fileprivate var stops: [String] {
    let ids = list("commits").compactMap { $0["commit"] as? String }
    func position(_ id: Any?) -> String {
      (id as? String).flatMap { ids.firstIndex(of: $0) }.map(String.init) ?? "-"
    }
    return list("stops").map {
      "\($0["rule"] as? String ?? "") \($0["organization"] as? String ?? "") \(position($0["commit"])) "
        + position($0["until"])
    }
  }
}

/// A socket that listens, and its port.
private func silentServer() throws -> (socket: Int32, port: UInt16) {
  let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let code = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(server, $0, size) + listen(server, 4) + getsockname(server, $0, &size)
    }
  }
  try #require(code == 0)
  return (server, UInt16(bigEndian: address.sin_port))
}

@Suite("tenure replay")
struct ReplayTests {
  @Test
  func `a history is replayed commit by commit, and the own store is left alone`() throws {
    let company = try Company(acme(), apply: false)
    try company.commit(acme(["grace: member", "tom: member"]), message: "Grace and Tom come")
    try company.git("commit", "-q", "--allow-empty", "-m", "Code only")
    try company.commit(acme(["grace: super-admin"]), message: "Grace rises, Tom goes")
    let result = try company.replay("main")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.err == "")
    let lines = result.out.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[1].contains("  2 to add ") && lines[1].hasSuffix("  Grace and Tom come"))
    #expect(lines[2].contains("  1 to change, 1 to remove  Grace rises, Tom goes"))
    #expect(lines[3] == "4 commits, 1 without a change of the manifests: no rule would have stopped any.")
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }

  @Test
  func `what a rule refuses is counted where it begins, and until it passes`() throws {
    let company = try Company(acme(workspaces: "{ml: {}, old: {}}"), apply: false)
    try company.commit(acme(workspaces: "{ml: {}}"), by: "tom@acme.example", message: "Forget the old one")
    try company.commit(acme(["tom: member"], workspaces: "{ml: {}}"), message: "Tom comes")
    try company.commit(acme(["tom: member"], workspaces: "{ml: {}, old: {released: by hand}}"), message: "Say so")
    let report = try company.replayed("HEAD", exits: 3)
    #expect(report.stops == ["deletion-needs-tombstone acme 1 3"])
    #expect(report.actions(2) == ["add-member acme tom@acme.example", "!delete-workspace acme/old"])
    #expect(report.actions(3) == ["update-management acme/old"])
    let text = try company.replay("HEAD")
    #expect(text.status == 3)
    #expect(text.out.contains("1 blocked"))
    #expect(text.out.contains("1 to add; 1 still blocked"))
    #expect(text.out.contains("deletion-needs-tombstone  "))
    #expect(text.out.hasSuffix("4 commits: rules would have stopped 1 (deletion-needs-tombstone 1).\n"))
  }

  @Test
  func `a refused mass removal stays refused whatever else changes, and other organizations go on`() throws {
    let people = (1...12).map { "p\($0): member" }
    let company = try Company(acme(people), apply: false)
    try company.commit(acme(Array(people.prefix(4))), message: "Too many")
    try company.commit(acme(Array(people.prefix(4)), workspaces: "{ml: {}}"), message: "A workspace")
    let globex =
      "\n---\napiVersion: tenure/v1\nkind: Organization\nname: globex\nmembers: {x@globex.example: super-admin}"
    try company.commit(acme(Array(people.prefix(4)), workspaces: "{ml: {}}") + globex, message: "Globex")
    try company.commit(acme(people, workspaces: "{ml: {}}") + globex, message: "Back again")
    let report = try company.replayed("main", exits: 3)
    #expect(report.stops == ["removal-threshold acme 1 4"])
    #expect(report.actions(1).count == 8)
    #expect(report.actions(2).filter { !$0.hasPrefix("!") } == ["create-workspace acme/ml"])
    #expect(report.actions(3).filter { !$0.hasPrefix("!") }.allSatisfy { $0.contains("globex") })
    #expect(report.actions(3).count { $0.hasPrefix("!") } == 8)
    #expect(report.actions(4) == [])
  }

  @Test
  func `a policy is tried without being committed`() throws {
    let company = try Company(acme(["grace: super-admin"]), apply: false)
    try company.commit(acme(["grace: member"]), message: "One is enough")
    try company.write(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: enterprise
      invitations: {admission: direct}
      protection: {minimum-admins: 2}
      """, to: "trial.yaml")
    #expect(try company.replay("main").status == 0)
    let report = try company.replayed("main --policy trial.yaml", exits: 3)
    #expect(report.stops == ["minimum-admins acme 1 -"])
    #expect(report["policy"] as? String == "trial.yaml")
  }

  @Test
  func `an organization's own policy stays unless the file has one for it`() throws {
    let own = """

      ---
      apiVersion: tenure/v1
      kind: Policy
      organization: acme
      protection: {minimum-admins: off}
      """
    let company = try Company(acme(["grace: super-admin"]) + own, apply: false)
    try company.commit(acme(["grace: member"]) + own)
    let strict =
      "apiVersion: tenure/v1\nkind: Policy\nORGinvitations: {admission: direct}\nprotection: {minimum-admins: 2}\n"
    try company.write(strict.replacing("ORG", with: ""), to: "all.yaml")
    try company.write(strict.replacing("ORG", with: "organization: acme\n"), to: "acme.yaml")
    try company.write(strict.replacing("ORG", with: "organization: acne\n"), to: "typo.yaml")
    #expect(try company.replay("main --policy all.yaml").status == 0)
    #expect(try company.replayed("main --policy acme.yaml", exits: 3).stops == ["minimum-admins acme 1 -"])
    let typo = try company.replay("main --policy typo.yaml")
    #expect(typo.status == 0)
    #expect(typo.err.contains("typo.yaml has a Policy for 'acne', which no commit declares; did you mean 'acme'?"))
  }

  @Test(arguments: [
    ("apiVersion: tenure/v1\nkind: Policy\nprotection: {minimum-admin: 2}\n", "trial.yaml:3:14: error: "),
    ("apiVersion: tenure/v1\nkind: Policy\nprotection: {minimum-admins: lots}\n", "trial.yaml:3:30: error: "),
    ("apiVersion: tenure/v1\nkind: Group\nname: x\nmembers: []\n", "trial.yaml:1:1: error: This file takes"),
    ("# nothing\n", "trial.yaml:1:1: error: There is no Policy in this file."),
    ("apiVersion: tenure/v1\nkind: Policy\norganization: acme\nprotection: {last-owner-kept: 7}\n", "trial.yaml:4:"),
  ])
  func `a broken policy file is shown with its place`(text: String, place: String) throws {
    let company = try Company(acme(), apply: false)
    try company.write(text, to: "trial.yaml")
    let result = try company.replay("main --policy trial.yaml")
    #expect(result.status == 4)
    #expect(result.err.contains(place), "\(result.err)")
    #expect(result.out == "")
  }

  @Test
  func `a range begins with the state at its first commit, in silence`() throws {
    let company = try Company(acme(["tom: member"], workspaces: "{ml: {}}"), apply: false)
    try company.git("tag", "begin")
    try company.commit(acme(["tom: member", "grace: member"], workspaces: "{ml: {}}"))
    try company.commit(acme(["grace: member"], workspaces: "{ml: {}}"))
    let report = try company.replayed("begin..main")
    #expect(report.list("commits").count == 2)
    #expect(report.actions(0) == ["add-member acme grace@acme.example"])
    #expect(report.actions(1) == ["remove-member acme tom@acme.example"])
    let origins = report.list("commits").flatMap { $0.list("actions") }.map { $0["origin"] as? String }
    #expect(origins == ["change", "change"])
  }

  @Test
  func `invalid commits are listed and left out, and the others go on`() throws {
    let company = try Company(acme(), apply: false)
    try company.commit(acme(["grace: member"]) + "\n---\nkind: [", message: "Oops")
    try company.commit(acme(["grace: mamber"]), message: "Oops again")
    try company.commit(acme(["grace: member"]), message: "Well")
    let report = try company.replayed("main", exits: 4)
    #expect(report.list("commits").map { $0["status"] as? String } == ["replayed", "invalid", "replayed", "replayed"])
    #expect(report.actions(3) == ["add-member acme grace@acme.example"])
    let text = try company.replay("main").out
    #expect(text.contains("  invalid manifests, left out  Oops\n"))
    #expect(text.contains("  acme invalid                 Oops again\n"))
    #expect(text.contains("manifests/acme.yaml:6:23: "))
  }

  @Test
  func `each commit is judged at its own time, or all at one`() throws {
    let grace = "grace: {role: member, expires: 2024-01-31}"
    let company = try Company("", apply: false)
    try company.git("checkout", "-q", "--orphan", "dated")
    try company.commit(acme([grace]), message: "Grace for January", date: "2024-01-10T12:00:00Z")
    try company.commit(acme([grace, "tom: member"]), message: "Tom", date: "2024-02-10T12:00:00Z")
    let report = try company.replayed("dated")
    #expect(
      report.actions(1).sorted() == ["add-member acme tom@acme.example", "remove-member acme grace@acme.example"])
    #expect(report.list("commits")[1].list("actions").contains { $0["origin"] as? String == "expiry" })
    #expect(report.list("commits")[0]["time"] as? String == "2024-01-10T12:00:00Z")
    #expect(try company.replayed("dated --now 2024-01-20T00:00:00Z").actions(1) == ["add-member acme tom@acme.example"])
  }

  @Test
  func `everybody accepts and makes their keys at once`() throws {
    let policy = "---\napiVersion: tenure/v1\nkind: Policy\ninvitations: {admission: invite}\n"
    func invited(_ grace: String, _ limit: Int) -> String {
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members: {ada@acme.example: super-admin, grace@acme.example: member}
      workspaces:
        ml: {members: {grace@acme.example: \(grace)}, apiKeys: {ci: {monthlyLimit: \(limit)}}}
      \(policy)
      """
    }
    let company = try Company(invited("viewer", 10), apply: false)
    try company.commit(invited("admin", 20))
    let report = try company.replayed("main")
    #expect(report.actions(0).contains("invite acme grace@acme.example"))
    #expect(report.actions(0).contains("add-member acme/ml grace@acme.example"))
    #expect(report.actions(1).sorted() == ["change-role acme/ml grace@acme.example", "update-api-key acme/ml ci"])
  }

  @Test
  func `who joins as the lowest is promoted in the same commit`() throws {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      workspaces:
        ml: {owner: ada@acme.example, members: {ada@acme.example: owner, grace@acme.example: owner}}
      ---
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      """, apply: false)
    let report = try company.replayed("main")
    let grace = report.actions(0).filter { $0.hasSuffix("ml grace@acme.example") }
    #expect(grace == ["invite acme/ml grace@acme.example", "change-role acme/ml grace@acme.example"])
  }

  @Test
  func `who raises themselves is stopped, an approval lets it pass`() throws {
    func grace(_ role: String) -> String { acme(["grace: \(role)"]) }
    let company = try Company(grace("member"), apply: false)
    try company.commit(grace("super-admin"), by: "grace@acme.example", message: "I am better")
    try company.commit(grace("member"), by: "grace@acme.example", message: "Sorry")
    try company.commit(
      grace("super-admin"), by: "grace@acme.example", message: "Again\n\nApproved-by: Ada <ada@acme.example>")
    let report = try company.replayed("main", exits: 3)
    #expect(report.stops == ["no-self-change acme 1 2"])
    #expect(report.actions(3) == ["change-role acme grace@acme.example"])
  }

  @Test
  func `a later typo fix by somebody else does not launder what was withheld`() throws {
    let company = try Company(acme(["grace: member"]), apply: false)
    try company.commit(acme(["grace: super-admin"]), by: "grace@acme.example", message: "I am better")
    try company.commit(acme(["grace: super-admin"], workspaces: "{ml: {}}"), by: "tom@acme.example", message: "Typo")
    let report = try company.replayed("main", exits: 3)
    #expect(report.actions(2) == ["create-workspace acme/ml", "!change-role acme grace@acme.example"])
  }

  @Test
  func `a new organization is its author's, whoever changed the policy before`() throws {
    let company = try Company(acme(), apply: false)
    let loose = acme(policy: "defaultSubscription: team")
    try company.commit(loose, by: "tom@acme.example", message: "Policy")
    let globex =
      "\n---\napiVersion: tenure/v1\nkind: Organization\nname: globex\nmembers: {x@globex.example: super-admin}"
    try company.commit(loose + globex, by: "grace@acme.example", message: "Globex")
    let report = try company.replayed("main")
    let actors = report.list("commits")[2].list("actions").map { ($0["actors"] as? [String]) ?? [] }
    #expect(!actors.isEmpty && actors.allSatisfy { $0 == ["grace@acme.example"] })
  }

  @Test
  func `merges are replayed as what they brought to the branch`() throws {
    let company = try Company(acme(), apply: false)
    try company.git("checkout", "-q", "-b", "side")
    try company.commit(acme(["grace: member"]), by: "grace@acme.example", message: "Grace")
    try company.commit(acme(["grace: member", "tom: member"]), message: "Tom")
    try company.git("checkout", "-q", "main")
    try company.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    let report = try company.replayed("main")
    #expect(report.list("commits").map { $0["subjectLine"] as? String } == ["change", "Merge side"])
    #expect(report.actions(1).count == 2)
    let actors = report.list("commits")[1].list("actions").map { ($0["actors"] as? [String]) ?? [] }
    #expect(actors == [["grace@acme.example"], ["ada@acme.example"]])
  }

  @Test
  func `a shallow clone is told what to fetch`() throws {
    let company = try Company(acme(), apply: false)
    for name in ["grace", "tom"] { try company.commit(acme(["\(name): member"])) }
    try company.git("clone", "-q", "--depth", "2", "file://" + company.folder, company.folder + "/clone")
    let result = try Binary().run(["replay", "main"], in: company.folder + "/clone")
    #expect(result.status == 1)
    #expect(result.err.contains("this clone is shallow") && result.err.contains("git fetch --unshallow"))
    let part = try Binary().run(["replay", "main~1..main"], in: company.folder + "/clone")
    #expect(part.status == 0, "\(part.err)")
    #expect(part.out.contains("1 to add, 1 to remove"))
  }

  @Test(arguments: [
    ("main...HEAD", Int32(64), "three dots"), ("nowhere", 1, "no branch, tag or commit 'nowhere'"),
    ("main..begin", 1, "is not part of the history of begin"), ("main --policy nowhere.yaml", 1, "cannot read"),
    ("main --now yesterday", 64, "is no instant"), ("main --format yaml", 64, "format"),
  ])
  func `what cannot be replayed is said`(arguments: String, status: Int32, message: String) throws {
    let company = try Company(acme(), apply: false)
    try company.git("tag", "begin")
    try company.commit(acme(["tom: member"]))
    let result = try company.replay(arguments)
    #expect(result.status == status)
    #expect(result.err.contains(message), "\(result.err)")
    #expect(result.out == "")
  }

  @Test
  func `a hostile subject line or author stays inert`() throws {
    let company = try Company(acme(), apply: false)
    try company.commit(acme(["tom: member"], workspaces: "{ml: {}}"), message: "::error::\u{1B}[31mred \u{202E}turned")
    let out = try company.replay("main").out
    #expect(out.contains(#"\u{1B}[31mred \u{202E}turned"#))
    #expect(!out.contains("\u{1B}") && !out.contains("\u{202E}"))
  }

  @Test
  func `nothing stays behind in the temporary folder, not even after a signal`() throws {
    let company = try Company(acme(), apply: false)
    let scratch = company.folder + "/tmp"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
    func rest() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: scratch) }
    _ = try company.replay("main", env: ["TMPDIR": scratch])
    _ = try company.replay("nowhere", env: ["TMPDIR": scratch])
    #expect(try rest() == [])
    // A server that takes the connection and says nothing keeps the command waiting.
    let (server, port) = try silentServer()
    defer { close(server) }
    let running = Running(out: company.folder + "/out", err: company.folder + "/err")
    try running.start(
      Binary.path, ["replay", "main", "--repo", "http://127.0.0.1:\(port)/x.git"], in: company.folder,
      environment: ["TMPDIR": scratch, "HOME": company.folder])
    for _ in 0..<100 where try rest().isEmpty { usleep(50_000) }
    #expect(try rest().count == 1)
    running.signal(SIGTERM)
    #expect(running.wait() == 1)
    #expect(try rest() == [])
    #expect(running.errors.contains("stopped before the end"))
  }
}
