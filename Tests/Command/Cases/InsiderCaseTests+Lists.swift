import Foundation
import Testing

/// What a plain member can do with groups and lists, with ends, with parallel branches, and with the folder that is read.
extension InsiderCaseTests {
  private static let asking = "protection: {actor-allowed: on}"

  private static func workspace(_ lines: String) -> String { "workspaces:\n  ml:\n    \(lines)" }

  private static func document(_ policy: String, _ keys: String) -> String {
    joined(Self.policy(policy + "\ninvitations: {admission: direct}"), acme(more: "\(eve): member", keys: keys))
  }

  /// Applied by ada, with eve and mallory in the organization.
  private static func company(_ policy: String, _ keys: String) throws -> Company {
    let company = try Company(document(policy, keys), apply: false)
    for person in [ada, bob, mallory, eve] { try company.tenure("account sign-up \(person)", exits: 0) }
    try company.tenure("apply --yes --actor \(ada)", exits: 0)
    return company
  }

  @Test(arguments: ["", asking])
  func `what was refused is refused when the end of what it replaces has come`(_ policy: String) throws {
    let ending = Self.workspace("members: {\(Self.mallory): {role: admin, expires: 2100-01-01}}")
    let company = try Self.company(policy, ending)
    try company.commit(
      Self.document(policy, Self.workspace("members: {\(Self.mallory): developer}")), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    let later = "--now 2100-02-01T00:00:00Z"
    let text = try company.tenure("apply --yes \(later)", exits: 3)
    #expect(text.contains("blocked by"), "\(text)")
    #expect(try role(of: Self.mallory, company, in: "acme/ml \(later)") == nil)
  }

  @Test(arguments: ["identity: commit", attested])
  func `whoever makes another folder the manifests answers for what it says`(_ policy: String) throws {
    let company = try Self.company(policy)
    try FileManager.default.createDirectory(
      atPath: company.folder + "/other", withIntermediateDirectories: true)
    try company.write(Self.joined(Self.policy(policy), Self.acme("super-admin")), to: "other/acme.yaml")
    try company.git("add", "other")
    try company.git("commit", "-q", "-m", "notes", "--author", "M <\(Self.mallory)>")
    try company.tenure("apply --yes", exits: 0)
    try company.write("manifests: other\n", to: "tenure.yaml")
    try company.git("add", "tenure.yaml")
    try company.git("commit", "-q", "-m", "tidy", "--author", "M <\(Self.mallory)>")
    let text = try company.tenure("apply --yes", exits: policy == Self.attested ? 0 : 3)
    #expect(text.contains(policy == Self.attested ? "until the pipeline says" : "no-self-change"), "\(text)")
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test func `a group's role that was refused is refused to whoever joins the group`() throws {
    func keys(_ role: String, _ people: String) -> String {
      "groups: {devs: [\(people)]}\n" + Self.workspace("members: {devs: \(role)}")
    }
    let company = try Self.company(Self.asking, keys("viewer", Self.bob))
    try company.commit(Self.document(Self.asking, keys("admin", Self.bob)), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.commit(
      Self.document(Self.asking, keys("admin", "\(Self.bob), \(Self.eve)")), by: Self.ada)
    let text = try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.eve, company, in: "acme/ml") == nil, "\(text)")
    // Whoever writes it anew makes it their own.
    try company.commit(Self.document(Self.asking, keys("viewer", "\(Self.bob), \(Self.eve)")), by: Self.ada)
    try company.tenure("apply --yes", exits: 0)
    #expect(try role(of: Self.eve, company, in: "acme/ml") == "viewer")
  }

  @Test(arguments: [bob, ada])
  func `what two branches say together is nobody's own word`(_ merger: String) throws {
    func keys(_ role: String, _ end: String) -> String {
      Self.workspace(
        "members:\n      \(Self.mallory):\n        role: \(role)\n        protect: false\n        expires: \(end)")
    }
    let policy = "identity: commit\n" + Self.asking
    let company = try Self.company(policy, keys("viewer", "2099-01-01"))
    try company.git("branch", "work")
    try company.commit(Self.document(policy, keys("admin", "2099-01-01")), by: "cat@acme.example")
    try company.tenure("apply --yes", exits: 3)
    try company.git("checkout", "-q", "work")
    try company.commit(Self.document(policy, keys("viewer", "2099-06-01")), by: Self.bob)
    try company.git("checkout", "-q", "main")
    try company.git("-c", "user.email=\(merger)", "merge", "-q", "--no-ff", "-m", "Merge work", "work")
    let text = try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "acme/ml") == "viewer", "\(text)")
  }

  @Test(arguments: [workspace("displayName: ML"), workspace("released: by hand"), "workspaces: {}"])
  func `a list that was dropped and refused is declared again by whom it is`(_ dropped: String) throws {
    func keys(_ more: String) -> String { Self.workspace("members: {\(Self.bob): admin\(more)}") }
    let company = try Self.company(Self.asking, keys(", \(Self.mallory): developer"))
    try company.commit(Self.document(Self.asking, dropped), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.document(Self.asking, keys("")), by: Self.ada)
    let text = try company.tenure("apply --yes", exits: 0)
    #expect(text.contains("remove-member"), "\(text)")
    #expect(try role(of: Self.mallory, company, in: "acme/ml") == nil)
  }

  @Test(arguments: [workspace("displayName: ML"), workspace("released: by hand"), "workspaces: {}"])
  func `a group that is filled while its list is dropped gives nothing when that comes back`(_ dropped: String) throws {
    func keys(_ people: String, _ workspaces: String) -> String { "groups: {devs: [\(people)]}\n" + workspaces }
    let list = Self.workspace("members: {devs: admin}")
    let company = try Self.company(Self.asking, keys(Self.bob, list))
    try company.commit(Self.document(Self.asking, keys(Self.bob, dropped)), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    let filled = "\(Self.bob), \(Self.eve), \(Self.mallory)"
    try company.commit(Self.document(Self.asking, keys(filled, dropped)), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.document(Self.asking, keys(filled, list)), by: Self.ada)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "acme/ml") == nil)
    #expect(try role(of: Self.eve, company, in: "acme/ml") == nil)
  }

  @Test(arguments: ["", asking])
  func `a workspace that was dropped comes back under another name with nobody's raise`(_ policy: String) throws {
    func list(_ name: String, _ role: String, _ more: String = "") -> String {
      "workspaces:\n  \(name): {\(more)members: {\(Self.bob): admin, \(Self.mallory): \(role)}}"
    }
    let company = try Self.company(policy, list("ml", "viewer"))
    try company.commit(Self.document(policy, "workspaces: {}"), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.document(policy, list("lab", "admin", "renamedFrom: ml, ")), by: Self.mallory)
    let text = try company.tenure("apply --yes", exits: 3)
    for path in ["acme/ml", "acme/lab"] where try company.tenure("who \(path)").status == 0 {
      #expect(try role(of: Self.mallory, company, in: path) != "admin", "\(text)")
    }
  }

  @Test func `whoever takes back what was refused of a workspace has no part in its people`() throws {
    func keys(_ name: String, _ role: String) -> String {
      Self.workspace("displayName: \(name)\n    members: {\(Self.ada): admin, \(Self.bob): \(role)}")
    }
    let company = try Self.company(Self.asking, keys("ML", "viewer"))
    try company.commit(Self.document(Self.asking, keys("Mine", "viewer")), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.document(Self.asking, keys("ML", "viewer")), by: Self.bob)
    try company.commit(Self.document(Self.asking, keys("ML", "admin")), by: Self.ada)
    try company.tenure("apply --yes", exits: 0)
    #expect(try role(of: Self.bob, company, in: "acme/ml") == "admin")
  }
}
