import Foundation
import Testing

extension Company {
  /// An organization `acme` with the workspace `ml` under a preset, in which everybody has joined.
  ///
  /// `ada` owns both, in the top roles; `members` are declared in acme (role `member`) and in ml (their role).
  static func staffed(_ preset: String, ml members: [String: String], policy: String = "") throws -> Company {
    let isEnterprise = preset == "enterprise"
    let people = members.sorted { $0.key < $1.key }
    let list = people.map { "    \($0.key)@acme.example: member" }.joined(separator: "\n")
    let inside = people.map { "        \($0.key)@acme.example: \($0.value)" }.joined(separator: "\n")
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members:
        ada@acme.example: \(isEnterprise ? "super-admin" : "owner")
      \(list.replacing("    ", with: "  "))
      workspaces:
        ml:
          owner: ada@acme.example
          members:
            ada@acme.example: \(isEnterprise ? "admin" : "owner")
      \(inside.replacing("        ", with: "      "))
      ---
      apiVersion: tenure/v1
      kind: Policy
      extends: \(preset)
      \(policy)
      """)
    if people.isEmpty { return company }
    try company.tenure("member add acme " + people.map { $0.key + "@acme.example" }.joined(separator: " "), exits: 0)
    for (name, role) in people {
      try company.tenure("member add acme/ml \(name)@acme.example --role \(role)", exits: 0)
    }
    return company
  }

  /// What the audit log has: `action path subject`, oldest first; its chain has to verify.
  func audit(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    try tenure("audit verify", exits: 0, sourceLocation: sourceLocation)
    return try auditEntries().map { entry in
      [entry["action"], entry["path"], entry["subject"]].compactMap { $0 as? String }.joined(separator: " ")
    }
  }

  func auditEntries() throws -> [[String: Any]] {
    let text = try run("audit", "--format", "json").out
    let report = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(report?["entries"] as? [[String: Any]])
  }

  /// Runs the line, which rules have to refuse, and these all by name; nothing is done.
  func refused(_ line: String, by rules: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    let before = try auditEntries().count
    let result = try tenure(line)
    #expect(result.status == 3, "\(line)\n\(result.out)\(result.err)", sourceLocation: sourceLocation)
    for rule in rules {
      #expect(result.err.contains("\(rule): "), "\(line)\n\(result.err)", sourceLocation: sourceLocation)
    }
    #expect(result.err.contains("instead: "), sourceLocation: sourceLocation)
    #expect(result.out == "", sourceLocation: sourceLocation)
    #expect(try auditEntries().count == before, sourceLocation: sourceLocation)
  }
}
