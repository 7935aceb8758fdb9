import Model
import Planning
import Store

extension AppliedPolicy {
  /// Why whoever acts may not do what is the operators' under the policy; nil: they are one, or nobody is named.
  func operatorsOnly(_ actor: String?, under policy: Policy) throws -> Reason? {
    guard let actor else { return nil }
    let account = try reader.account(email: actor)
    if policy.namesOperator(actor), account?.suspended == nil { return nil }
    let stand = account?.suspended == nil ? "is no operator" : "is no operator while suspended"
    return Reason(
      "\(account?.email ?? actor) \(stand), and only operators may do that",
      remedy: "leave --as out as the operator, or name \(actor) under `operators` in the policy")
  }
}
