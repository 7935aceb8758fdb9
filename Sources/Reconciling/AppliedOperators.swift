import Manifests
import Model
import Planning
import Store

extension StoreTransaction {
  /// Whoever is an operator by a policy that counts as applied stays it under another email.
  func moveOperator(_ former: String, to present: String) throws {
    var names = NameTable(minimumCapacity: 0)
    for (old, text) in try read(.tenants([]), baselines: false, names: &names).policies {
      guard let moved = try Policies.moving(former, to: present, in: Policies.policy(fromCanonical: text)) else {
        continue
      }
      let new = digest(moved.canonical)
      try replacePolicy(old, by: moved.canonical, digest: new)
      try rewriteBaselines(with: Array(old.utf8)) { Baseline.replacing(digest: old, by: new, in: $0) }
    }
  }
}
