import Foundation
import Testing

/// On real histories, `diff PARENT..COMMIT` without a store is the plan of the commit on a store that has the parent.
@Suite struct DiffHistoryTests {
  /// A clone that is gone at the end; nil, with a word, where there is no such history.
  private final class Clone {
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-diff-\(UUID().uuidString)"

    init?(of name: String) throws {
      guard let bundle = RealHistoryTests.bundle(name) else {
        print("SKIPPED: there is no \(name).bundle, so `diff` was not compared with plans on its history")
        return nil
      }
      _ = try Company.git(["clone", "-q", "-b", "main", bundle, folder], in: "/")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Every so manyth commit with its parent, oldest first.
    func steps(every stride: Int, from first: Int) throws -> [(parent: String, commit: String)] {
      let all = try Company.git(["rev-list", "--first-parent", "--reverse", "main"], in: folder)
        .split(separator: "\n").map(String.init)
      return Swift.stride(from: first, to: all.count, by: stride).map { (all[$0 - 1], all[$0]) }
    }
  }

  private func plan(_ result: Binary.Result) throws -> [String: String] {
    let json = try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]
    var parts: [String: String] = ["status": "\(result.status)"]
    for key in ["actions", "blocked", "waiting", "held", "digest", "summary"] {
      let value = try #require(json?[key], "\(result.err)")
      let data = try JSONSerialization.data(withJSONObject: [value], options: [.sortedKeys])
      parts[key] = String(decoding: data, as: UTF8.self)
    }
    return parts
  }

  @Test(arguments: [("kubevirt-org", 12), ("kubernetes-org", 50)])
  func `a difference without a store is the plan of a store`(name: String, stride: Int) throws {
    guard let clone = try Clone(of: name) else { return }
    let store = clone.folder + "/state.db"
    let override = ["--override", "removal-threshold", "--reason", "to go on"]
    func tenure(_ arguments: [String]) throws -> Binary.Result { try Binary().run(arguments, in: clone.folder) }
    for step in try clone.steps(every: stride, from: Int.random(in: 1...stride)) {
      let applied = try tenure(
        ["apply", "--yes", "--allow-deletion", "--ref", step.parent, "--state", store] + override)
      try #require(applied.status == 0, "\(step.parent): \(applied.err)")
      let difference = try plan(tenure(["diff", "\(step.parent)..\(step.commit)", "--format", "json"]))
      let planned = try plan(tenure(["plan", "--ref", step.commit, "--state", store, "--format", "json"]))
      #expect(difference == planned, "\(name) \(step.commit)")
    }
  }
}
