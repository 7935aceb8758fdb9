import Foundation
import Testing

/// The organization `acme` of the tests about keys and money, with everybody in it.
///
/// | person           | acme          | acme/ml   |
/// |------------------|---------------|-----------|
/// | ada              | super-admin   |           |
/// | bill             | billing-admin |           |
/// | grace            | member        | admin     |
/// | dev              | member        | developer |
/// | op               | member        | operator  |
/// | linus            | member        | viewer    |
enum Office {
  static let people = ["bill", "grace", "dev", "op", "linus"]

  static func manifests(ml: String = "", labs: String = "labs: {}", policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      bill@acme.example: billing-admin
      grace@acme.example: member
      dev@acme.example: member
      op@acme.example: member
      linus@acme.example: member
    workspaces:
      ml:
        owner: grace@acme.example
        members:
          grace@acme.example: admin
          dev@acme.example: developer
          op@acme.example: operator
          linus@acme.example: viewer
        \(ml)
      \(labs)
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    \(policy)
    """
  }

  static let withoutML = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    workspaces:
      ml: {removed: merged into labs}
      labs: {}
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    """
}

extension Company {
  /// Runs the line with `stdin`.
  func tenure(_ line: String, stdin: String) throws -> Binary.Result {
    try Binary().run(line.split(separator: " ").map(String.init), in: folder, stdin: stdin)
  }

  /// What a command shows as JSON.
  func json(
    _ line: String, exits status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: Any] {
    let result = try tenure(line + " --format json")
    #expect(result.status == status, "\(line)\n\(result.err)", sourceLocation: sourceLocation)
    return try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
  }

  /// The secret of a new key.
  func key(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let result = try tenure("api-key create " + line)
    #expect(result.status == 0, "\(result.err)", sourceLocation: sourceLocation)
    return result.out.trimmingCharacters(in: .newlines)
  }

  /// Commits the tombstone of `acme/ml` and applies it.
  func deleteML(_ policy: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
    try commit(Office.withoutML + "\n" + policy)
    let result = try tenure("apply --yes --allow-deletion")
    #expect(result.status == 0, "\(result.out)\(result.err)", sourceLocation: sourceLocation)
  }
}
