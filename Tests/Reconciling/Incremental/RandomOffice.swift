import Foundation
import Model

/// Manifests of a company, split over files as people do, and small changes to them, as commits make them.
struct RandomOffice {
  var random: SeededGenerator
  let preset: String
  private let admission: String
  /// Path below the manifests folder → what it declares.
  private(set) var files: [String: String] = [:]
  private var day: Int

  private var top: String { preset == "enterprise" ? "super-admin" : "owner" }
  private var topHere: String { preset == "enterprise" ? "admin" : "owner" }
  private var roles: [String] { preset == "enterprise" ? ["developer", "operator", "viewer"] : ["member"] }

  /// - Parameter day: days since 2027-01-15; ends are set in the days behind it.
  init(random: SeededGenerator, day: Int = 0) {
    (self.random, self.day) = (random, day)
    preset = ["enterprise", "enterprise", "small-team"].randomElement(using: &self.random)!
    admission = ["direct", "direct", "invite"].randomElement(using: &self.random)!
    files["policy.yaml"] = policy()
    files["groups.yaml"] = group("crew") + "---\n" + group("core")
    for number in 0..<5 { files["org-\(number).yaml"] = organization(number) }
    if chance(50) { files["people/p1.yaml"] = account(1) }
  }

  private mutating func one<T>(_ choices: [T]) -> T { choices.randomElement(using: &random)! }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func policy() -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    invitations: {admission: \(admission), joinAs: declared}
    protection: {removal-threshold: \(one(["off", "off", "40%"])), member-cap: off, no-self-change: \(one(["on", "off"]))}

    """
  }

  private mutating func policy(of number: Int) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    organization: org-\(number)
    protection: {removal-threshold: \(one(["off", "10%"]))}

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

  private mutating func person() -> String { "\(one(["p", "p", "p", "P"]))\(number(0..<12))@x.example" }

  private mutating func entries(_ top: String, _ roles: [String]) -> String {
    var lines = ["boss@x.example: \(top)"]
    for person in unique((0..<4).map { _ in person() }) {
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
      members: \(entries(top, ["member"]))

      """
    if chance(30) { text += "displayName: \(one(["One", "Two"]))\n" }
    if chance(30) { text += "groups: {mine: [\(person()), p9@x.example], crew\(number): [p8@x.example]}\n" }
    text += "workspaces:\n"
    for name in ["default", "a", "b"] where name == "default" || chance(60) {
      text += "  \(name): {members: \(entries(topHere, roles))}\n"
    }
    return text
  }

  private mutating func workspace(_ number: Int) -> String {
    """
    apiVersion: tenure/v1
    kind: Workspace
    organization: org-\(number)
    name: apart
    members: \(entries(topHere, roles))

    """
  }

  private mutating func account(_ number: Int) -> String {
    var text = "apiVersion: tenure/v1\nkind: Account\nemail: p\(number)@x.example\n"
    if chance(50) { text += "displayName: \(one(["Ada", "Grace"]))\n" }
    if chance(40) { text += "formerly: [q\(number)@x.example]\n" }
    return text
  }

  /// Changes a file or two; says what it did.
  mutating func change(day: Int) -> String {
    self.day = day
    let number = number(0..<6)
    switch self.number(0..<100) {
    case 0..<45:
      files["org-\(number).yaml"] = organization(number)
      return "organization \(number)"
    case 45..<55:
      files["more/org-\(number).yaml"] = workspace(number)
      return "workspace apart of \(number)"
    case 55..<62:
      files["more/org-\(number).yaml"] = nil
      return "no workspace apart of \(number)"
    case 62..<72:
      files["groups.yaml"] = group("crew") + "---\n" + group("core")
      return "groups"
    case 72..<76:
      files["org-\(number).yaml"] = nil
      return "no organization \(number)"
    case 76..<81:
      files["own-\(number).yaml"] = policy(of: number)
      return "policy of \(number)"
    case 81..<84:
      files["own-\(number).yaml"] = nil
      return "no policy of \(number)"
    case 84..<87:
      files["policy.yaml"] = policy()
      return "policy for all"
    case 87..<91:
      files["people/p\(number).yaml"] = account(number)
      return "account \(number)"
    case 91..<94:
      let name = one(["mine", "crew\(number)", "fresh"])
      files["group-\(name).yaml"] = chance(50) ? group(name) : nil
      return "group \(name)"
    case 94..<97:
      files["moved/org-\(number).yaml"] = files.removeValue(forKey: "org-\(number).yaml")
      return "moved \(number)"
    default:
      files["broken.yaml"] = files["broken.yaml"] == nil ? "kind: Organization\nname: [\n" : nil
      return "something broken"
    }
  }
}
