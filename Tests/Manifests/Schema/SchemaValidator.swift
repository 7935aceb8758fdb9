import Foundation
import Manifests
import Testing

/// Python's jsonschema, run once over many texts.
enum SchemaValidator {
  /// What one reader of YAML makes of a document, and what the schema says of that.
  struct Verdict: Decodable, Sendable {
    var error: String?
    /// What a scalar was written as cannot be told any more.
    var lossy: Bool
    /// A text such as `~` became null.
    var null: Bool
    var isValid: Bool { error == nil }
  }

  /// By typing: `text`, `core`, `yaml11`.
  typealias Document = [String: Verdict]

  /// Whether it can run; says so where it cannot.
  static let isAvailable: Bool = {
    let probe = try? run(["-c", "import jsonschema, yaml; jsonschema.Draft202012Validator"], stdin: Data())
    if probe?.status != 0 { print("SKIPPED: schema tests need python3-jsonschema (4 or newer) and python3-yaml") }
    return probe?.status == 0
  }()

  private static var schema: Any { any(ManifestSchema.document { "what \($0.rawValue) is about" }) }

  /// The documents of each text; nil where Python reads no YAML in it.
  static func validate(_ texts: [String]) throws -> [[Document]?] {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "validate.py").path
    let input = try JSONSerialization.data(withJSONObject: ["schema": schema, "texts": texts])
    let result = try run([script], stdin: input)
    try #require(result.status == 0, "\(result.err)")
    return try JSONDecoder().decode([[Document]?].self, from: result.out)
  }

  static func any(_ node: SchemaNode) -> Any {
    switch node {
    case .object(let members): Dictionary(uniqueKeysWithValues: members.map { ($0.key, any($0.value)) })
    case .array(let elements): elements.map(any)
    case .string(let text): text
    case .number(let number): number
    case .bool(let flag): flag
    }
  }

  private static func run(_ arguments: [String], stdin: Data) throws -> (status: Int32, out: Data, err: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenure-schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, so that no full pipe can stop it.
    let (input, output, errors) = (
      folder.appending(path: "in"), folder.appending(path: "out"), folder.appending(path: "e")
    )
    try stdin.write(to: input)
    for url in [output, errors] { try Data().write(to: url) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try Data(contentsOf: output),
      String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    )
  }
}
