import Foundation
import Model
import Testing

@testable import YAMLReader

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The YAML files below a folder of the repository, in order.
private func yaml(below folder: String) -> [(path: String, bytes: [UInt8])] {
  let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String }
  return (paths ?? []).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().compactMap { path in
    FileManager.default.contents(atPath: root.appending(path: folder + "/" + path).path)
      .map { ("\(folder)/\(path)", Array($0)) }
  }
}

private func problem(_ bytes: [UInt8], limits: YAMLLimits = .init()) -> String? {
  Disagreement.reading(bytes, limits: limits).problem
}

@Suite struct PlainReaderTests {
  @Test(arguments: [
    "a: 1\n", "a: 1", "a:\n  b: c\nd: e\n", "a:\n- b\n- c\nd:\n", "- a\n- - b\n  - c\n-\n- d: e\n  f: g\n",
    "a: {b: c, d: [e, f], g: {}}\n", "a: [\n  b, # c\n  {d: e}\n]\n", "{a: b, c: [d]}\n", "- {a: b}\n",
    "# c\n\na: 'x y' # c\n\"b\" : \"#\"\n", "---\na: 1\n--- # c\nb: 2\n---\nc:\n", "été: копия # 🦊\nb: {é: ü}\n",
    "a: x:y#z -w ?\n", "a: {b: 2027-01-31T12:00:00Z}\n", "a:   # c\t\n  b: c  \n", "", "# c\n", "\n \n",
    "a: -b\n-c: d\n",
    "a:\n    b:\n     - c\nd:\n - e\n", "k.8: \"a 'b'\"\n", "a: <<\nb: [<<]\n\"<<\": c\n",
    "a:\n  b\n", "a\n", "'a' # b\n", "-\n  a\n- b\n", "a: [-b, -, --c]\n",
  ])
  func `takes what it knows, as libyaml reads it`(text: String) {
    let (problem, isTaken) = Disagreement.reading(Array(text.utf8))
    #expect(problem == nil)
    #expect(isTaken)
  }

  @Test(arguments: [
    "a: &x b\n", "a: *b\n", "a: !t b\n", "%YAML 1.1\n---\na: b\n", "...\n", "a: b\n...\n", "a: |\n  b\n", "a: >\n  b\n",
    "a: b\n  c\n", "a: \"b\n  c\"\n", "a: \"\\n\"\n", "a: 'b''c'\n", "? a\n: b\n", "a:\tb\n", "a: b\t\n", "\ta: b\n",
    "a: b\r\n", "<<: {a: b}\n", "a: {<<: {}}\n", "\u{FEFF}a: b\n", "a: b\u{85}", "a: b\u{2028}", "# \u{2029}\n",
    "a: \u{7F}\n", "a: \u{80}\n", "# \u{1}\n", "a: \0\n", "a: b: c\n", "a: [b\n", "a: b\n c: d\n",
    "a:\n  b: c\n d: e\n",
    "- a\nb: c\n", "a: b\n- c\n", "a: [b]: c\n", "[a]: b\n", "a: [b: c]\n", "a: {b}\n", "a: {b: }\n",
    "a: {\"b\":c}\n", "a: [b,,c]\n", "a: [- b]\n", "a: [b\n  c]\n", "a: \"b\"c\n", "a: \"b\"#c\n", "a: [b]#c\n",
    "a\nb\n", "a: - b\n",
    "---\n", "---\n---\na: b\n", "a: b\n---\n", "--- a\n", "---a: b\n", "a: @b\n", "a: `b`\n", "a: %b\n",
    "a: [a?b]\n", "a: ? b\n", "a: [b]\n---x\n", "{a: b}\nc: d\n", "a: [\n...\n]\n", "a: [\n---\n]\n", ": a\n",
  ])
  func `gives up what it does not know, and the door reads it as libyaml does`(text: String) {
    let (problem, isTaken) = Disagreement.reading(Array(text.utf8))
    #expect(problem == nil)
    #expect(!isTaken)
  }

  @Test(arguments: [990, 999, 1000, 1001, 1022, 1023, 1024, 1025, 1030], ["k", "k ", "é"])
  func `long keys`(count: Int, character: String) {
    let key = "x" + String(repeating: character, count: count) + "x"
    for text in ["\(key): v\n", "a: {\(key): v}\n", "- \"\(key)\": v\n", "a:\n  \(key) : v\n", "{a: b, '\(key)': v}"] {
      let found = problem(Array(text.utf8))
      #expect(found == nil, "\(text.prefix(20))")
    }
  }

