import Foundation
import Testing

/// The arrows between modules, and what else each may import. README shows the same table.
private let arrows: [String: Set<String>] = [
  "Model": [],
  "Planning": ["Model"],
  "Manifests": ["Model"],
  "Reports": ["Model"],
  "YAMLReader": ["Model", "CLibYAML"],
  "GitReader": ["Model", "CLibGit2", "CZlib"],
  "Store": ["Model"],
  "SQLiteStore": ["Store", "Model", "GRDB", "Crypto"],
  "Scheduling": ["Model"],
  "Reconciling": ["Model", "Planning", "Manifests", "YAMLReader", "GitReader", "Store", "Crypto"],
  "TenureCommand": [
    "Model", "Planning", "Manifests", "Reports", "YAMLReader", "GitReader", "Store", "SQLiteStore", "Scheduling",
    "Reconciling", "ArgumentParser", "Logging", "Crypto",
  ],
]

/// Folders that hold no Swift: module maps.
private let moduleMaps: Set<String> = ["CLibGit2", "CLibYAML", "CZlib"]

/// Modules whose code is a function of its arguments.
private let pure: Set<String> = ["Model", "Planning", "Manifests", "Reports"]

/// What the toolchain brings, for modules that are not pure.
private let toolchain: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]

/// The standard library, which a file names only to import what it keeps for its friends.
private let language = "Swift"

/// GRDB's own name for the SQLite below it.
private let partOf = ["GRDBSQLite": "GRDB"]

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

private struct SourceFile {
  let module: String
  let path: String
  let lines: [Substring]

  /// Modules named by `import` lines.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
      guard let at = words.firstIndex(of: "import") else { return nil }
      let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
      guard words[..<at].allSatisfy(access.contains), at + 1 < words.endIndex else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      let name = kinds.contains(words[at + 1]) ? words[words.endIndex - 1] : words[at + 1]
      return name.split(separator: ".").first.map(String.init)
    }
  }

  static let all: [SourceFile] = {
    let sources = root.appending(path: "Sources")
    let paths = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = (try? String(contentsOf: sources.appending(path: path), encoding: .utf8)) ?? ""
      return SourceFile(
        module: String(path.prefix { $0 != "/" }), path: path,
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }()
}

@Suite("Architecture")
struct ArchitectureTests {
  @Test("every module is in the table, and the table names no other")
  func modules() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
    let found = Set(folders.filter { !$0.hasPrefix(".") }).subtracting(moduleMaps)
    #expect(found == Set(arrows.keys))
  }

  @Test("arrows go one way")
  func noCycles() {
    var settled: Set<String> = []
    var rest = arrows.mapValues { $0.intersection(arrows.keys) }
    while let next = rest.first(where: { $0.value.isSubset(of: settled) }) {
      settled.insert(next.key)
      rest[next.key] = nil
    }
    #expect(rest.isEmpty, "a cycle among \(rest.keys.sorted())")
  }

  @Test("a file imports what its module may")
  func imports() {
    #expect(SourceFile.all.contains { $0.imports.contains("CLibGit2") }, "import lines are not understood")
    for file in SourceFile.all {
      var allowed = (arrows[file.module] ?? []).union([language])
      if !pure.contains(file.module) { allowed.formUnion(toolchain) }
      for name in file.imports where !allowed.contains(partOf[name] ?? name) {
        Issue.record("\(file.path) imports \(name); \(file.module) may import \(allowed.sorted())")
      }
    }
  }

  @Test("a file has at most 400 lines")
  func length() {
    for file in SourceFile.all {
      // The text after the last newline is no line.
      let count = file.lines.count - (file.lines.last?.isEmpty == true ? 1 : 0)
      #expect(count <= 400, "\(file.path) has \(count) lines: look for the second thing it is doing")
    }
  }

  @Test(
    "only one module knows each library",
    arguments: [
      ("CLibYAML", ["YAMLReader"]), ("CLibGit2", ["GitReader"]), ("CZlib", ["GitReader"]), ("GRDB", ["SQLiteStore"]),
      ("ArgumentParser", ["TenureCommand"]), ("Logging", ["TenureCommand"]),
    ])
  func libraries(library: String, modules: [String]) {
    let users = SourceFile.all.filter { $0.imports.contains { (partOf[$0] ?? $0) == library } }.map(\.module)
    #expect(Set(users).isSubset(of: modules))
  }

  @Test("README shows the table of arrows")
  func readme() throws {
    let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Modules") } ?? ""
    var shown: [String: Set<String>] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { cell in
        cell.split(separator: "`").map(String.init).filter { $0.contains(where: \.isLetter) }
      }
      guard cells.count >= 2, let module = cells[0].first else { continue }
      let names = cells[1].filter { $0.wholeMatch(of: /[A-Za-z0-9]+/) != nil }
      shown[module] = Set(names)
    }
    #expect(shown == arrows)
  }

  @Test("each rule in force has a file of its own, and README lists it")
  func rules() throws {
    let folder = "Planning/Rules/"
    let files = SourceFile.all.filter { $0.path.hasPrefix(folder) }
    let list = try #require(files.first { $0.path == folder + "Rule.swift" })
    let text = list.lines.joined(separator: "\n")
    let body = try #require(text.firstMatch(of: /let all: \[any ProtectionRule\] = \[([^\]]*)\]/)).output.1
    let types = body.matches(of: /([A-Z]\w*)\(\)/).map { String($0.output.1) }
    #expect(types.count >= 10)
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    for type in types {
      #expect(files.contains { $0.path == "\(folder)\(type).swift" }, "\(type) has no file of its name")
      // OnePendingInvitation → one-pending-invitation
      let name = type.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }.dropFirst()
      #expect(readme.contains("| `\(name)` |"), "README does not list \(name)")
    }
  }
}
