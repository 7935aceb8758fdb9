import Foundation
import GitReader
import Model
import TestSupport
import Testing

@testable import Reconciling

/// A memo that is not exactly what was written counts as missing.
@Suite struct MemoFileTests {
  /// A company that was planned, and the file that keeps what was found.
  private func company() throws -> (pair: IncrementalTests.Pair, file: MemoFile, path: String) {
    let pair = try IncrementalTests.Pair(seed: 1)
    let office = RandomOffice(.enterprise, random: SplitMix(seed: 1))
    try pair.commit(office.files, "first")
    try pair.reconcile(applying: true)
    try pair.reconcile(applying: false)
    let names = try FileManager.default.contentsOfDirectory(atPath: pair.folder + "/cache")
    let file = try #require(try pair.cache())
    try file.use(for: try pair.store("short"))
    return (pair, file, pair.folder + "/cache/" + (try #require(names.first)))
  }

  @Test func `what was kept is read`() throws {
    let (pair, file, _) = try company()
    let memo = try withExtendedLifetime(pair) { try #require(file.read()) }
    #expect(memo.tenants.count >= 5)
    #expect(Memo(encoded: memo.encoded) == memo)
    let head = MemoHead(memo)
    #expect(MemoHead(encoded: head.encoded) == head)
  }

  @Test func `a changed byte, a cut file and bytes behind it are noticed`() throws {
    let (pair, file, path) = try company()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in bytes.indices {
      var broken = bytes
      broken[index] ^= 1 << (index % 8)
      try broken.write(to: URL(fileURLWithPath: path))
      #expect(file.read() == nil, "byte \(index)")
    }
    for count in [0, 1, 7, 8, 12, 43, 44, 108, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(file.read() == nil, "\(count) bytes")
    }
    for count in [0, 7, 11, 12, 100] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(file.head() == nil, "\(count) bytes")
    }
    try (bytes + [0]).write(to: URL(fileURLWithPath: path))
    #expect(file.read() == nil)
    try pair.reconcile(applying: false)
    #expect(pair.narrowed == 1, "of an apply and two plans only the first plan built on what was kept")
    try pair.reconcile(applying: false)
    #expect(pair.narrowed == 2, "the plan before it kept it anew")
  }

  @Test func `bytes that are no memo never trap`() throws {
    let (pair, file, _) = try company()
    let bytes = try withExtendedLifetime(pair) { try #require(file.read()).encoded }
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      var broken = bytes
      for _ in 0..<3 {
        broken[Int.random(in: broken.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = Memo(encoded: broken)
      _ = Memo(encoded: Array(broken.prefix(Int.random(in: 0...broken.count, using: &random))))
      _ = MemoHead(encoded: broken)
    }
  }

  @Test func `what another program, store or folder found is nothing to this one`() throws {
    let (pair, file, _) = try company()
    let source = try pair.reconciliation(.init()).source
    var elsewhere = source
    elsewhere.manifests = "manifests/people"
    for other in [
      MemoFile(folder: pair.folder + "/cache", source: source, store: "short", program: "newer"),
      MemoFile(folder: pair.folder + "/cache", source: source, store: "other", program: "test"),
      MemoFile(folder: pair.folder + "/cache", source: elsewhere, store: "short", program: "test"),
    ] {
      #expect(other?.isThere == false)
      try other?.use(for: try pair.store("short"))
      #expect(other?.read() == nil)
    }
    #expect(file.read() != nil)
    #expect(MemoFile(folder: nil, source: source, store: "short", program: "test") == nil)
  }

  @Test func `a folder that cannot be written keeps nothing, and a plan goes on`() throws {
    let (pair, _, _) = try company()
    let cache = pair.folder + "/cache"
    try FileManager.default.removeItem(atPath: cache)
    try Data().write(to: URL(fileURLWithPath: cache))
    try pair.reconcile(applying: false)
    try pair.reconcile(applying: false)
    #expect(pair.narrowed == 1)
  }

  @Test func `memos of repositories that are gone do not stay for ever`() throws {
    let (pair, _, path) = try company()
    let cache = pair.folder + "/cache"
    for (name, days) in [("old", 31.0), ("young", 29.0)] {
      try Data().write(to: URL(fileURLWithPath: "\(cache)/\(name)"))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: "\(cache)/\(name)")
    }
    try FileManager.default.removeItem(atPath: path)
    try pair.reconcile(applying: false)
    let left = try FileManager.default.contentsOfDirectory(atPath: cache)
    #expect(left.contains("young") && !left.contains("old") && left.count == 2)
  }
}
