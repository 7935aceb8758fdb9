import Foundation
import Testing

/// What strangers write into manifests, through the binary: it stays inert in every format of `plan`.
@Suite struct HostileReportTests {
  /// What manifests take for a name.
  private static let name = "Eve ::error::x ##[error]y --> </details> `` @bob #1 **b** <img src=x>"
  /// What they do not, as YAML may spell it.
  private static let unprintable = #"\e[31m\e]8;;http://evil.example\a \u202Egpj \r\n::error::x ##[error]"#

  private static func manifests(_ more: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      eve@acme.example: member
    \(more)
    """
  }

  private static let before = manifests("workspaces: {old: {}}")
  private static func after(_ name: String) -> String {
    manifests(
      """
      groups: {g: [eve@acme.example]}
      workspaces:
        old: {removed: "\(name)"}
        "<img src=x> @bob ::warning::w":
          displayName: "\(name)"
          members: {g: admin}
      """
    ).replacing(
      "invitations: {admission: direct}",
      with: """
        invitations: {admission: direct}
        protection: {freeze-window: [{cron: "0 0 * * *", duration: 2d}]}
        """) + """

        ---
        apiVersion: tenure/v1
        kind: Account
        email: eve@acme.example
        displayName: "\(name)"
        """
  }

  /// Always open, so that an override of the rule lifts something.
  private static let freeze = """

    ---
    apiVersion: tenure/v1
    kind: Policy
    organization: acme
    protection: {freeze-window: [{cron: "0 0 * * *", duration: 24h, timeZone: UTC}]}
    """

  private static func company(_ name: String = name, also: String = "") throws -> Company {
    let company = try Company(before)
    let file = company.folder + "/manifests/acme.yaml"
    try Data((after(name) + also).utf8).write(to: URL(fileURLWithPath: file))
    try company.git("mv", "manifests/acme.yaml", "manifests/::error::[x](y)\u{1B}[2J `a` @bob.yaml")
    try company.git("add", "-A", "manifests")
    try company.git(
      "commit", "-q", "-m", "::error::message \u{1B}[31m @bob", "--author", "::error:: <eve@acme.example>")
    return company
  }

  private static func hasHostile(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E) }
  }

  @Test(arguments: ["text", "json", "markdown", "github"])
  func `hostile names stay inert in every format of a plan`(format: String) throws {
    let company = try Self.company(also: Self.freeze)
    let result = try Binary().run(
      [
        "plan", "--format", format, "--override", "freeze-window", "--reason",
        "\u{1B}[31m</details>\n::error::reason ##[error] @bob",
      ], in: company.folder)
    #expect(result.status == 3, "\(result.err)")
    for text in [result.out, result.err] {
      #expect(!Self.hasHostile(text))
      #expect(!text.contains("##["))
      let commands = text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("::") }
      #expect(commands.isEmpty || format == "github" && commands.count == text.split(separator: "\n").count)
    }
    #expect(result.out.contains("eve@acme.example") && result.out.contains("reason"))
  }

  @Test(arguments: ["text", "json", "markdown", "github"])
  func `manifests with unprintable names are refused without printing them`(format: String) throws {
    let result = try Self.company(Self.unprintable).tenure("plan --format \(format)")
    #expect(result.status == 4)
    for text in [result.out, result.err] {
      #expect(!Self.hasHostile(text))
      #expect(!text.contains("##["))
      let commands = text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("::") }
      #expect(commands.isEmpty || format == "github" && commands.count == text.split(separator: "\n").count)
    }
  }

  @Test func `markdown says who it is, and closes only what it opened`() throws {
    let company = try Self.company()
    let report = try company.tenure("plan --format markdown").out
    #expect(report.hasPrefix("<!-- tenure-plan -->\n"))
    #expect(report.contains("- `eve@acme.example`: Eve "))
    #expect(report.components(separatedBy: "<!--").count == 2)
    #expect(report.components(separatedBy: "-->").count == 2)
    #expect(report.components(separatedBy: "<details>").count == report.components(separatedBy: "</details>").count)
    #expect(!report.contains("<img") && !report.contains("<b>"))
  }

  @Test func `names are spared where they are plain`() throws {
    let company = try Company(Self.manifests("workspaces: {ml: {}}"))
    try company.commit(
      Self.manifests("groups: {platform: [eve@acme.example]}\nworkspaces: {ml: {members: {platform: admin}}}")
        + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: eve@acme.example\ndisplayName: Eve\n")
    let report = try company.tenure("plan --format markdown", exits: 0)
    #expect(report.contains("Eve gains admin in acme/ml through platform"))
    let annotations = try company.tenure("plan --format github", exits: 0)
    #expect(
      annotations.contains(
        #/::warning file=manifests/acme.yaml,line=\d+,col=\d+,title=Gains full access::eve@acme.example: Eve gains admin/#
      ))
  }

  @Test func `an applied plan says what became of it in markdown and annotations`() throws {
    for format in ["markdown", "github"] {
      let company = try Company(Self.manifests("workspaces: {ml: {}}"), apply: false)
      #expect(try company.tenure("apply --yes --format \(format)", exits: 0).contains("Applied 3 of 3 actions in 1"))
    }
  }
}
