import Model

/// The four presets, and policies as the store keeps them.
public enum Policies {
  /// Of manifests that declare nothing.
  public static let none = PolicyInForce(policy: Compilation.noPolicy, canonical: "")

  /// In the order of SPEC section 3.
  public static let presets = ["single-owner", "enterprise", "small-team", "self-serve"]

  /// The preset that is in force where no Policy names one.
  public static let defaultPreset = "enterprise"

  /// A stored policy that this version cannot read.
  public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    public var line: String
    public var description: String { "The stored policy cannot be read: \(line)" }
  }

  /// A preset's manifest as it is shipped.
  public static func manifest(_ preset: String) -> [UInt8]? {
    switch preset {
    case "single-owner": PackageResources.single_owner_yaml
    case "enterprise": PackageResources.enterprise_yaml
    case "small-team": PackageResources.small_team_yaml
    case "self-serve": PackageResources.self_serve_yaml
    default: nil
    }
  }

  /// A preset as it is in force by itself; nil where there is none of this name.
  public static func builtIn(_ preset: String, parse: @escaping ManifestLoader.Parse) -> PolicyInForce? {
    var resolver = PolicyResolver(parse: parse)
    return resolver.leaves(preset).flatMap(PolicyResolver.inForce)
  }

  /// What a protection rule may be set to, in words.
  public static func values(of rule: RuleName) -> String {
    let hint = RuleSettings.hint(for: rule)
    return String(hint.hasPrefix("Write ") ? hint.dropFirst("Write ".count) : hint[...])
  }

  /// The policy whose canonical text this is; one of an earlier version gets its preset's value for each later key.
  public static func policy(fromCanonical text: String) throws -> PolicyInForce {
    var leaves = PolicyLeaves()
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Unreadable(line: String(line)) }
      leaves.put(String(parts[0]), String(parts[1]), .preset(""))
    }
    leaves.completeStored()
    for path in leaves.leaves.keys { leaves.put(path, leaves[path] ?? "", .preset(leaves.preset)) }
    var builder = PolicyBuilder(leaves)
    guard let policy = builder.build(), builder.problems.isEmpty else {
      throw Unreadable(line: builder.problems.first?.message ?? "a key is missing or has an unknown value")
    }
    return PolicyInForce(policy: policy, canonical: leaves.canonical, origins: leaves.leaves.mapValues(\.origin))
  }
}
