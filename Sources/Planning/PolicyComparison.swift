import Model

/// What a commit changes in policies. No action says it, and it may matter more than any.
public enum PolicyComparison {
  /// More are counted only: a switch of the preset changes nearly all.
  private static let mostLeaves = 40

  /// A warning `policy-changed` for each value of the policy for all that changes, and of each organization's own policy
  /// where that changes otherwise.
  public static func warnings(from old: DesiredState, to new: DesiredState) -> [PlanWarning] {
    let forAll = changes(from: old.policy, to: new.policy)
    var result = warnings(forAll, "the policy for all", path: nil)
    let before = Dictionary(uniqueKeysWithValues: old.tenants.map { ($0.name, $0.policy) })
    for tenant in new.tenants where tenant.account == nil {
      guard let policy = before[tenant.name], policy != tenant.policy else { continue }
      let own = changes(from: policy, to: tenant.policy)
      if own != forAll { result += warnings(own, "the policy of \(tenant.name)", path: tenant.name) }
    }
    return result
  }

  private static func warnings(_ changes: [String], _ whose: String, path: String?) -> [PlanWarning] {
    let rest = changes.count > mostLeaves ? ["and \(changes.count - mostLeaves) more values"] : []
    return (changes.prefix(mostLeaves) + rest).map {
      PlanWarning(code: "policy-changed", message: "\(whose): \($0)", path: path)
    }
  }

  /// `protection.no-self-change: raise → off`, in the order of the keys.
  private static func changes(from old: PolicyInForce, to new: PolicyInForce) -> [String] {
    guard old != new else { return [] }
    let (before, after) = (leaves(old), leaves(new))
    return Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map {
      "\($0): \(before[$0] ?? "not set") → \(after[$0] ?? "not set")"
    }
  }

  private static func leaves(_ policy: PolicyInForce) -> [String: String] {
    var result: [String: String] = [:]
    for line in policy.canonical.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      result[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    return result
  }
}
