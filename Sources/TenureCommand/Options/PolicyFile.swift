import Foundation
import GitReader
import Model
import Reconciling

/// The Policy for all of a manifest file, or of a folder of manifests: for what happens before the first apply.
enum PolicyFile {
  static let mostBytes = 16 << 20

  /// What is wrong with it is said as an error of the option: it is no manifest of the repository.
  static func read(_ path: String, now: Instant) throws -> PolicyInForce {
    let reading = DesiredSource.compile(
      try snapshot(path), now: now,
      source: PlanSource(repository: path, ref: "worktree", commit: nil, manifests: path))
    if let wrong = reading.diagnostics.first(where: { $0.severity == .error && $0.scope == .everything }) {
      let place = wrong.location.map { ", line \($0.line) of \($0.file)" } ?? ""
      throw Failure(
        .failure, "the policy of '\(path)' cannot be used\(place): \(wrong.message)", hint: wrong.hint)
    }
    let policy = reading.desired.policy
    let isDeclared = policy.origins.values.contains { if case .manifest = $0 { true } else { false } }
    guard isDeclared else {
      throw Failure(
        .failure, "there is no Policy for all in '\(path)'",
        hint: "name a manifest with kind: Policy and without organization:")
    }
    return policy
  }

  private static func snapshot(_ path: String) throws -> Snapshot {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return try GitRepository.worktreeSnapshot(root: path, folder: ".").snapshot
    }
    let bytes = try InputFile.read(
      path, what: "the policy", most: mostBytes, hint: "--policy takes a manifest file or folder")
    return Snapshot(files: [.init(path: path, objectID: nil, bytes: bytes)], commit: nil)
  }
}
