import Foundation
import Testing

private let policy = """
  apiVersion: tenure/v1
  kind: Policy
  extends: enterprise
  invitations: {admission: direct}
  ---

  """

private func acme(_ rest: String = "", policy: String = policy) -> String {
  policy + """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members:
      ada@acme.example: super-admin
    \(rest)
    """
}

/// SPEC section 2, «Text», through the program.
@Suite struct TextCases {
  @Test func `two compositions of one email are a duplicate, and nothing is applied`() throws {
    let company = try Company(
      acme("  jos\u{e9}@acme.example: member\n  jose\u{301}@acme.example: super-admin"), apply: false)
    #expect(try company.tenure("validate", exits: 4).contains("[duplicate-key]"))
    try company.tenure("apply --yes", exits: 4)
  }

  @Test func `another composition of what is stored is no change`() throws {
    let company = try Company(
      acme("  jos\u{e9}@acme.example: member\nworkspaces: {\"Gr\u{f6}ße\": {members: {ada@acme.example: admin}}}"))
    try company.commit(
      acme("  jose\u{301}@acme.example: member\nworkspaces: {\"Gro\u{308}ße\": {members: {ada@acme.example: admin}}}"))
    for line in ["plan", "plan --full"] { #expect(try company.tenure(line, exits: 0).contains("No changes.")) }
    for name in ["Gr\u{f6}ße", "Gro\u{308}ße"] {
      #expect(try company.tenure("who acme/\(name)", exits: 0).contains("ada@acme.example"))
      #expect(try company.tenure("plan --only acme/\(name)", exits: 0).contains("No changes."))
      #expect(try company.tenure("workspace show acme/\(name)", exits: 0).contains("ada@acme.example"))
    }
    for email in ["jos\u{e9}", "JOSE\u{301}"] {
      #expect(try company.tenure("why \(email)@acme.example acme", exits: 0).contains("member"))
      try company.tenure("account sign-up \(email)@acme.example", exits: 1)
    }
  }

  @Test func `an email with a slash has a path like any other`() throws {
    let company = try Company(acme("  ops/bob@acme.example: member"))
    for line in [
      "who ~ops/bob@acme.example/Personal", "workspace show ~OPS/bob@acme.example/Personal",
      "why ops/bob@acme.example ~ops/bob@acme.example/Personal", "account show ops/bob@acme.example",
    ] {
      #expect(try company.tenure(line, exits: 0).contains("ops/bob@acme.example"), "\(line)")
    }
    try company.tenure("plan --only ~ops/bob@acme.example/Personal", exits: 0)
    try company.tenure("export --out exported", exits: 0)
    try company.tenure("validate exported", exits: 0)
  }

  @Test func `a domain and its ASCII form are one person's`() throws {
    let company = try Company(acme("  bob@bücher.example: member"))
    try company.commit(acme("  bob@xn--bcher-kva.example: member"))
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
    #expect(try company.tenure("account show BOB@B\u{fc}CHER.example", exits: 0).contains("acme"))
    try company.commit(acme("  bob@bücher.example: member\n  bob@xn--bcher-kva.example: member"))
    #expect(try company.tenure("validate", exits: 4).contains("[duplicate-key]"))
  }

  @Test(arguments: [
    "ada\u{a0}@acme.example", "ad\u{200b}a@acme.example", "“ada@acme.example”", "\u{202e}ada@acme.example",
  ])
  func `an email with what cannot be seen is none`(email: String) throws {
    let company = try Company(acme("  \"\(email)\": member"), apply: false)
    #expect(try company.tenure("validate", exits: 4).contains("[invalid-email]"))
    for words in [
      ["account", "sign-up", email], ["account", "sign-up", "x@acme.example", "--as", email], ["why", email],
    ] {
      let result = try Binary().run(words, in: company.folder)
      #expect(result.status == 64, "\(words) \(result.err)")
    }
  }

  @Test func `letters of two scripts are a warning that stops nothing`() throws {
    let company = try Company(acme("  \"\u{430}d\u{430}@acme.example\": member"), apply: false)
    #expect(try company.tenure("validate", exits: 0).contains("warning: `\u{430}d\u{430}@acme.example` has a letter"))
    #expect(try company.tenure("validate --strict", exits: 4).contains("error: "))
    #expect(try company.tenure("plan", exits: 0).contains("[mixed-script]"))
    try company.tenure("apply --yes", exits: 0)
    for line in ["plan", "plan --full"] {
      let result = try company.tenure(line)
      #expect(result.out.contains("No changes.") && result.err.contains("[mixed-script]"), "\(result.out)\(result.err)")
    }
  }
}

@Suite struct ReadingCases {
  @Test func `all errors come in one go`() throws {
    let company = try Company(acme(), apply: false)
    try company.write(
      """
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      colour: red
      members: {ada@: {role: boss}}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: gamma
      members: [

      """, to: "manifests/b.yaml")
    let found = try company.tenure("validate", exits: 4)
    for code in ["unknown-key", "invalid-email", "unknown-role", "yaml-syntax"] {
      #expect(found.contains("[\(code)]"), "\(found)")
    }
    try company.git("add", "manifests")
    try company.git("commit", "-q", "-m", "broken")
    try company.tenure("apply --yes", exits: 4)
    #expect(try company.tenure("status", exits: 0).contains("acme") == false)
  }

