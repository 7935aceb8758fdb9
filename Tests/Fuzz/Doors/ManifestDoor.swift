import Manifests
import Model
import Reconciling
import TestSupport

extension Door {
  static let manifests = Door(name: "manifests", snippets: yaml) { bytes, random in
    // Several files, so that they speak of one another.
    let other = Array("apiVersion: tenure/v1\nkind: Group\nname: sre\nmembers: [barbara@acme.example]\n".utf8)
    return ManifestAnswer.problem(of: [("a.yaml", bytes), ("b.yaml", other)])
  }

  /// With the presets among the samples: what the program itself says in this language.
  static let policies = Door(name: "policies", snippets: yaml + ["extends: small-team\n", "protection:", "rank: 40\n"])
  {
    bytes, random in
    let preset = Policies.presets.randomElement(using: &random).flatMap { Policies.manifest($0) } ?? []
    var mutated = Array(preset)
    Mutation.apply(to: &mutated, yaml, &random)
    return ManifestAnswer.problem(of: [("policy.yaml", bytes)])
      ?? ManifestAnswer.problem(of: [("preset.yaml", mutated)])
  }

  static let yaml = [
    "<<: *m", "*ml", "&ml ", "&m ", "!!str ", "---\n", "\r\n", "\r", "\t", "  ", ": ", "- ", "? ", "{", "}", "[", "]",
    "\"", "'", "|\n", ">-\n", "#", "%", "\u{FEFF}", "\u{85}", "\u{2028}", "\0", "\\0", "name", "members:",
    "kind: Group\n", "~", "@", "a@b.example", "9999999999999999999999", "é", "🦊", "null", "removed: x", "...\n", "none",
    "everyone", "expires: 0000-00-00\n", "\u{202E}",
  ]
}

/// Asks of manifests that reading ends, and that every diagnostic points into its file.
enum ManifestAnswer {
  static func problem(of files: [(path: String, bytes: [UInt8])]) -> String? {
    let snapshot = Snapshot(
      files: files.map { Snapshot.File(path: $0.path, objectID: nil, bytes: $0.bytes) }, commit: nil)
    var names = NameTable(minimumCapacity: 0)
    let now = Instant(rfc3339: "2026-11-22T12:00:00Z") ?? Instant(seconds: 0)
    let compiled = ManifestLoader.load(snapshot, now: now, names: &names, parse: parseYAML)
    return compiled.diagnostics.lazy.compactMap { problem(of: $0, in: files) }.first
  }

  /// What is wrong with where a diagnostic points; one behind the last character and one line behind the last are fine.
  static func problem(of diagnostic: Diagnostic, in files: [(path: String, bytes: [UInt8])]) -> String? {
    let said = "[\(diagnostic.code)] \(diagnostic.message)"
    if diagnostic.message.isEmpty { return "\(said): no message" }
    guard let location = diagnostic.location else {
      return diagnostic.code == "no-manifests" ? nil : "\(said): no location"
    }
    guard let file = files.first(where: { $0.path == location.file }) else { return "\(said): no such file" }
    if diagnostic.code == "not-utf8" || diagnostic.code == "nul-byte" { return nil }
    let lines = lines(of: String(decoding: file.bytes, as: UTF8.self))
    guard (1...lines.count + 1).contains(location.line) else {
      return "\(said): line \(location.line) of \(lines.count)"
    }
    let width = location.line <= lines.count ? lines[location.line - 1] : 0
    guard (1...width + 2).contains(location.column) else {
      return "\(said): column \(location.column) in a line of \(width)"
    }
    return nil
  }

  /// Their lengths.
  private static func lines(of text: String) -> [Int] {
    var lines = [0]
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append(0)
      default: lines[lines.count - 1] += 1
      }
      previous = scalar
    }
    return lines
  }
}
