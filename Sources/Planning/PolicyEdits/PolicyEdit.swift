import Model

/// What a commit changes in a policy.
public struct PolicyEdit: Hashable, Sendable {
  /// One value of the policy's canonical text; nil: that policy does not set it.
  public struct Leaf: Hashable, Sendable {
    public var path: String
    public var before: String?
    public var after: String?
  }

  /// Those that differ, in byte order of their paths.
  public let leaves: [Leaf]
  public let before: Policy
  public let after: Policy
  /// The Policy for all; else an organization's own.
  public let isForAll: Bool

  /// The change of the Policy for all.
  init(from old: PolicyInForce, to new: PolicyInForce) {
    self.init(Self.difference(old, new), old, new, isForAll: true)
  }

  /// What an organization's own Policy changes.
  ///
  /// | the leaf, in the organization                                      | is changed by        |
  /// |--------------------------------------------------------------------|----------------------|
  /// | was set by its own Policy, with whatever value                     | its own              |
  /// | has the value of the Policy for all before, and after              | the Policy for all   |
  /// | has another one, before or after                                   | its own              |
  ///
  /// - Parameters:
  ///   - forAll: the Policy for all before and after; nil: it is not known.
  ///   - pinned: ``DesiredTenant/pinned``, as it counts as applied.
  init(
    from old: PolicyInForce, to new: PolicyInForce, beside forAll: (before: PolicyInForce, after: PolicyInForce)?,
    pinned: Set<String>
  ) {
    let shared = forAll.map { Set(Self.difference($0.before, $0.after)) } ?? []
    self.init(
      Self.difference(old, new).filter { !shared.contains($0) || pinned.contains($0.path) }, old, new, isForAll: false)
  }

  private init(_ leaves: [Leaf], _ old: PolicyInForce, _ new: PolicyInForce, isForAll: Bool) {
    (self.leaves, before, after, self.isForAll) = (leaves, old.policy, new.policy, isForAll)
  }

  private static func difference(_ old: PolicyInForce, _ new: PolicyInForce) -> [Leaf] {
    if old == new { return [] }
    let (before, after) = (old.leaves, new.leaves)
    return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { Leaf(path: $0, before: before[$0], after: after[$0]) }
  }

  var fields: (before: Fields?, after: Fields?) {
    func fields(_ value: (Leaf) -> String?) -> Fields {
      Fields(leaves.map { leaf in (leaf.path, value(leaf).map { .text($0) } ?? .null) })
    }
    return (fields(\.before), fields(\.after))
  }

  /// Where the new policy says so: the place of the first leaf that a manifest sets; where it only stopped to, the first
  /// place of what it sets besides.
  func mark(in policy: PolicyInForce) -> Mark? {
    func mark(_ origin: PolicyOrigin?) -> Mark? {
      if case .manifest(let mark)? = origin { mark } else { nil }
    }
    return leaves.lazy.compactMap { mark(policy.origins[$0.path]) }.first
      ?? policy.origins.values.compactMap { mark($0) }.min {
        ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column)
      }
  }

  /// Whether another role has the highest rank.
  var changesTopRole: Bool {
    RoleScope.allCases.contains { before.topRole($0)?.name != after.topRole($0)?.name }
  }

  var requirement: Requirement {
    isForAll ? .everywhere : .rights(.init(place: nil, permissions: [[.all]]))
  }
}

extension Step {
  var changesTopRole: Bool {
    if case .updatePolicy(let edit) = change { edit.changesTopRole } else { false }
  }
}

extension PolicyInForce {
  /// Paths of the values that were others before.
  public func changedValues(since old: PolicyInForce) -> Set<String> {
    Set(PolicyEdit(from: old, to: self).leaves.map(\.path))
  }

  /// Path → value, as ``canonical`` has them.
  var leaves: [String: String] {
    var result: [String: String] = [:]
    for line in canonical.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      result[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    return result
  }
}