  @Test(arguments: ["\r", "\u{85}", "\u{2028}", "\u{2029}"])
  func `a line break that no reviewer sees is an error`(character: String) throws {
    let company = try Company(acme())
    try company.commit(acme("  bob@acme.example: member # on call\(character)  eve@evil.example: super-admin"))
    let found = try company.tenure("plan", exits: 4)
    #expect(found.contains("[line-break]") && !found.contains("+ "), "\(found)")
  }

  @Test func `a group in other case is suggested`() throws {
    let company = try Company(acme("  Dev: member\ngroups: {dev: [k@acme.example]}"), apply: false)
    #expect(try company.tenure("validate", exits: 4).contains("Did you mean `dev`?"))
  }

  @Test func `settings in two documents are an error`() throws {
    let company = try Company(acme())
    try company.write("manifests: nowhere\n---\nmanifests: manifests\n", to: "tenure.yaml")
    #expect(try company.tenure("plan", exits: 64).contains("tenure.yaml:3:1: the file has 2 documents"))
    try company.write("---\nmanifests: manifests\n---\n", to: "tenure.yaml")
    try company.tenure("plan", exits: 0)
  }

  @Test func `what every plan refuses is a warning of validate`() throws {
    let company = try Company(acme("workspaces:\n  ml: {members: {guest@other.example: viewer}}"), apply: false)
    let code = "[workspace-member-not-in-organization]"
    #expect(try company.tenure("validate", exits: 0).contains(code))
    #expect(try company.tenure("validate --strict", exits: 4).contains(code))
    #expect(try company.tenure("plan", exits: 3).contains("organization-member-first"))
    let ended = acme(
      "  p1@acme.example: {role: member, expires: 2030-01-03}\nworkspaces: {ml: {members: {p1@acme.example: viewer}}}")
    try company.write(ended, to: "manifests/acme.yaml")
    #expect(try !company.tenure("validate --now 2030-01-01T00:00:00Z", exits: 0).contains(code))
    #expect(try company.tenure("validate --now 2030-01-09T00:00:00Z", exits: 0).contains("has ended"))
  }

