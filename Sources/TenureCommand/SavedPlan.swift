import Foundation
import Model
import Planning
import Reconciling
import Reports

/// A plan in a file: SPEC section 8's JSON, the options it was made with, and a checksum over all of it. It is bound to
/// its commit and to the serials of its organizations, and holds no secret.
struct SavedPlan {
  /// The commit that it plans.
  let commit: String
  let manifests: String
  let digest: String
  let serials: [String: Int64]
  let options: PlanOptions
  let actors: [String]
  let approvers: [String]

  static func render(_ proposal: Reconciliation.Proposal, actors: [String], approvers: [String]) -> String {
    let plan = PlanJSON.render(proposal.plan, digest: proposal.digest)
    let options = proposal.input.options
    let saved: JSONValue = .object([
      .init("only", .array(options.only.map { .string($0.description) })), .init("driftOnly", .bool(options.driftOnly)),
      .init("atomic", .bool(options.atomic)), .init("allowDeletion", .bool(options.allowDeletion)),
      .init("allowMove", .bool(options.allowMove)), .init("actors", JSONValue(actors)),
      .init("approvedBy", JSONValue(approvers)),
    ])
    let whole = (plan.members ?? []) + [.init("options", saved)]
    return JSONValue.object(whole + [.init("checksum", .string(checksum(whole)))]).pretty() + "\n"
  }

  /// Reads a plan back; refuses what was not written by ``render(_:actors:approvers:)`` or was changed since.
  init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.failure, "cannot read the plan '\(path)'", hint: "tenure plan --out \(path) writes one")
    }
    guard let file = try? JSONValue.parse(data), let members = file.members else {
      throw Failure(.failure, "'\(path)' is no saved plan", hint: "tenure plan --out \(path) writes one")
    }
    guard file["formatVersion"]?.integer == 1 else {
      throw Failure(.failure, "'\(path)' is a plan of another format version", hint: "plan again with this version")
    }
    let rest = members.filter { $0.key != "checksum" }
    guard file["checksum"]?.text == Self.checksum(rest), let commit = file["source"]?["commit"]?.text,
      let manifests = file["source"]?["manifests"]?.text, let digest = file["digest"]?.text,
      let overrides = Self.overrides(file)
    else {
      throw Failure(
        .failure, "the plan '\(path)' was changed after it was saved, or saves a working tree", hint: "plan again")
    }
    (self.commit, self.manifests, self.digest) = (commit, manifests, digest)
    serials = Dictionary(
      uniqueKeysWithValues: (file["state"]?["serials"]?.members ?? []).compactMap { member in
        member.value.integer.map { (member.key, Int64($0)) }
      })
    let saved = file["options"]
    actors = saved?["actors"]?.elements?.compactMap(\.text) ?? []
    approvers = saved?["approvedBy"]?.elements?.compactMap(\.text) ?? []
    var options = PlanOptions()
    options.only = saved?["only"]?.elements?.compactMap { $0.text.flatMap(Path.init) } ?? []
    options.driftOnly = saved?["driftOnly"]?.flag ?? false
    options.atomic = saved?["atomic"]?.flag ?? false
    options.allowDeletion = saved?["allowDeletion"]?.flag ?? false
    options.allowMove = saved?["allowMove"]?.flag ?? false
    options.overrides = overrides
    self.options = options
  }

  /// Refuses where what would be applied now is not what was saved, and says what has changed since.
  func check(_ proposal: Reconciliation.Proposal) throws {
    let now = proposal.plan.state.serials
    let moved = Set(serials.keys).union(now.keys).sorted().filter { serials[$0] ?? 0 != now[$0] ?? 0 }
    if !moved.isEmpty {
      throw Failure(
        .failure, "the plan is stale: \(moved.joined(separator: ", ")) changed since it was made; nothing was applied",
        hint: "plan again, and review what is different")
    }
    guard proposal.digest == digest else {
      throw Failure(
        .failure, "the plan is stale: an end or a policy took effect since it was made; nothing was applied",
        hint: "plan again, and review what is different")
    }
  }

  private static func overrides(_ file: JSONValue) -> [Override]? {
    var result: [Override] = []
    for entry in file["overrides"]?.elements ?? [] {
      guard let rule = entry["rule"]?.text.flatMap(RuleName.init), let reason = entry["reason"]?.text else {
        return nil
      }
      // What a flag lifted is among the options.
      if ["--allow-deletion", "--allow-move"].contains(reason) { continue }
      result.append(Override(rule: rule, organization: entry["organization"]?.text, reason: reason))
    }
    return result
  }

  private static func checksum(_ members: [JSONValue.Member]) -> String {
    "sha256:" + Reconciling.digest(JSONValue.object(members).canonical())
  }
}
