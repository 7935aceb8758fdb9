import Foundation
import Model
import TestSupport

/// Manifests of a company, split over files as people do, and small changes to them, as commits make them.
struct RandomOffice {
  /// What the company goes by.
  enum Policy: String, CaseIterable, Sendable {
    case enterprise
    case singleOwner = "single-owner"
    case smallTeam = "small-team"
    case selfServe = "self-serve"
    /// Enterprise, with what small teams ask about other places.
    case mixed

    var preset: String { self == .mixed ? "enterprise" : rawValue }
  }

  var random: SplitMix
  private let policy: Policy
  private var preset: String { policy.preset }
  private let admission: String
  /// Path below the manifests folder → what it declares.
  private(set) var files: [String: String] = [:]
  private var day: Int
  /// The emails of those who have two begin with `q` instead of `p` where they are here. A former email is named nowhere.
  private var renamed: Set<Int> = []

  private var top: String { preset == "enterprise" ? "super-admin" : "owner" }
  private var topHere: String { preset == "enterprise" ? "admin" : "owner" }
  var roles: [String] { preset == "enterprise" ? ["developer", "operator", "viewer"] : ["member"] }

  /// - Parameter day: days since 2027-01-15; ends are set in the days behind it.
  init(_ policy: Policy, random: SplitMix, day: Int = 0) {
    (self.policy, self.random, self.day) = (policy, random, day)
    admission = ["direct", "direct", "invite"].randomElement(using: &self.random)!
    files["policy.yaml"] = policyForAll()
    files["groups.yaml"] = group("crew") + "---\n" + group("core")
    for number in 0..<5 { files["org-\(number).yaml"] = organization(number) }
    if chance(50) { files["people/p1.yaml"] = account(1) }
  }

  private mutating func one<T>(_ choices: [T]) -> T { choices.randomElement(using: &random)! }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func policyForAll() -> String {
    let mixed = policy == .mixed
    return """
      apiVersion: tenure/v1
      kind: Policy
      extends: \(preset)
      invitations: {admission: \(admission), joinAs: \(one(["declared", "declared", "lowest"]))}
      \(mixed ? "accounts: {deleteWithLastWorkspace: \(one(["true", "true", "false"]))}" : "")
      protection:
        removal-threshold: \(one(["off", "off", "40%"]))
        member-cap: off
        no-self-change: \(one(["raise", "off"]))
        \(mixed ? "creator-kept: \(one(["only-workspace", "only-workspace", "on"]))" : "")

      """
  }

  private mutating func policy(of number: Int) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    organization: org-\(number)
    protection: {removal-threshold: \(one(["off", "10%"])), creator-kept: \(one(["off", "on", "only-workspace"]))}

    """
  }

  private mutating func group(_ name: String) -> String {
    var people = (0..<4).map { _ in person() }
    if name == "core", chance(40) { people.append("crew") }
    return "apiVersion: tenure/v1\nkind: Group\nname: \(name)\nmembers: [\(unique(people).joined(separator: ", "))]\n"
  }

  private func unique(_ people: [String]) -> [String] {
    var seen: Set<String> = []
    return people.filter { seen.insert($0.lowercased()).inserted }
  }

  private mutating func person() -> String {
    let number = number(0..<12)
    let email = email(of: number)
    return chance(25) ? email.prefix(1).uppercased() + email.dropFirst() : email
  }

  private func email(of number: Int, isFormer: Bool = false) -> String {
    "\(renamed.contains(number) == isFormer ? "p" : "q")\(number)@x.example"
  }

  /// `answerable` is in the top role, or now and then only named.
  private mutating func entries(_ top: String, _ roles: [String], answerable: String) -> String {
    var lines = ["\(answerable): \(top)"]
    for person in unique([answerable] + (0..<4).map { _ in person() }).dropFirst() {
      let end = Instant(seconds: 1_800_000_000 + Int64(day + number(1..<20)) * 86_400).description.prefix(10)
      lines.append(chance(20) ? "\(person): {role: \(one(roles)), expires: \(end)}" : "\(person): \(one(roles))")
    }
    for group in ["crew", "core"] where chance(20) { lines.append("\(group): \(one(roles))") }
    return "{\(lines.joined(separator: ", "))}"
  }

  private mutating func organization(_ number: Int) -> String {
    var text = """
      apiVersion: tenure/v1
      kind: Organization
      name: org-\(number)
      owner: boss@x.example
      members: \(entries(top, ["member"], answerable: "boss@x.example"))