  @Test func `a workspace that nobody would own is an error`() throws {
    let organization = """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      displayName: Acme
      workspaces:
        empty: {members: {}}
        headless: {members: {bob@x.io: member}}
      """
    let company = try Company(
      "apiVersion: tenure/v1\nkind: Policy\nextends: single-owner\n---\n" + organization, apply: false)
    let found = try company.tenure("validate", exits: 4)
    #expect(found.contains("manifests/acme.yaml:10:3: error:") && found.contains("manifests/acme.yaml:11:3: error:"))
    #expect(found.contains("[owner-required]"))
  }
}

@Suite struct RepositoryCases {
  @Test func `a pre-receive hook plans what is being pushed`() throws {
    let company = try Company(acme(), apply: false)
    let bare = company.folder + "/server.git"
    try company.git("clone", "-q", "--bare", ".", bare)
    try FileManager.default.createDirectory(atPath: bare + "/hooks", withIntermediateDirectories: true)
    let hook = bare + "/hooks/pre-receive"
    let script = """
      #!/bin/sh
      export HOME=\(company.folder)
      read old new ref
      "\(Binary.path)" plan --repo . --ref $new --state \(company.folder)/server.db > \(company.folder)/seen 2>&1
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: hook))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
    try company.commit(acme("  bob@acme.example: member"))
    try company.git("push", "-q", bare, "main")
    let seen = try String(contentsOfFile: company.folder + "/seen", encoding: .utf8)
    #expect(seen.contains("bob@acme.example") && seen.contains("Plan: "), "\(seen)")
  }

  @Test func `worktrees with relative paths are read, unknown formats are named`() throws {
    let company = try Company(acme())
    try company.git("config", "core.repositoryformatversion", "1")
    try company.git("config", "extensions.relativeWorktrees", "true")
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
    let config = URL(fileURLWithPath: company.folder + "/.git/config")
    let text = try String(contentsOf: config, encoding: .utf8)
    try company.write(text + "[extensions]\n\trefStorage = files-of-tomorrow\n", to: ".git/config")
    let found = try Binary().run(
      ["plan", "--repo", company.folder, "--state", company.store], in: "/")
    #expect(found.status == 1 && found.err.contains("extension"), "\(found.err)")
    #expect(found.err.contains("newer format"), "\(found.err)")
  }

  @Test func `a shallow clone is told how much to fetch, not that it goes back`() throws {
    let company = try Company(acme())
    try company.commit(acme("  b@acme.example: member"))
    try company.git("clone", "-q", "--depth", "1", "file://" + company.folder, company.folder + "/shallow")
    let state = company.store
    func run(_ words: String..., at folder: String) throws -> Binary.Result {
      try Binary().run(words + ["--state", state], in: company.folder + "/" + folder)
    }
    let refused = try run("apply", "--yes", at: "shallow")
    #expect(refused.status == 1, "\(refused.out)\(refused.err)")
    #expect(refused.err.contains("shallow") && refused.err.contains("git fetch --unshallow"), "\(refused.err)")
    #expect(!refused.err.contains("does not descend") && !refused.err.contains("--allow-rewind"), "\(refused.err)")
    let planned = try run("plan", at: "shallow")
    #expect(
      planned.out.contains("git fetch --unshallow") && !planned.out.contains("does not descend"), "\(planned.out)")
  }

  @Test func `a shallow clone with the commit applied before plans as a whole one`() throws {
    let attested = policy.replacing("enterprise\n", with: "enterprise\nidentity: attested\n")
    let company = try Company(acme(policy: attested))
    try company.commit(acme("  d@acme.example: member", policy: attested))
    try company.git("clone", "-q", "--depth", "2", "file://" + company.folder, company.folder + "/shallow")
    let state = ["--state", company.store]
    let whole = try Binary().run(["plan"] + state, in: company.folder)
    let shallow = try Binary().run(["plan"] + state, in: company.folder + "/shallow")
    #expect(shallow.status == 0 && shallow.out == whole.out, "\(shallow.out)\(shallow.err)")
    #expect(try Binary().run(["apply", "--yes"] + state, in: company.folder + "/shallow").status == 0)
  }

  @Test func `a real step back stays one, in a shallow clone too`() throws {
    let attested = policy.replacing("enterprise\n", with: "enterprise\nidentity: attested\n")
    let company = try Company(acme(policy: attested), apply: false)
    try company.commit(acme("  b@acme.example: member", policy: attested))
    try company.commit(acme("  c@acme.example: member", policy: attested))
    try company.apply()
    try company.git("clone", "-q", "--depth", "2", "file://" + company.folder, company.folder + "/shallow")
    let result = try Binary().run(
      ["apply", "--yes", "--ref", "HEAD~1", "--state", company.store],
      in: company.folder + "/shallow")
    #expect(result.status == 1 && result.err.contains("does not descend"), "\(result.err)")
  }
}

@Suite struct StorePathCases {
  private static let readers = [
    "plan", "export", "status", "who acme", "why ada@acme.example", "expiring", "audit", "audit verify", "account list",
    "outbox list", "invitation list", "diff HEAD..HEAD", "account sign-up x@acme.example", "apply --yes",
    "suspend acme --reason x", "workspace show acme/ml", "member invite acme x@acme.example",
  ]

  @Test(arguments: readers)
  func `a missing folder and an unknown engine are told by every command`(line: String) throws {
    let company = try Company(acme(), apply: false)
    for path in [company.folder + "/not/mounted/state.db", company.folder + "/not/.tenure/state.db"] {
      let found = try company.tenure("\(line) --state \(path)", exits: 1)
      #expect(found.contains("/not"), "\(found)")
    }
    let found = try company.tenure("\(line) --state mysql://x/y", exits: 1)
    #expect(found.contains("mysql"), "\(found)")
  }

  @Test(arguments: ["plan", "export", "status"])
  func `a missing file in a folder is an empty store`(line: String) throws {
    let company = try Company(acme(), apply: false)
    try company.tenure("\(line) --state \(company.folder)/none.db", exits: 0)
    #expect(!FileManager.default.fileExists(atPath: company.folder + "/none.db"))
  }

  @Test(arguments: ["plan", "status", "apply --yes", "account sign-up x@acme.example"])
  func `what is no file is named as what it is`(line: String) throws {
    let company = try Company(acme(), apply: false)
    let (folder, pipe) = (company.folder + "/folder", company.folder + "/pipe")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(mkfifo(pipe, 0o644) == 0)
    for (path, what) in [(folder, "a folder"), (pipe, "a named pipe"), ("/dev/null", "a device")] {
      let found = try company.tenure("\(line) --state \(path)", exits: 1)
      #expect(found.contains("\(path) is \(what)"), "\(found)")
    }
  }
}
