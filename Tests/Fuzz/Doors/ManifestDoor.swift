import Foundation
import Manifests
import Model
import TestSupport
import Testing

/// Mutates valid manifests and asks only that reading ends, and that every diagnostic points into its file.
/// `TENURE_FUZZ_SECONDS` says for how long (default 1), `TENURE_FUZZ_SEED` from which seed on.
@Suite struct Fuzzing {
  private static let seeds: [String] =
    Policies.presets.compactMap { Policies.manifest($0) }.map { String(decoding: $0, as: UTF8.self) } + [
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      displayName: Acme Corp
      owner: ada@acme.example
      subscription: business
      management: authoritative
      defaultWorkspace: general
      members: &m
        ada@acme.example: super-admin
        grace@acme.example:
          role: member
          expires: 2027-01-31
          protect: true
          reinvite: 2026-11-22
        platform: member
      groups:
        platform: [linus@acme.example, sre]
      workspaces:
        ml: &ml
          displayName: Machine learning
          renamedFrom: machine-learning
          owner: grace@acme.example
          members: {grace@acme.example: admin, platform: developer}
          apiKeys:
            ci-deploy: {monthlyLimit: 100000, dailyRateLimit: 5000}
        labs: {removed: merged into ml}
        "копия": {<<: *ml, renamedFrom: "\\u00e9t\\u00e9"}
      ---
      apiVersion: tenure/v1
      kind: Workspace
      organization: acme
      name: research
      members: {}
      ---
      apiVersion: tenure/v1
      kind: Group
      name: sre
      members: [barbara@acme.example]
      ---
      apiVersion: tenure/v1
      kind: Account
      email: ada@acme.example
      formerly: [ada@old.example]
      workspaces: {Personal: {subscription: free}}
      ---
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      protection: {freeze-window: [{cron: "0 18 * * 5", duration: 60h, timeZone: Europe/Berlin}]}

      """
    ]

  private static let snippets = [
    "<<: *m", "*ml", "&ml ", "&m ", "!!str ", "---\n", "\r\n", "\t", "  ", ": ", "- ", "? ", "{", "}", "[", "]", "\"",
    "'",
    "|\n", ">-\n", "#", "%", "\u{FEFF}", "\u{85}", "\u{2028}", "\0", "\\0", "name", "members:", "kind: Group\n", "~",
    "@",
    "a@b.example", "9999999999999999999999", "é", "🦊", "null", "removed: x", "...\n",
  ]

  private func mutate(_ bytes: inout [UInt8], with generator: inout SplitMix) {
    let at = Int.random(in: 0...bytes.count, using: &generator)
    let end = min(bytes.count, at + Int.random(in: 0..<40, using: &generator))
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &generator) }
    case 1: bytes.removeSubrange(at..<end)
    case 2: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
    case 3, 4: bytes.insert(contentsOf: Fuzzing.snippets.randomElement(using: &generator)!.utf8, at: at)
    case 5: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
    default: bytes.swapAt(min(at, bytes.count - 1), min(end, bytes.count - 1))
    }
    if bytes.isEmpty { bytes = [0x0A] }
  }

  @Test func mutatedManifestsNeverCrashNorPointOutside() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["TENURE_FUZZ_SECONDS"] ?? "") ?? 1
    var seed = UInt64(environment["TENURE_FUZZ_SEED"] ?? "") ?? 1
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var rounds = 0
    var slowest = Duration.zero
    while clock.now < end {
      var generator = SplitMix(seed: seed)
      var files: [Snapshot.File] = []
      for path in ["a.yaml", "b.yaml"] {
        var bytes = Array(Fuzzing.seeds.randomElement(using: &generator)!.utf8)
        for _ in 0..<Int.random(in: 0..<6, using: &generator) { mutate(&bytes, with: &generator) }
        files.append(Snapshot.File(path: path, objectID: nil, bytes: bytes))
      }
      var names = NameTable(minimumCapacity: 0)
      var compiled: Compiled?
      let taken = clock.measure {
        compiled = ManifestLoader.load(Snapshot(files: files, commit: nil), now: someDay, names: &names, parse: parse)
      }
      slowest = max(slowest, taken)
      for diagnostic in try #require(compiled).diagnostics {
        let problem = Self.problem(diagnostic, files)
        #expect(problem == nil, "seed \(seed): \(problem ?? "")")
      }
      (seed, rounds) = (seed + 1, rounds + 1)
    }
    print("fuzzed \(rounds) rounds, slowest \(slowest), next seed \(seed)")
    #expect(slowest < .seconds(60))
  }

  /// What is wrong with where a diagnostic points; one behind the last character and one line behind the last are fine.
  private static func problem(_ diagnostic: Diagnostic, _ files: [Snapshot.File]) -> String? {
    guard let location = diagnostic.location else { return diagnostic.code == "no-manifests" ? nil : "no location" }
    guard let file = files.first(where: { $0.path == location.file }) else { return "no such file" }
    if diagnostic.message.isEmpty { return "no message" }
    if diagnostic.code == "not-utf8" || diagnostic.code == "nul-byte" { return nil }
    let text = String(decoding: file.bytes, as: UTF8.self)
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
    guard (1...lines.count + 1).contains(location.line) else { return "\(brief(diagnostic)) of \(lines.count) lines" }
    let width = location.line <= lines.count ? lines[location.line - 1] : 0
    guard (1...width + 2).contains(location.column) else {
      return
        "\(brief(diagnostic)) in a line of \(width): \(diagnostic.message) \(String(reflecting: diagnostic.excerpt))"
    }
    return nil
  }
}
