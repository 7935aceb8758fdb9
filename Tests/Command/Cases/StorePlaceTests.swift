import Foundation
import Testing

/// SPEC section 4: the store is in the git directory, which no pull, checkout or clean reaches.
@Suite struct StorePlaceTests {
  private static let manifests = "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: ada@acme.example\n"

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func `the default store is in the git directory, wherever in the repository one stands`() throws {
    let company = try Company(Self.manifests)
    #expect(exists(company.store))
    #expect(!exists(company.folder + "/.tenure"))
    for folder in [company.folder + "/manifests", company.folder + "/.git"] {
      let result = try Binary().run(["who", "acme"], in: folder)
      #expect(result.out.contains("ada@acme.example"), "\(folder): \(result.err)")
      #expect(result.err.isEmpty)
    }
  }

  @Test func `all worktrees of a repository have one store`() throws {
    let company = try Company(Self.manifests)
    try company.git("worktree", "add", "-q", company.folder + "/other", "-b", "other")
    let result = try Binary().run(["who", "acme"], in: company.folder + "/other")
    #expect(result.out.contains("ada@acme.example"), "\(result.err)")
  }

  @Test func `a bare repository keeps it in its own folder, and so does a hook while objects are in quarantine`() throws
  {
    let company = try Company(Self.manifests, apply: false)
    let bare = company.folder + "/bare.git"
    try company.git("init", "-q", "--bare", "-b", "main", bare)
    try company.write(
      """
      #!/bin/sh
      read -r old new ref
      HOME=/nonexistent '\(Binary.path)' account sign-up grace@acme.example || exit 1
      HOME=/nonexistent '\(Binary.path)' plan --repo . --ref "$new"
      """, to: "bare.git/hooks/pre-receive")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bare + "/hooks/pre-receive")
    try company.git("push", "-q", bare, "main")
    #expect(exists(bare + "/tenure/state.db"))
    #expect(try Binary().run(["apply", "--yes"], in: bare).status == 0)
    #expect(try Binary().run(["who", "acme"], in: bare).out.contains("ada@acme.example"))
    #expect(!exists(bare + "/.tenure"))
  }

  @Test func `outside of every repository it is beside whoever stands there`() throws {
    let company = try Company(Self.manifests, apply: false)
    let folder = company.folder + "-nowhere"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try Binary().run(["account", "sign-up", "ada@acme.example"], in: folder).status == 0)
    #expect(exists(folder + "/.tenure/state.db"))
  }

  @Test func `a repository that cannot be read is no place without a repository`() throws {
    let company = try Company(Self.manifests)
    try company.git("config", "core.repositoryFormatVersion", "1")
    try company.git("config", "extensions.objectFormat", "sha256")
    #expect(try company.tenure("who acme", exits: 1).contains("name the store with --state"))
    try company.tenure("who acme --state \(company.store)", exits: 0)
  }

  /// A company whose store is where older versions kept it.
  private func older() throws -> Company {
    let company = try Company(Self.manifests, apply: false)
    try company.tenure("apply --yes --state .tenure/state.db", exits: 0)
    return company
  }

  @Test func `an older store is used on, with a warning that says how to move it`() throws {
    let company = try older()
    let result = try company.tenure("who acme")
    #expect(result.out.contains("ada@acme.example"))
    let warning = try #require(result.err.split(separator: "\n").first { $0.contains("warning:") })
    #expect(warning.contains("\(company.folder)/.tenure/state.db"))
    let command = try #require(warning.firstRange(of: "mkdir")).lowerBound
    let move = Process()
    move.executableURL = URL(fileURLWithPath: "/bin/sh")
    move.arguments = ["-c", String(warning[command...])]
    try move.run()
    move.waitUntilExit()
    #expect(exists(company.store))
    let moved = try company.tenure("who acme")
    #expect(moved.out == result.out)
    #expect(moved.err.isEmpty)
  }

  @Test func `a linked worktree uses the older store of the first one`() throws {
    let company = try older()
    try company.git("worktree", "add", "-q", company.folder + "/other", "-b", "other")
    let result = try Binary().run(["who", "acme"], in: company.folder + "/other")
    #expect(result.out.contains("ada@acme.example"))
    #expect(result.err.contains("warning:"))
    #expect(!exists(company.store))
  }

  @Test func `an older store beside a newer one is not read, and named`() throws {
    let company = try Company(Self.manifests)
    try company.tenure("account sign-up grace@acme.example --state .tenure/state.db", exits: 0)
    let result = try company.tenure("who acme")
    #expect(result.out.contains("ada@acme.example"))
    #expect(result.err.contains("is not read any more"))
  }

  @Test(arguments: ["state.db", "state.db-wal", "state.db-journal"])
  func `an older store is refused where git tracks it`(_ tracked: String) throws {
    let company = try older()
    if !exists(company.folder + "/.tenure/" + tracked) { try company.write("", to: ".tenure/" + tracked) }
    try company.git("add", "-f", ".tenure/" + tracked)
    for line in ["who acme", "plan", "apply --yes", "account sign-up eve@acme.example", "diff main..main"] {
      let text = try company.tenure(line, exits: 1)
      #expect(text.contains("git tracks the store \(company.folder)/.tenure/state.db"), "\(line)")
      #expect(text.contains("git rm --cached"))
    }
    #expect(!exists(company.store))
    try company.git("rm", "-q", "--cached", ".tenure/" + tracked)
    try company.tenure("who acme", exits: 0)
  }

  @Test func `a tracked link in the place of the folder is refused, too`() throws {
    let company = try older()
    try FileManager.default.moveItem(atPath: company.folder + "/.tenure", toPath: company.folder + "/docs")
    try FileManager.default.createSymbolicLink(atPath: company.folder + "/.tenure", withDestinationPath: "docs")
    try company.tenure("who acme", exits: 0)
    try company.git("add", ".tenure")
    #expect(try company.tenure("who acme", exits: 1).contains("git tracks the store"))
    try company.git("rm", "-q", "--cached", ".tenure")
    try company.git("add", "-f", "docs/state.db")
    #expect(try company.tenure("who acme", exits: 1).contains("git tracks the store"))
  }

  @Test func `a pull that brings a store changes nothing`() throws {
    let company = try Company(Self.manifests)
    let before = try company.tenure("who acme", exits: 0)
    try company.tenure("account sign-up eve@acme.example --state .tenure/state.db", exits: 0)
    try company.git("add", "-f", ".tenure/state.db")
    #expect(try company.tenure("who acme", exits: 0) == before)
  }

  @Test func `what tenure_yaml names is refused where git tracks it, and what a flag names is not`() throws {
    let company = try Company(Self.manifests, apply: false)
    try company.write("state: data.db\n", to: "tenure.yaml")
    try company.tenure("apply --yes", exits: 0)
    try company.tenure("who acme", exits: 0)
    try company.git("add", "data.db")
    #expect(try company.tenure("who acme", exits: 1).contains("git tracks the store \(company.folder)/data.db"))
    try company.tenure("who acme --state data.db", exits: 0)
  }

  @Test func `a bare repository that a commit brings keeps no store`() throws {
    let company = try Company(Self.manifests)
    let inner = company.folder + "/manifests/inner"
    try company.git("init", "-q", "--bare", inner)
    #expect(try Binary().run(["account", "sign-up", "eve@acme.example"], in: inner).status == 0)
    try company.git("add", "-f", "manifests/inner")
    let result = try Binary().run(["account", "list"], in: inner)
    #expect(result.status == 1)
    #expect(result.err.contains("git tracks the store \(inner)/tenure/state.db"))
  }
}
