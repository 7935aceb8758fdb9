import ArgumentParser
import Foundation
import GitReader
import Manifests
import Model
import Reconciling

extension CompletionKind {
  /// The protection rules.
  static let rules = list(RuleName.allCases.map(\.rawValue))

  /// Organizations, and behind a `/` their workspaces, as the working tree declares them.
  static let paths = custom { words, _, prefix in Candidates(words, prefix).paths() }

  /// Organizations, as the working tree declares them.
  static let organizations = custom { words, _, prefix in Candidates(words, prefix).organizations() }

  /// Branches and tags.
  static let refs = custom { words, _, prefix in Candidates(words, prefix).refs() }

  /// Two branches or tags with `..` or `...` between them.
  static let spans = custom { words, _, prefix in Candidates(words, prefix).spans() }
}

/// What can be completed from the repository that the command line is about. Whatever goes wrong, there is nothing to
/// offer: a completion says no word and reaches for no network.
private struct Candidates {
  private let words: [String]
  private let prefix: String
  /// A repository too large to be read at the press of a key.
  private static let mostBytes = 4 << 20

  init(_ words: [String], _ prefix: String) { (self.words, self.prefix) = (words, prefix) }

  func organizations() -> [String] { fitting(tenants().map(\.name)) }

  func paths() -> [String] {
    fitting(
      tenants().flatMap { tenant in
        // An organization's workspaces come once it is written.
        [tenant.name] + (prefix.hasPrefix(tenant.name) ? tenant.workspaces.map { "\(tenant.name)/\($0)" } : [])
      })
  }

  func refs() -> [String] { fitting(names()) }

  func spans() -> [String] {
    guard let dots = prefix.range(of: #"\.\.\.?"#, options: .regularExpression) else { return refs() }
    return fitting(names().map { prefix[..<dots.upperBound] + $0 })
  }

  private func names() -> [String] {
    guard let folder = folder(), let repository = try? GitRepository.open(at: folder) else { return [] }
    return (try? repository.shortNames()) ?? []
  }

  private func tenants() -> [(name: String, workspaces: [String])] {
    let manifests =
      value(of: "--manifests") ?? Console.variable("TENURE_MANIFESTS") ?? (try? Settings.load())?.manifests
    guard let folder = folder(), let root = GitRepository.discoverRoot(from: folder) else { return [] }
    var limits = SnapshotLimits()
    (limits.totalBytes, limits.entries) = (Self.mostBytes, 10_000)
    let found = try? GitRepository.worktreeSnapshot(
      root: root, folder: manifests ?? "manifests", limits: limits)
    guard let snapshot = found?.snapshot, !snapshot.diagnostics.contains(where: { $0.severity == .error }) else {
      return []
    }
    let reading = DesiredSource.compile(
      snapshot, now: .current, source: PlanSource(repository: root, ref: "worktree", commit: nil, manifests: ""))
    return reading.desired.tenants.filter { !$0.name.hasPrefix("~") }
      .map { tenant in (tenant.name, tenant.workspaces.map { reading.names.text($0.name) }) }
  }

  /// The repository's folder; nil where it is not on this machine.
  private func folder() -> String? {
    let name = value(of: "--repo") ?? Console.variable("TENURE_REPO") ?? (try? Settings.load())?.repo ?? "."
    return FileManager.default.fileExists(atPath: name) ? name : nil
  }

  private func value(of option: String) -> String? {
    guard let at = words.lastIndex(of: option), at + 1 < words.endIndex else { return nil }
    return words[at + 1].isEmpty ? nil : words[at + 1]
  }

  /// Those that go on from what is written, and mean themselves in every shell: bash expands what it is offered, and
  /// the names of branches and workspaces are other people's.
  private func fitting(_ candidates: [String]) -> [String] {
    let plain = candidates.filter { candidate in
      candidate.hasPrefix(prefix) && !candidate.hasPrefix("-")
        && candidate.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
          default: "._-+/".utf8.contains(byte)
          }
        }
    }
    return Array(plain.sorted().prefix(1000))
  }
}
