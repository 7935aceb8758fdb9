import Foundation
import Testing

/// A company told in short: `ada@` stands for ada@acme.example, in manifests, lines and what comes back.
struct Scene {
  let company: Company

  /// Commits the manifests, by somebody who holds nothing, and applies them.
  init(_ manifests: String, apply: Bool = true) throws {
    company = try Company("# nobody yet", apply: false)
    try commit(manifests)
    if apply { try company.apply() }
  }

  /// An organization `acme` with the workspace `ml`, both owned by ada, under a preset.
  ///
  /// - Parameters:
  ///   - acme: its member list; nil leaves it to the owner of record.
  ///   - ml: the workspace's member list, `ada@: owner, bob@: member`.
  ///   - more: more entries of `workspaces:`, one a line.
  ///   - documents: more documents, each beginning with `---`.
  static func manifests(
    _ preset: String, acme: String? = nil, ml: String, mlOwner: String = "ada@", more: String = "", policy: String = "",
    documents: String = ""
  ) -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@
    \(acme.map { "members: {\($0)}" } ?? "")
    workspaces:
      ml:
        owner: \(mlOwner)
        members: {\(ml)}
    \(more.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    ---
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    \(policy)
    \(documents)
    """
  }

  /// A commit by somebody who holds nothing, unless `by` says otherwise.
  func commit(_ manifests: String, by author: String = "scribe@forge.example") throws {
    try company.commit(Scene.long(manifests), by: Scene.long(author))
  }

  /// Runs the line, expects its exit code and gives both streams.
  @discardableResult
  func run(_ line: String, exits status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let result = try company.tenure(Scene.long(line))
    let text = Scene.short(result.out + result.err)
    #expect(result.status == status, "\(line)\n\(text)", sourceLocation: sourceLocation)
    return text
  }

  /// Each line is refused by the rule: exit 3, its name, a remedy; nothing is done.
  func refused(_ rule: String, _ lines: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    let before = try run("audit verify")
    for line in lines {
      let text = try run(line, exits: 3, sourceLocation: sourceLocation)
      #expect(
        text.contains("\(rule): ") && text.contains("instead: "), "\(line)\n\(text)", sourceLocation: sourceLocation)
    }
    #expect(try run("audit verify") == before, sourceLocation: sourceLocation)
  }

  /// What a command shows as JSON.
  func json(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let result = try company.tenure(Scene.long(line) + " --format json")
    #expect([0, 3].contains(result.status), "\(line)\n\(result.err)", sourceLocation: sourceLocation)
    let value = try JSONSerialization.jsonObject(with: Data(Scene.short(result.out).utf8))
    return try #require(value as? [String: Any], sourceLocation: sourceLocation)
  }

  /// Everybody in the place, sorted: `ada@ owner`, `bob@ member pending`; without those whom their role in the
  /// organization lets in.
  func who(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let people = try json("who \(path)", sourceLocation: sourceLocation)["people"] as? [[String: Any]] ?? []
    return people.filter { $0["via"] as? String != "organization-role" }.map { person in
      let status = person["status"] as? String ?? ""
      return [person["subject"], person["role"]].compactMap { $0 as? String }.joined(separator: " ")
        + (status == "active" ? "" : " " + status)
    }
  }

  /// The owner of record.
  func owner(_ path: String) throws -> String? { try json("workspace show \(path)")["owner"] as? String }

  func emails() throws -> [String] {
    (try json("account list")["accounts"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String }
  }

  /// The audit log, oldest first: `action path subject`. Its chain has to verify.
  func log(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    try company.audit(sourceLocation: sourceLocation).map(Scene.short)
  }

  func entries() throws -> [[String: Any]] { try json("audit")["entries"] as? [[String: Any]] ?? [] }

  /// Tokens of invitations to this email that stand in the outbox, oldest first.
  func tokens(_ email: String) throws -> [String] {
    (try json("outbox list")["entries"] as? [[String: Any]] ?? [])
      .filter { $0["kind"] as? String == "invitation" && $0["to"] as? String == email }
      .compactMap { $0["token"] as? String }
  }

  /// What the command says with `stdin`.
  func check(_ path: String, key: String) throws -> Bool {
    try company.tenure(Scene.long("api-key check \(path)"), stdin: key).status == 0
  }

  /// Runs a statement behind Tenure's back, by default in its own store.
  func sql(_ statement: String, in file: String? = nil) throws {
    let store = file ?? company.store
    let outcome = try Operations.execute("/usr/bin/sqlite3", ["-bail", store, statement], in: company.folder)
    guard outcome.status == 0 else { throw Operations.Failed(description: outcome.err) }
  }

  static func long(_ text: String) -> String { text.replacing(/@(?=[\s:,\]}\/]|$)/, with: "@acme.example") }
  static func short(_ text: String) -> String { text.replacing("@acme.example", with: "@") }
}

/// A plan in lines.
struct Outlook {
  var status: Int32
  /// `invite acme/ml bob@`, in order; what is withheld has ` ! ` and the rules behind it.
  var actions: [String]
  /// `member-cap acme/ml bob@`
  var blocked: [String]
  /// `accept-invitation acme/ml bob@`
  var waiting: [String]
  /// `left acme/ml bob@`
  var held: [String]

  var isSettled: Bool { actions.isEmpty && blocked.isEmpty }
}

extension Scene {
  func plan(_ options: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws -> Outlook {
    let result = try company.tenure(Scene.long("plan --format json \(options)"))
    let value = try? JSONSerialization.jsonObject(with: Data(Scene.short(result.out).utf8)) as? [String: Any]
    let plan = try #require(value, "\(result.out)\(result.err)", sourceLocation: sourceLocation)
    func entries(_ key: String) -> [[String: Any]] { plan[key] as? [[String: Any]] ?? [] }
    func place(_ entry: [String: Any]) -> String {
      let path = [entry["organization"], entry["workspace"]].compactMap { $0 as? String }.joined(separator: "/")
      return [path, entry["subject"] as? String].compactMap { $0 }.joined(separator: " ")
    }
    for refusal in entries("blocked") {
      for key in ["message", "remedy"] {
        #expect((refusal[key] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
      }
    }
    let outlook = Outlook(
      status: result.status,
      actions: entries("actions").map { action in
        let rules = action["blockedBy"] as? [String] ?? []
        return "\(action["action"] as? String ?? "") \(place(action))"
          + (rules.isEmpty ? "" : " ! " + rules.joined(separator: " "))
      },
      blocked: entries("blocked").map { "\($0["rule"] as? String ?? "") \(place($0))" },
      waiting: entries("waiting").map { "\($0["for"] as? String ?? "") \(place($0))" },
      held: entries("held").map { "\($0["because"] as? String ?? "") \(place($0))" })
    #expect(result.status == (outlook.blocked.isEmpty ? 0 : 3), "\(result.err)", sourceLocation: sourceLocation)
    return outlook
  }

  /// Applies; then nothing more is to be done but what is withheld.
  @discardableResult
  func apply(_ options: String = "", exits status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let text = try run("apply --yes \(options)", exits: status, sourceLocation: sourceLocation)
    let again = try company.tenure(Scene.long("plan --format json"))
    let value = try JSONSerialization.jsonObject(with: Data(again.out.utf8)) as? [String: Any]
    let open = (value?["actions"] as? [[String: Any]] ?? []).filter { ($0["blockedBy"] as? [String])?.isEmpty ?? true }
    #expect(open.isEmpty, "after applying there is more to do: \(open)", sourceLocation: sourceLocation)
    return text
  }

  /// Commits the manifests and applies them.
  @discardableResult
  func apply(
    commit manifests: String, by author: String = "scribe@forge.example", _ options: String = "",
    exits status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try commit(manifests, by: author)
    return try apply(options, exits: status, sourceLocation: sourceLocation)
  }

  /// The person signs up and accepts.
  func join(_ email: String, _ paths: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    if !(try emails().contains(email)) { try run("account sign-up \(email)", sourceLocation: sourceLocation) }
    for path in paths { try run("invitation accept \(path) --as \(email)", sourceLocation: sourceLocation) }
  }
}
