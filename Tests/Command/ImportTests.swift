import Foundation
import Testing

/// A temporary folder with files of another tool; gone at the end.
private final class Elsewhere {
  let folder =
    FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/tenure-import-\(UUID().uuidString)"

  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: folder + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)), as: UTF8.self)
  }

  func run(_ line: String) throws -> Binary.Result {
    try Binary().run(line.split(separator: " ").map(String.init), in: folder)
  }

  /// What `import peribolos` writes to stdout, which has to be valid manifests.
  func imported(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> (out: String, err: String)
  {
    let result = try run("import peribolos " + line)
    #expect(result.status == 0, "\(result.err)", sourceLocation: sourceLocation)
    try write(result.out, to: "checked/all.yaml")
    let check = try run("validate checked")
    #expect(check.status == 0, "\(check.out)", sourceLocation: sourceLocation)
    return (result.out, result.err)
  }
}

private let acme = """
  admins: [Ada]
  members: [grace, linus]
  name: Acme Corp
  teams:
    release:
      maintainers: [grace]
      members: [linus]
      teams:
        bots: {members: [linus]}
  """

@Suite("tenure import peribolos")
struct ImportTests {
  @Test
  func `a merged file becomes an organization each`() throws {
    let place = try Elsewhere(["merged.yaml": "orgs:\n  acme:\n    admins: [ada]\n  beta:\n    members: [bob]\n"])
    #expect(
      try place.imported("merged.yaml --email-domain acme.example").out == """
        apiVersion: tenure/v1
        kind: Policy
        extends: enterprise
        invitations: {admission: direct}
        ---
        apiVersion: tenure/v1
        kind: Organization
        name: acme
        members:
          ada@acme.example: super-admin
        ---
        apiVersion: tenure/v1
        kind: Organization
        name: beta
        members:
          bob@acme.example: member

        """)
  }

  @Test(arguments: ["config", "config/", "config/acme", "config/acme/org.yaml config/acme/org.yaml"])
  func `a folder of folders, a folder and a file are found`(arguments: String) throws {
    let place = try Elsewhere([
      "config/acme/org.yaml": "admins: [ada]\n", "config/acme/sig-ml/teams.yaml": "teams: {ml: {members: [ada]}}\n",
      "config/acme/sig-ml/deep/teams.yaml": "teams: {deep: {}}\n", "config/acme/README.md": "no YAML: [",
    ])
    if arguments.contains(" ") {
      let twice = try place.run("import peribolos \(arguments) --email-domain a.example")
      #expect(twice.status == 4)
      #expect(twice.err.contains("The organization `acme` is there already."))
      return
    }
    let out = try place.imported("\(arguments) --email-domain a.example").out
    #expect(out.contains("name: acme\n") && out.contains("  ml:\n") && !out.contains("deep"))
  }

  @Test
  func `teams are workspaces, and people of child teams are in the parent too`() throws {
    let place = try Elsewhere(["acme/org.yaml": acme])
    try place.write(acme.replacing("bots: {members: [linus]}", with: "bots: {members: [Ada]}"), to: "beta/org.yaml")
    let (out, err) = try place.imported("beta --email-domain acme.example")
    #expect(
      out.hasSuffix(
        """
        displayName: Acme Corp
        members:
          Ada@acme.example: super-admin
          grace@acme.example: member
          linus@acme.example: member
        workspaces:
          bots:
            members:
              Ada@acme.example: developer
          release:
            members:
              Ada@acme.example: developer
              grace@acme.example: admin
              linus@acme.example: developer

        """))
    #expect(err.contains("beta/org.yaml:5:3: warning: One person of a child team is written into its parent"))
    #expect(!(try place.imported("acme --email-domain acme.example").err.contains("child team")))
  }

  @Test
  func `names become lower case with a word about it, and may not meet there`() throws {
    let place = try Elsewhere(["merged.yaml": "orgs:\n  Acme-Corp:\n    admins: [ada]\n"])
    let (out, err) = try place.imported("merged.yaml --email-domain acme.example")
    #expect(out.contains("name: acme-corp\ndisplayName: Acme-Corp\n"))
    #expect(err.contains("merged.yaml:2:3: warning: The organization `Acme-Corp` is named `acme-corp`"))
    try place.write("orgs:\n  Acme: {}\n  acme: {}\n", to: "both.yaml")
    let both = try place.run("import peribolos both.yaml --email-domain acme.example")
    #expect(both.status == 4)
    #expect(both.err.contains("both.yaml:3:3: error: The organization `acme` is there already."))
    #expect(both.err.contains("The other is at both.yaml:2:3."))
    #expect(both.out == "")
  }

  @Test
  func `the first former name is the one a workspace is renamed from`() throws {
    let place = try Elsewhere([
      "acme/org.yaml": """
      teams:
        a: {previously: [b, old-a, older-a]}
        b: {previously: [b]}
        c: {previously: [old-a]}
        d: {previously: [old-d]}
      """
    ])
    let (out, err) = try place.imported("acme --email-domain acme.example")
    let lines = out.split(separator: "\n").filter { $0.hasPrefix("  ") }.map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      lines.filter { $0 != "members: {}" } == [
        "a:", "renamedFrom: old-a", "b:", "c:", "d:", "renamedFrom: old-d",
      ])
    #expect(err.contains("warning: 4 former names of teams left out"))
  }

  @Test
  func `what manifests have no word for is said once for each key`() throws {
    let team = "{description: x, privacy: closed, repos: {core: write}}"
    let place = try Elsewhere([
      "acme/org.yaml": """
      billing_email: b@acme.example
      company: ""
      default_repository_permission: read
      members_can_create_repositories: false
      teams: {a: \(team), b: \(team), c: \(team)}
      """, "merged.yaml": "plank: {x: 1}\norgs: {acme: {admins: [ada]}}\n",
    ])
    let err = try place.imported("acme --email-domain acme.example").err
    for word in [
      "1:1: warning: One organization has `billing_email`", "One organization has `default_repository_permission`",
      "One organization has `members_can_create_repositories`", "3 teams have `description`", "3 teams have `privacy`",
      "3 teams have `repos`",
    ] {
      #expect(err.components(separatedBy: word).count == 2, "\(word)\n\(err)")
    }
    #expect(!err.contains("company"))
    #expect(
      try place.imported("merged.yaml --email-domain acme.example").err.contains("Beside `orgs` stands `plank`"))
  }

  @Test
  func `emails come from a list in YAML or CSV, and else from a domain`() throws {
    let place = try Elsewhere([
      "acme/org.yaml": "admins: [Ada, GRACE]\nmembers: [linus]\n",
      "emails.yaml": "ada: ada@home.example\ngrace: Grace@work.example\n",
      "emails.csv": "login,email\r\nada,ada@home.example\r\n\r\n\"grace\", Grace@work.example\r\n",
    ])
    for list in ["emails.yaml", "emails.csv"] {
      let out = try place.imported("acme --emails \(list) --email-domain acme.example").out
      #expect(
        out.hasSuffix(
          """
          members:
            Grace@work.example: super-admin
            ada@home.example: super-admin
            linus@acme.example: member

          """))
    }
  }

  @Test
  func `logins without an email are named all together, ready to be filled in`() throws {
    let place = try Elsewhere(["acme/org.yaml": acme, "emails.yaml": "linus: linus@acme.example\n"])
    let result = try place.run("import peribolos acme --emails emails.yaml --out there")
    #expect(result.status == 1)
    #expect(result.err.contains("2 logins have no email; nothing was written"))
    #expect(result.err.hasSuffix("\nAda:\ngrace:\n"))
    #expect(result.out == "" && !FileManager.default.fileExists(atPath: place.folder + "/there"))
    try place.write("members: ['dependabot[bot]', linus]\n", to: "acme/org.yaml")
    #expect(try place.run("import peribolos acme --email-domain acme.example").err.contains("dependabot[bot]:"))
  }

  @Test
  func `two logins of one person become one entry with the higher role`() throws {
    let place = try Elsewhere([
      "acme/org.yaml": "admins: [ada]\nmembers: [ada-bot]\n",
      "emails.yaml": "ada: ada@acme.example\nada-bot: Ada@acme.example\n",
    ])
    let (out, err) = try place.imported("acme --emails emails.yaml")
    #expect(out.hasSuffix("members:\n  ada@acme.example: super-admin\n"))
    #expect(err.contains("have the same email"))
  }

  @Test(arguments: [
    ("admins: [ada]\nmembres: [grace]\n", "acme/org.yaml:2:1: error: An organization has no key `membres`."),
    ("teams: {a: {member: [ada]}}\n", "acme/org.yaml:1:13: error: A team has no key `member`."),
    ("admins: ada\n", "acme/org.yaml:1:9: error: `admins` takes a list."),
    ("admins: [{a: b}]\n", "acme/org.yaml:1:10: error: An entry of `admins` is a name."),
    ("admins: [ada]\nadmins: [bob]\n", "acme/org.yaml:2:1: error: The key `admins` stands here twice."),
    ("admins: [ada]\nmembers: [Ada]\n", "acme/org.yaml:2:11: error: `Ada` stands under `admins` and under `members`."),
    ("teams: {a: {teams: {b: {}}}, b: {}}\n", "acme/org.yaml:1:30: error: There is a team `b` already."),
    ("teams: {' a': {}}\n", "acme/org.yaml:1:9: error: ` a` is no name for a workspace."),
    ("- ada\n", "acme/org.yaml:1:1: error: A configuration is a mapping"),
    ("admins: [ada\n", "acme/org.yaml:2:1: error: This is not YAML"),
    ("", "acme/org.yaml:1:1: error: The file is empty."),
    ("orgs: [acme]\n", "acme/org.yaml:1:7: error: `orgs` is a mapping"),
    ("orgs: {'../acme': {}}\n", "acme/org.yaml:1:8: error: `../acme` cannot be the name of an organization."),
    ("orgs: {}\n", "error: There is no organization in these files."),
  ])
  func `what is wrong is shown with its place`(text: String, message: String) throws {
    let place = try Elsewhere(["acme/org.yaml": text])
    let result = try place.run("import peribolos acme --email-domain acme.example --out there")
    #expect(result.status == 4)
    #expect(result.err.contains(message), "\(result.err)")
    #expect(result.out == "" && !FileManager.default.fileExists(atPath: place.folder + "/there"))
  }

  @Test(arguments: [
    ("ada: none\n", "emails.yaml:1:6: error: `none` is no email address."),
    ("ada: a@b.example\nADA: a@b.example\n", "emails.yaml:2:1: error: The login `ADA` stands here twice."),
    ("- ada\n", "emails.yaml:1:1: error: A list of emails is a mapping"),
    ("a: [", "emails.yaml:2:1: error: This is not YAML"),
  ])
  func `a broken list of emails is shown with its place`(text: String, message: String) throws {
    let place = try Elsewhere(["acme/org.yaml": "admins: [ada]\n", "emails.yaml": text])
    let result = try place.run("import peribolos acme --emails emails.yaml")
    #expect(result.status == 4)
    #expect(result.err.contains(message), "\(result.err)")
  }

  @Test
  func `a team named default does not become the organization's first workspace`() throws {
    let place = try Elsewhere(["acme/org.yaml": "admins: [ada]\nteams: {default: {members: [ada]}, general: {}}\n"])
    let out = try place.imported("acme --email-domain acme.example").out
    #expect(out.contains("defaultWorkspace: general-2\n"))
  }

  @Test
  func `owner and management are written on request`() throws {
    let place = try Elsewhere(["acme/org.yaml": acme])
    let out = try place.imported(
      "acme --email-domain acme.example --owner ada@acme.example --management additive"
    ).out
    #expect(out.contains("owner: Ada@acme.example\nmanagement: additive\n"))
    let other = try place.run("import peribolos acme --email-domain acme.example --owner grace@acme.example")
    #expect(other.status == 4)
    #expect(other.err.contains("grace@acme.example is no admin of `acme`"))
  }

  @Test
  func `a folder is written as a whole, and never over another by accident`() throws {
    let place = try Elsewhere(["acme/org.yaml": acme, "full/acme.yaml": "old", "full/other.yaml": "mine"])
    let run = { try place.run("import peribolos acme --email-domain acme.example --out " + $0) }
    let result = try run("new")
    #expect(result.out == "new/policy.yaml\nnew/acme.yaml\n")
    #expect(try place.run("validate new").status == 0)
    let refused = try run("full")
    #expect(refused.status == 1)
    #expect(refused.err.contains("'full' is not empty; nothing was written") && refused.err.contains("--overwrite"))
    #expect(try place.text(of: "full/acme.yaml") == "old")
    #expect(try run("full --overwrite").status == 0)
    #expect(try place.text(of: "full/acme.yaml").contains("name: acme"))
    #expect(try place.text(of: "full/other.yaml") == "mine")
    #expect(try run("nowhere/new").err.contains("make "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder).sorted() == ["acme", "full", "new"])
  }

  @Test(arguments: [
    ("acme --overwrite", Int32(64), "--overwrite needs --out"), ("", 64, "Missing expected argument"),
    ("acme --email-domain @acme.example", 64, "is no domain"), ("acme --owner ada", 64, "is no email"),
    ("nowhere", 1, "there is no file or folder 'nowhere'"), (".", 0, ""),
    ("empty", 1, "there is no org.yaml in 'empty'"),
    ("acme --emails nowhere.yaml", 1, "cannot read the emails 'nowhere.yaml'"),
  ])
  func `wrong usage is said`(arguments: String, status: Int32, message: String) throws {
    let place = try Elsewhere(["acme/org.yaml": "members: []\n", "empty/x.txt": ""])
    let result = try place.run("import peribolos " + arguments)
    #expect(result.status == status, "\(result.err)")
    #expect(result.err.contains(message) || message.isEmpty, "\(result.err)")
  }

  @Test
  func `hostile names stay inert`() throws {
    let place = try Elsewhere(["acme/org.yaml": "admins: [\"::error::\\e[31mx\"]\nteams: {\"\\e[31mred\": {}}\n"])
    let err = try place.run("import peribolos acme").err
    #expect(!err.contains("\u{1B}"))
  }
}
