import Foundation
import Testing

/// API keys, tried from outside.
@Suite struct ApiKeyTests {
  private func opens(_ company: Company, _ path: String, _ key: String) throws -> Bool {
    let result = try company.tenure("api-key check \(path)", stdin: key)
    #expect([0, 1].contains(result.status))
    if result.status == 1 {
      #expect(result.out.isEmpty && result.err == "tenure: error: this is no live key of \(path)\n")
    }
    return result.status == 0
  }

  @Test func `the secret is printed once, alone on stdout, and stored as a hash only`() throws {
    let company = try Company(Office.manifests())
    let made = try company.tenure("api-key create acme/ml ci-deploy --as dev@acme.example --now 2027-01-31")
    #expect(made.status == 0 && made.err.contains("shown once"))
    let key = made.out.trimmingCharacters(in: .newlines)
    #expect(made.out == key + "\n" && key.hasPrefix("tenure_") && key.count == 71)
    #expect(try company.key("acme/ml other --as dev@acme.example") != key)
    let random = try #require(key.split(separator: "_").last)
    for line in ["api-key list acme/ml --format json", "audit --format json", "workspace show acme/ml", "export"] {
      #expect(!(try company.tenure(line, exits: 0)).contains(random))
    }
    for file in ["state.db", "state.db-wal"] {
      guard let bytes = FileManager.default.contents(atPath: company.storeFolder + "/" + file) else { continue }
      #expect(bytes.range(of: Data(random.utf8)) == nil)
    }
    let entries = try #require(try company.json("audit --subject ci-deploy")["entries"] as? [[String: Any]])
    #expect(entries.map { $0["action"] as? String } == ["create-api-key"])
    #expect(entries.map { $0["path"] as? String } == ["acme/ml"])
    #expect(entries.map { $0["actors"] as? [String] } == [["dev@acme.example"]])
    try company.tenure("audit verify", exits: 0)
  }

