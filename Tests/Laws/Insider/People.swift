/// Who lives in a history with an insider.
enum People {
  /// The owner of record of every organization, and super-admin.
  static let ada = "ada@x.example"
  /// Super-admin too.
  static let bob = "bob@x.example"
  /// The insider: a plain member of acme, and viewer of one of its workspaces.
  static let mallory = "mallory@x.example"
  /// Whom mallory lets in; in no organization.
  static let eve = "eve@evil.example"
  /// Who commits for them, without an account.
  static let stranger = "tim@x.example"
  /// Members of acme whom nobody with rights ever touches.
  static let bystanders = ["cat@x.example", "dan@x.example"]
  /// Who comes and goes by commits of ada and bob.
  static let guest = "gus@x.example"

  static let entitled: Set = [ada, bob]

  static let acme = "acme"
  static let hooli = "hooli"
  /// Not there at the beginning.
  static let beta = "beta"

  /// The first commit, by ada.
  static func company(_ setting: InsiderLife.Setting) -> [Edit] {
    let staff = (1...8).map { "p\($0)@x.example" } + bystanders
    var members: [String: Declared.Entry] = [ada: .init(role: "super-admin"), bob: .init(role: "super-admin")]
    for person in staff + [mallory] { members[person] = .init(role: "member") }
    var edits: [Edit] = [
      .policy(nil, .rule("actor-allowed", setting.asksActors ? "on" : "off")),
      .policy(nil, .admission(setting.admission)), .policy(nil, .identity(setting.isAttested ? "attested" : "commit")),
      .founded(acme, owner: ada, members: members),
      .founded(
        hooli, owner: ada,
        members: [
          ada: .init(role: "super-admin"), bob: .init(role: "super-admin"), bystanders[0]: .init(role: "member"),
        ]),
      .group("", "sre", person: bystanders[1], isIn: true), .group(acme, "crew", person: bystanders[0], isIn: true),
    ]
    let lists: [(String, [String: Declared.Entry])] = [
      ("acme/ml", [ada: .init(role: "admin"), mallory: .init(role: "viewer"), "crew": .init(role: "developer")]),
      ("acme/web", [bob: .init(role: "admin"), "sre": .init(role: "viewer")]),
      ("hooli/lab", [ada: .init(role: "admin")]),
    ]
    for (number, (place, list)) in lists.enumerated() {
      edits.append(.made(place, identity: number + 1, members: list))
    }
    return edits
  }
}
