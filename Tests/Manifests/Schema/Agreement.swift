import Foundation
import Model
import Testing
import YAMLReader

@testable import Manifests

/// Holds what the reader and the schema say of the documents of some texts against one another.
struct Agreement {
  /// Errors of a document by itself that a schema has no words for.
  static let beyondSchema: Set<String> = ["duplicate-key", "duplicate-entry"]

  /// One document: the codes that the reader has for it, and the schema's verdicts.
  struct Document {
    var text: String
    var codes: [String]
    var verdicts: SchemaValidator.Document

    /// Whether the reader has nothing against it that a schema could say.
    var isValid: Bool { codes.allSatisfy(Agreement.beyondSchema.contains) }
  }

  /// For each text its documents; none where it is no YAML.
  var documents: [[Document]] = []

  init(_ texts: [String]) throws {
    let verdicts = try SchemaValidator.validate(texts)
    for (text, verdicts) in zip(texts, verdicts) {
      let codes = Agreement.codes(text)
      guard let codes, let verdicts else {
        documents.append([])
        continue
      }
      try #require(codes.count == verdicts.count, "\(text)")
      documents.append(zip(codes, verdicts).map { Document(text: text, codes: $0, verdicts: $1) })
    }
  }

  /// What the reader has against each document by itself; nil where the text is no YAML.
  private static func codes(_ text: String) -> [[String]]? {
    let file = parse(Snapshot.File(path: "m.yaml", objectID: nil, bytes: Array(text.utf8)))
    guard file.failure == nil else { return nil }
    var names = NameTable(minimumCapacity: 0)
    return file.documents.compactMap { tree in
      var scratch = ReadingScratch()
      let one = ParsedFile(path: "m.yaml", bytes: file.bytes, documents: [tree])
      let read = ManifestReader.read(one, names: &names, scratch: &scratch)
      return read.count == 0 ? nil : read.findings.map(\.code)
    }
  }

  /// What is wrong between the two; nothing where they agree.
  ///
  /// | typing | the reader takes it        | the reader refuses it                                |
  /// |--------|----------------------------|------------------------------------------------------|
  /// | text   | valid                      | invalid                                              |
  /// | other  | valid, unless it has null  | invalid, unless a text was lost or a rule is `true`  |
  static func problem(_ document: Document) -> String? {
    // What stands behind a key for the second time is not read.
    if document.codes.contains("duplicate-key") { return nil }
    for (typing, verdict) in document.verdicts.sorted(by: { $0.key < $1.key }) {
      let problem: String? =
        switch (document.isValid, verdict.isValid) {
        case (true, true): verdict.null ? "null is taken" : nil
        case (true, false): verdict.null ? nil : "the schema refuses: \(verdict.error ?? "")"
        case (false, true): verdict.lossy || setsRuleToBoolean(document, typing) ? nil : "the schema takes it"
        case (false, false): nil
        }
      if let problem { return "\(typing): \(problem); the reader says \(document.codes)\n\(document.text)" }
    }
    return nil
  }

  /// `true` for a rule is refused by the reader only: YAML 1.1 makes it of `on`.
  private static func setsRuleToBoolean(_ document: Document, _ typing: String) -> Bool {
    typing != "text" && document.text.contains("protection") && document.text.contains(/\b(true|false)\b/)
  }
}

/// Manifests that are shipped, shown or written by this project.
enum Shipped {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Path → text of every YAML file in a manifests folder, of every preset, and of every `yaml` block of a page.
  static func texts() throws -> [String: String] {
    var found: [String: String] = [:]
    let paths = ["manifests", "examples", "Sources/Manifests/Presets", "README.md"].flatMap { top in
      let below = FileManager.default.enumerator(atPath: root.appending(path: top).path)?.compactMap { $0 as? String }
      return [top] + (below ?? []).map { "\(top)/\($0)" }
    }
    for path in paths {
      let url = root.appending(path: path)
      if path.hasSuffix(".yaml"), path.contains("anifests/") {
        found[path] = try String(contentsOf: url, encoding: .utf8)
      } else if path.hasSuffix(".md") {
        let text = try String(contentsOf: url, encoding: .utf8)
        for (i, block) in text.matches(of: /```yaml\n([^`]*)```/).enumerated() where block.1.contains("tenure/v1") {
          found["\(path)#\(i)"] = String(block.1)
        }
      }
    }
    return found
  }

  /// What `tenure init` writes.
  static func starter() throws -> [String: String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenure-starter-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(filePath: bundle).deletingLastPathComponent().appending(path: "tenure")
    process.arguments = ["init", folder.path]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/manifests")
    return try Dictionary(
      uniqueKeysWithValues: files.map {
        ($0, try String(contentsOf: folder.appending(path: "manifests/\($0)"), encoding: .utf8))
      })
  }
}
