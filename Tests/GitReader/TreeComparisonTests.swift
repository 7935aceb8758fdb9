import Foundation
import GitReader
import TestSupport
import Testing

/// What differs between two trees, told entry by entry, against the listings of both.
@Suite struct TreeComparisonTests {
  @Test func `it is the difference of the listings`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(seed: seed)
    let repository = try TestRepository(commits: false)
    var commits: [String] = []
    // Names that sort otherwise as a folder (`a/`) than as a file (`a`, `a.yaml`, `a-b`).
    let names = ["a.yaml", "a/x.yaml", "a-b.yaml", "a/y/z.yml", "b", "b.yml", "c.yaml/d.yaml", "c.yaml", "notes.txt"]
    for round in 0..<8 {
      try? FileManager.default.removeItem(atPath: repository.path + "/manifests")
      var taken: [String] = []
      for name in names.shuffled(using: &random) where Bool.random(using: &random) {
        // One name cannot be a file and a folder.
        if taken.contains(where: { $0.hasPrefix(name + "/") || name.hasPrefix($0 + "/") }) { continue }
        taken.append(name)
        try repository.write("manifests/\(name)", "v\(Int.random(in: 0..<2, using: &random))\n")
      }
      try repository.write("manifests/always.yaml", "\(round % 2)\n")
      commits.append(try repository.commit("round"))
    }
    let opened = try repository.open()
    for (old, new) in Array(zip(commits, commits.dropFirst())) + Array(zip(commits.dropFirst(), commits)) {
      let (before, after) = try (listing(opened, old), listing(opened, new))
      let expected = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
      let change = try opened.change(
        fromTree: opened.treeID(commit: old), toTree: opened.treeID(commit: new), folder: "manifests")
      #expect(change.files.map(\.path).sorted() == expected, "seed \(seed)")
      for file in change.files {
        #expect(file.before == before[file.path] && file.after == after[file.path], "seed \(seed), \(file.path)")
      }
      let entries = try opened.snapshot(commit: new).snapshot.entries - opened.snapshot(commit: old).snapshot.entries
      #expect(change.entries == entries, "seed \(seed)")
      #expect(!change.hasOddities)
    }
  }

  private func listing(_ repository: GitRepository, _ commit: String) throws -> [String: String] {
    let files = try repository.snapshot(commit: commit).snapshot.files
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.objectID ?? "") })
  }

  @Test func `a symbolic link or a submodule is an oddity, the same as before is none`() throws {
    let repository = try TestRepository()
    let first = try repository.git("rev-parse", "HEAD")
    try FileManager.default.createSymbolicLink(
      atPath: repository.path + "/manifests/link.yaml", withDestinationPath: "acme.yaml")
    let second = try repository.commit("link")
    try repository.write("manifests/acme.yaml", "name: other\n")
    let third = try repository.commit("change")
    let opened = try repository.open()
    func change(_ old: String, _ new: String) throws -> GitRepository.TreeChange {
      try opened.change(fromTree: opened.treeID(commit: old), toTree: opened.treeID(commit: new), folder: "manifests")
    }
    #expect(try change(first, second).hasOddities)
    #expect(try change(second, first).hasOddities)
    let last = try change(second, third)
    #expect(!last.hasOddities)
    #expect(last.files.map(\.path) == ["manifests/acme.yaml"])
    #expect(
      try opened.change(fromTree: nil, toTree: opened.treeID(commit: first), folder: "manifests").files.count == 1)
  }

  @Test func `a search finds the files with the bytes, in as many parts as it is split into`() throws {
    let repository = try TestRepository(commits: false)
    for number in 0..<20 { try repository.write("manifests/f\(number).yaml", "number: \(number)\n") }
    try repository.write("manifests/notes.txt", "number: 3\n")
    let commit = try repository.commit("files")
    let opened = try repository.open()
    let tree = try opened.treeID(commit: commit)
    for parts in 1...3 {
      var found: [String] = []
      var others = 0
      for part in 0..<parts {
        let matches = try opened.search(tree: tree, folder: "manifests", known: [:], part: part, of: parts) {
          $0.contains(UInt8(ascii: "3"))
        }
        found += matches.files.map(\.path)
        others += matches.others.count
        #expect(matches.count == 20)
      }
      #expect(found == ["manifests/f13.yaml", "manifests/f3.yaml"])
      #expect(others == 18)
    }
  }
}
