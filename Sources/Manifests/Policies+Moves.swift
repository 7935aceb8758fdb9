import Model

extension Policies {
  /// A stored policy in which an operator has another email; nil: it does not name them. Operators are people: whoever
  /// signs up with the former email later is none.
  public static func moving(_ old: String, to new: String, in policy: PolicyInForce) -> PolicyInForce? {
    guard policy.policy.namesOperator(old) else { return nil }
    var moved = policy
    moved.policy.operators = policy.policy.operators.filter { ![old.emailKey, new.emailKey].contains($0.emailKey) }
    moved.policy.operators.append(new)
    let leaf = "operators\t"
    let text = leaf + PolicyText.text(list: moved.policy.operators)
    moved.canonical = policy.canonical.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(leaf) ? text[...] : $0 }.joined(separator: "\n")
    return moved
  }
}
