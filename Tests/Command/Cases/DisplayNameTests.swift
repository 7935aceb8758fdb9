import Foundation
import Testing

/// What a display name is, at every door (SPEC section 2, «Text»).
@Suite struct DisplayNameCases {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
    workspaces:
      ml: {members: {ada@acme.example: admin}}
    """

  private static let unprintable = [
    "a\tb", "a\nb", "a\rb", "\u{1B}[31mred", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{200B}b", "\u{202E}cba",
    "a\u{AD}b",
    "\u{FEFF}a", "\u{E000}",
  ]

  @Test(arguments: unprintable)
  func `what cannot be printed is refused by every way in`(name: String) throws {
    let company = try Company(Self.manifests)
    for words in [
      ["account", "sign-up", "z@z.example", "--name", name],
      ["workspace", "create", "acme/new", "--display-name", name],
    ] {
      let result = try Binary().run(words, in: company.folder)
      #expect(result.status == 1 && result.err.contains("cannot be printed"), "\(words) \(result.err)")
    }
    #expect(try company.tenure("account show z@z.example", exits: 1).contains("no account"))
    let escaped = name.unicodeScalars.map { "\\U" + String(repeating: "0", count: 8 - $0.hex.count) + $0.hex }.joined()
    try company.write(Self.manifests + "\ndisplayName: \"\(escaped)\"\n", to: "manifests/acme.yaml")
    #expect(try company.tenure("validate", exits: 4).contains("cannot be printed"))
  }

  @Test func `a store with names of older versions is exported as what validates and plans to nothing`() throws {
    let company = try Company(Self.manifests, apply: false)
    let state = "--state \(company.folder)/s.db"
    try company.tenure("apply --yes \(state)", exits: 0)
    try company.tenure("account sign-up z@z.example --name Zoe \(state)", exits: 0)
    let sql = ["accounts", "tenants", "workspaces"].map { "UPDATE \($0) SET display_name = 'a' || char(9) || 'b';" }
    let edit = try Binary(path: "/usr/bin/sqlite3").run([company.folder + "/s.db"] + sql, in: "/")
    try #require(edit.status == 0, "\(edit.err)")
    try company.tenure("export --out exported \(state)", exits: 0)
    try company.tenure("validate exported", exits: 0)
    let texts = try FileManager.default.contentsOfDirectory(atPath: company.folder + "/exported").map {
      try String(contentsOfFile: company.folder + "/exported/" + $0, encoding: .utf8)
    }
    let comments = texts.joined().split(separator: "\n").filter { $0.contains("# displayName: left out") }
    #expect(comments.count >= 3, "\(texts)")
    #expect(try company.tenure("plan --worktree --manifests exported \(state)", exits: 0).contains("No changes."))
  }

  /// Every character of the first two planes that a display name may have, but for most of the letters.
  @Test func `what one door takes, all take, and an export gives back`() throws {
    let scalars = (UInt32(0x20)..<0x20000).compactMap(Unicode.Scalar.init).filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      case .format: scalar.value == 0x200C || scalar.value == 0x200D
      case .otherLetter: scalar.value % 97 == 0
      default: true
      }
    }
    let company = try Company(Self.manifests)
    let size = 1500
    for (index, start) in stride(from: 0, to: scalars.count, by: size).enumerated() {
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
      let words = ["account", "sign-up", "p\(index)@z.example", "--name", String(name)]
      let result = try Binary().run(words, in: company.folder)
      #expect(result.status == 0, "\(result.err)")
    }
    for name in [" ", " outer ", "~", "- a", "a: b", "#a", "\"", "'", "\\n", "👩‍💻"] {
      let email = "q\(name.unicodeScalars.map(\.value).reduce(0, +))@z.example"
      let result = try Binary().run(["account", "sign-up", email, "--name=\(name)"], in: company.folder)
      #expect(result.status == 0, "\(result.err)")
    }
    try company.tenure("export --out exported", exits: 0)
    try company.tenure("validate exported", exits: 0)
    #expect(try company.tenure("plan --worktree --manifests exported", exits: 0).contains("No changes."))
  }
}

extension Unicode.Scalar {
  fileprivate var hex: String { String(value, radix: 16, uppercase: true) }
}