  @Test func `an API key opens its own workspace only`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --as dev@acme.example")
    #expect(try opens(company, "acme/ml", key))
    #expect(try opens(company, "acme/ml", key + "\n"))
    #expect(try opens(company, "acme/ml", key + "\r\n"))
    for path in ["acme/labs", "acme", "acme/ML", "beta/ml", "~ada@acme.example/Personal", "acme/default"] {
      #expect(!(try opens(company, path, key)), "\(path)")
    }
    let shortened = String(key.dropLast())
    for wrong in ["", "\n", shortened, key + "0", key + "\n\n", " " + key, key.uppercased(), "tenure_", "\u{0}"] {
      #expect(!(try opens(company, "acme/ml", wrong)))
    }
    #expect(!(try opens(company, "acme/ml", String(repeating: "x", count: 100_000))))
  }

  @Test func `a check says the key's name and limits`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --monthly-limit 100000 --as grace@acme.example")
    let result = try company.tenure("api-key check acme/ml --format json", stdin: key)
    let value = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    #expect(value["path"] as? String == "acme/ml" && value["name"] as? String == "ci")
    #expect(value["monthlyLimit"] as? Int == 100_000 && value["dailyRateLimit"] is NSNull)
    let text = try company.tenure("api-key check acme/ml", stdin: key).out
    #expect(text.contains("ci") && text.contains("100000") && text.contains("none"))
  }

  @Test func `enterprise: viewers and operators cannot create keys, developers, admins and super-admins can`() throws {
    let company = try Company(Office.manifests())
    for name in ["linus", "op", "bill", "nobody"] {
      let result = try company.tenure("api-key create acme/ml \(name) --as \(name)@acme.example")
      #expect(
        result.status == 3 && result.out.isEmpty && result.err.contains("actor-allowed"), "\(name): \(result.err)")
    }
    #expect(try company.json("api-key list acme/ml")["keys"] as? [String] == [])
    for name in ["dev", "grace", "ada"] {
      try company.tenure("api-key create acme/ml \(name) --as \(name)@acme.example", exits: 0)
    }
  }

  @Test func `giving limits takes a permission of its own`() throws {
    let company = try Company(Office.manifests())
    let refused = try company.tenure("api-key create acme/ml ci --daily-rate-limit 5 --as dev@acme.example", exits: 3)
    #expect(refused.contains("api-key.limits"))
    try company.tenure("api-key create acme/ml ci --daily-rate-limit 0 --as grace@acme.example", exits: 0)
    try company.tenure("api-key create acme/ml cd --daily-rate-limit 5", exits: 0)
  }

  @Test func `limits come from the manifests where none are given, and the plan has nothing to do`() throws {
    let company = try Company(
      Office.manifests(ml: "apiKeys: {ci: {monthlyLimit: 100000, dailyRateLimit: 5000}, cd: {monthlyLimit: 7}}"))
    #expect((try company.json("plan")["waiting"] as? [Any])?.count == 2)
    try company.tenure("api-key create acme/ml ci --as dev@acme.example", exits: 0)
    try company.tenure("api-key create acme/ml cd --as dev@acme.example", exits: 0)
    let keys = try #require(try company.json("api-key list acme/ml")["keys"] as? [[String: Any]])
    #expect(keys.map { $0["name"] as? String } == ["cd", "ci"])
    #expect(keys.map { $0["monthlyLimit"] as? Int } == [7, 100_000])
    #expect(keys.map { $0["dailyRateLimit"] as? Int } == [nil, 5000])
    #expect(keys.map { $0["creator"] as? String } == ["dev@acme.example", "dev@acme.example"])
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `a key that the manifests do not list is made, with a word about the next apply`() throws {
    let company = try Company(Office.manifests(ml: "apiKeys: {ci: {monthlyLimit: 5}}"))
    let made = try company.tenure("api-key create acme/ml adhoc --as dev@acme.example")
    #expect(made.status == 0 && made.err.contains("the next apply revokes it"))
    let other = try company.tenure("api-key create acme/ml ci --monthly-limit 6")
    #expect(other.err.contains("declare other limits"))
    #expect(!(try company.tenure("api-key create acme/labs adhoc").err.contains("the next apply")))
    try company.apply()
    #expect(!(try opens(company, "acme/ml", made.out)))
    let keys = try #require(try company.json("api-key list acme")["keys"] as? [[String: Any]])
    #expect(keys.map { $0["path"] as? String } == ["acme/labs", "acme/ml"])
    #expect(keys.map { $0["monthlyLimit"] as? Int } == [nil, 5])
  }

  @Test func `one live key a name; a revoked name is free again`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --as dev@acme.example")
    #expect(try company.tenure("api-key create acme/ml ci", exits: 1).contains("has a key 'ci' already"))
    #expect(try company.tenure("api-key revoke acme/ml ci", exits: 1).contains("nobody to ask"))
    #expect(try opens(company, "acme/ml", key))
    let revoked = try company.tenure("api-key revoke acme/ml ci --yes --as dev@acme.example")
    #expect(revoked.status == 0 && revoked.out == "- revoke-api-key  acme/ml  ci\n", "\(revoked.out)\(revoked.err)")
    #expect(!(try opens(company, "acme/ml", key)))
    #expect(try company.tenure("api-key revoke acme/ml ci --yes", exits: 1).contains("has no key 'ci'"))
    let next = try company.key("acme/ml ci --as dev@acme.example")
    #expect(try opens(company, "acme/ml", next) && !opens(company, "acme/ml", key))
    let entries = try #require(try company.json("audit --subject ci")["entries"] as? [[String: Any]])
    #expect(entries.map { $0["action"] as? String } == ["create-api-key", "revoke-api-key", "create-api-key"])
  }

  @Test func `whoever may not revoke a key is told so, not asked`() throws {
    let company = try Company(
      Office.manifests(policy: "extends: small-team").replacing("super-admin", with: "owner")
        .replacing("billing-admin", with: "member").replacing("developer", with: "member")
        .replacing("operator", with: "member").replacing("viewer", with: "member").replacing(": admin", with: ": owner")
    )
    _ = try company.key("acme/ml devs --as dev@acme.example")
    _ = try company.key("acme/ml ops --as op@acme.example")
    let refused = try company.tenure("api-key revoke acme/ml ops --as dev@acme.example", exits: 3)
    #expect(refused.contains("api-key.revoke-others"))
    try company.tenure("api-key revoke acme/ml devs --yes --as dev@acme.example", exits: 0)
    try company.tenure("api-key revoke acme/ml ops --yes --as grace@acme.example", exits: 0)
  }

  @Test func `people see their own keys, and others' by permission`() throws {
    let company = try Company(Office.manifests())
    _ = try company.key("acme/ml grace --as grace@acme.example")
    _ = try company.key("acme/ml tool")
    func names(_ who: String, _ path: String = "acme/ml") throws -> [String?] {
      let keys = try #require(
        try company.json("api-key list \(path) --as \(who)@acme.example")["keys"] as? [[String: Any]])
      return keys.map { $0["name"] as? String }
    }
    #expect(try names("dev") == ["grace", "tool"])
    #expect(try names("ada", "acme") == ["grace", "tool"])
    #expect(try names("dev", "acme") == ["grace", "tool"])
    #expect(try names("linus") == [])
    try company.tenure("api-key list acme/labs --as linus@acme.example", exits: 3)
    try company.tenure("api-key list acme/ml --as bill@acme.example", exits: 3)
  }

  @Test func `keys are dead at once when the workspace goes`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --as dev@acme.example")
    try company.deleteML()
    #expect(!(try opens(company, "acme/ml", key)))
    #expect(try company.tenure("api-key list acme/ml", exits: 1).contains("there is no workspace"))
    #expect(try company.tenure("account show dev@acme.example", exits: 0).contains("acme"))
  }

  @Test func `a suspended person's keys stop, and go on when they are resumed`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --as dev@acme.example")
    try company.tenure("account suspend dev@acme.example --reason stolen", exits: 0)
    #expect(!(try opens(company, "acme/ml", key)))
    #expect(try company.tenure("api-key create acme/ml x --as dev@acme.example", exits: 3).contains("is suspended"))
    try company.tenure("account resume dev@acme.example", exits: 0)
    #expect(try opens(company, "acme/ml", key))
  }

  @Test func `keys of somebody who is removed belong to the workspace and stay`() throws {
    let company = try Company(Office.manifests())
    let key = try company.key("acme/ml ci --as dev@acme.example")
    try company.tenure("member remove acme/ml dev@acme.example", exits: 0)
    #expect(try opens(company, "acme/ml", key))
  }

  /// Lines and their exit codes.
  private static let misuse: [(line: String, status: Int32)] = [
    ("api-key create acme/ml", 64), ("api-key create acme/ml ci --monthly-limit -1", 64),
    ("api-key create acme/ml ci --monthly-limit=-1", 64), ("api-key create acme/ml ci --monthly-limit many", 64),
    ("api-key create acme ci", 1), ("api-key create acme/mk ci", 1), ("api-key create /ml ci", 64),
    ("api-key revoke acme/ml", 64), ("api-key list", 64), ("api-key lst", 64), ("api-key check", 64),
    ("api-key revoke acme/ml nothing --yes", 1), ("api-key create acme/ml ci --as nobody", 64),
  ]

  @Test func `wrong usage, and names that do not exist`() throws {
    let company = try Company(Office.manifests())
    for (line, status) in Self.misuse { try company.tenure(line, exits: status) }
  }

  @Test func `names of keys are printable`() throws {
    let company = try Company(Office.manifests())
    for name in ["", " ci", "ci ", "a\tb", "a\u{202E}b", String(repeating: "x", count: 101)] {
      #expect(try company.run("api-key", "create", "acme/ml", name).status == 64)
    }
    #expect(try company.run("api-key", "create", "acme/ml", "Grace's key №1").status == 0)
  }

  @Test func `nothing is a key where nothing is stored`() throws {
    let company = try Company(Office.manifests(), apply: false)
    #expect(!(try opens(company, "acme/ml", "tenure_0")))
    try company.tenure("api-key create acme/ml ci", exits: 1)
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }
}