  @Test(arguments: 1...8)
  func `limits are libyaml's`(depth: Int) {
    let limits = YAMLLimits(bytes: 40, depth: depth)
    for text in [
      "a:\n b:\n  c:\n   - d:\n      e\n", "a: [[[[{b: c}]]]]\n", "- - - - {a: [b]}\n", "[[[[[]]]]]\n",
      "a:\n- - - b: c\n",
      "a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", "a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
    ] {
      #expect(problem(Array(text.utf8), limits: limits) == nil, "\(text)")
    }
  }

  @Test func `scalars are the file's own bytes`() throws {
    let bytes = Array("a: b\n---\nc: [d]\n".utf8)
    for tree in try #require(PlainReader.documents(of: bytes, limits: .init())) {
      let (ours, theirs) = (bytes.withUnsafeBytes { $0.baseAddress }, tree.text.withUnsafeBytes { $0.baseAddress })
      #expect(ours == theirs)
    }
  }

  /// Or every comparison here would be one of libyaml with itself.
  @Test(arguments: ["manifests", "examples", "Sources/Manifests/Presets"])
  func `ordinary files are taken`(folder: String) {
    let files = yaml(below: folder)
    let hasAnchors: Set = ["manifests/acme.yaml"]
    #expect(!files.isEmpty)
    for file in files {
      let (problem, isTaken) = Disagreement.reading(file.bytes)
      #expect(problem == nil, "\(file.path)")
      #expect(isTaken != hasAnchors.contains(file.path), "\(file.path)")
    }
  }
}

@Suite struct PlainReaderAgreesWithLibYAML {
  private static let environment = ProcessInfo.processInfo.environment

  @Test func `on every short text of the characters that matter`() {
    let alphabet = Array("a \n:-#[]{},\"'".utf8)
    var (texts, taken) = ([[UInt8]()], 0)
    for _ in 0..<4 {
      for text in texts {
        let (problem, isTaken) = Disagreement.reading(text)
        if let problem { Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(problem)") }
        if isTaken { taken += 1 }
      }
      texts = texts.flatMap { text in alphabet.map { text + [$0] } }
    }
    #expect(taken > 300)
  }

  /// `TENURE_FUZZ_ROUNDS` says how many files (default 400, and ten changed ones for each), `TENURE_FUZZ_SEED` from
  /// which seed on.
  @Test func `on random files and what mutations make of them`() {
    let rounds = UInt64(Self.environment["TENURE_FUZZ_ROUNDS"] ?? "") ?? 400
    let first = UInt64(Self.environment["TENURE_FUZZ_SEED"] ?? "") ?? UInt64.random(in: 0..<1_000_000_000)
    let files = ["manifests", "examples", "Sources/Manifests/Presets", ".ci"].flatMap { yaml(below: $0).map(\.bytes) }
    var (taken, changedTaken) = (0, 0)
    for seed in first..<first + rounds {
      var manifests = RandomManifests(seed: seed)
      var bytes = manifests.chance(30) ? manifests.pick(files) : manifests.file()
      if check(bytes, seed: seed) { taken += 1 }
      for _ in 0..<10 {
        var changed = bytes
        for _ in 0..<manifests.pick([1, 1, 1, 2, 3, 5]) { manifests.mutate(&changed) }
        guard check(changed, seed: seed) else { continue }
        changedTaken += 1
        if manifests.chance(30) { bytes = changed }
      }
    }
    #expect(taken * 2 > Int(rounds), "TENURE_FUZZ_SEED=\(first)")
    #expect(changedTaken > Int(rounds), "TENURE_FUZZ_SEED=\(first)")
  }

  private func check(_ bytes: [UInt8], seed: UInt64) -> Bool {
    let (problem, isTaken) = Disagreement.reading(bytes)
    if let problem {
      Issue.record("TENURE_FUZZ_SEED=\(seed): \(problem)\n\(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
    return isTaken
  }

  @Test(arguments: ["kubevirt-org", "kubernetes-org"])
  func `on real manifests, of which it takes every one`(name: String) throws {
    let bundle = root.appending(path: "../shared/data/\(name).bundle").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: bundle) else {
      print("SKIPPED: there is no \(name).bundle, so the plain reader did not meet its manifests")
      return
    }
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-plain-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let git = try Process.run(
      URL(filePath: "/usr/bin/env"), arguments: ["git", "clone", "-q", "-b", "main", bundle, folder])
    git.waitUntilExit()
    let paths = FileManager.default.enumerator(atPath: folder + "/manifests")?.compactMap { $0 as? String } ?? []
    let files = paths.filter { $0.hasSuffix(".yaml") }
    #expect(!files.isEmpty)
    for path in files {
      let bytes = Array(try #require(FileManager.default.contents(atPath: "\(folder)/manifests/\(path)")))
      let (problem, isTaken) = Disagreement.reading(bytes)
      #expect(problem == nil, "\(path)")
      #expect(isTaken, "\(path)")
    }
  }
}