      """
    if chance(30) { text += "displayName: \(one(["One", "Two"]))\n" }
    if chance(30) {
      text +=
        "groups: {mine: [\(unique([person(), "p9@x.example"]).joined(separator: ", "))], crew\(number): [p8@x.example]}\n"
    }
    text += "workspaces:\n"
    for name in ["default", "a", "b"] where name == "default" || chance(60) {
      text += "  \(name): \(place())\n"
    }
    return text
  }

  /// Who made it may be demoted by a list that does not name an owner.
  private mutating func place() -> String {
    let answerable = chance(60) ? "boss@x.example" : person()
    let owner = chance(60) ? "owner: \(answerable), " : ""
    return "{\(owner)members: \(entries(topHere, roles, answerable: answerable))}"
  }

  private mutating func workspace(_ number: Int) -> String {
    """
    apiVersion: tenure/v1
    kind: Workspace
    organization: org-\(number)
    name: apart
    members: \(entries(topHere, roles, answerable: "boss@x.example"))

    """
  }

  private mutating func account(_ number: Int, isMoving: Bool = false) -> String {
    var text = "apiVersion: tenure/v1\nkind: Account\nemail: \(email(of: number))\n"
    if chance(50) { text += "displayName: \(one(["Ada", "Grace"]))\n" }
    if isMoving || chance(40) { text += "formerly: [\(email(of: number, isFormer: true))]\n" }
    return text
  }

  /// Gives somebody another email, wherever they are named; says what it did.
  mutating func move(_ number: Int) -> String {
    let old = email(of: number)
    renamed.formSymmetricDifference([number])
    let new = email(of: number)
    let capital = old.prefix(1).uppercased() + old.dropFirst()
    files = files.mapValues { $0.replacing(old, with: new).replacing(capital, with: new) }
    files["people/p\(number).yaml"] = account(number, isMoving: true)
    return "\(old) is \(new)"
  }

  /// Goes back to what another commit says.
  mutating func take(_ older: RandomOffice) { (files, renamed) = (older.files, older.renamed) }

  /// Changes a file or two; says what it did.
  /// - Parameter isCalm: nothing that concerns everybody.
  mutating func change(day: Int, isCalm: Bool = false) -> String {
    self.day = day
    if files.removeValue(forKey: "broken.yaml") != nil { return "mended" }
    let number = number(0..<6)
    // What belongs to an organization comes and goes with it.
    let isDeclared = files.keys.contains { $0.hasSuffix("org-\(number).yaml") && !$0.hasPrefix("more/") }
    switch self.number(0..<(isCalm ? 84 : 110)) {
    case 0..<45:
      files["moved/org-\(number).yaml"] = nil
      files["org-\(number).yaml"] = organization(number)
      return "organization \(number)"
    case 45..<55 where isDeclared:
      files["more/org-\(number).yaml"] = workspace(number)
      return "workspace apart of \(number)"
    case 55..<62:
      files["more/org-\(number).yaml"] = nil
      return "no workspace apart of \(number)"
    case 62..<72:
      files["groups.yaml"] = group("crew") + "---\n" + group("core")
      return "groups"
    case 72..<76:
      for path in files.keys where path.hasSuffix("org-\(number).yaml") || path == "own-\(number).yaml" {
        files[path] = nil
      }
      return "no organization \(number)"
    case 76..<81 where isDeclared:
      files["own-\(number).yaml"] = policy(of: number)
      return "policy of \(number)"
    case 81..<84:
      files["own-\(number).yaml"] = nil
      return "no policy of \(number)"
    case 84..<87:
      files["policy.yaml"] = policyForAll()
      return "policy for all"
    case 87..<91:
      files["people/p\(number).yaml"] = account(number)
      return "account \(number)"
    case 91..<94:
      let name = one(["mine", "crew\(number)", "fresh"])
      files["group-\(name).yaml"] = chance(50) ? group(name) : nil
      return "group \(name)"
    case 94..<97 where files["org-\(number).yaml"] != nil:
      files["moved/org-\(number).yaml"] = files.removeValue(forKey: "org-\(number).yaml")
      return "moved \(number)"
    case 97..<108:
      files["people/p\(number).yaml"] = nil
      return "no account \(number)"
    case 108..<110:
      files["broken.yaml"] = "kind: Organization\nname: [\n"
      return "something broken"
    default:
      files["org-\(number).yaml"] = organization(number)
      files["moved/org-\(number).yaml"] = nil
      return "organization \(number) again"
    }
  }
}
