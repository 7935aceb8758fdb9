import Manifests
import Model
import TestSupport
import Testing

/// The same declarations, as documents of any order over any files.
private struct Scatter {
  var generator: SplitMix

  mutating func files() -> [String: String] {
    var documents: [String] = []
    for o in 0..<3 {
      var organization =
        header("Organization") + "name: org\(o)\nowner: user0@x.example\nmembers:\n"
        + lines([
          "  user1@x.example: member", "  Crew: member".lowercased(), "  own: billing-admin",
          "  USER2@x.example: member",
        ])
        + "groups:\n" + lines(["  own: [user3@x.example, user4@x.example]", "  more: [own, crew, user1@x.example]"])
      let workspaces =
        (0..<4).map { w in
          (
            name: "w\(w)",
            body: lines([
              "owner: user\(w)@x.example", "subscription: team",
              "members: {user5@x.example: viewer, own: developer, more: {role: operator, expires: 2027-01-31}}",
              "apiKeys: {b: {monthlyLimit: 5}, a: {}}",
            ])
          )
        } + [(name: "old", body: "removed: merged\n")]
      var inside: [String] = []
      for workspace in workspaces.shuffled(using: &generator) {
        if Bool.random(using: &generator) {
          inside.append("  \(workspace.name):\n" + workspace.body.split(separator: "\n").map { "    \($0)\n" }.joined())
        } else {
          documents.append(header("Workspace") + "organization: org\(o)\nname: \(workspace.name)\n" + workspace.body)
        }
      }
      if !inside.isEmpty { organization += "workspaces:\n" + inside.joined() }
      documents.append(organization)
    }
    documents.append(header("Group") + "name: crew\nmembers: [user6@x.example, User7@x.example, inner]\n")
    documents.append(header("Group") + "name: inner\nmembers: [user7@x.example, user8@x.example]\n")
    documents.append(header("Account") + "email: User0@x.example\nworkspaces: {Personal: {subscription: free}}\n")
    documents.append(header("Account") + "email: user9@x.example\nformerly: [b@old.example, a@old.example]\n")
    documents.append(header("Policy") + lines(["identity: attested", "operators: [b@x.example, a@x.example]"]))
    documents.append(header("Policy") + "organization: org1\nprotection: {member-cap: 50}\n")

    var files: [String: String] = [:]
    for document in documents.shuffled(using: &generator) {
      files["f\(Int.random(in: 0..<5, using: &generator)).yaml", default: ""] += "---\n" + document
    }
    return files
  }

  private mutating func lines(_ lines: [String]) -> String {
    lines.shuffled(using: &generator).map { $0 + "\n" }.joined()
  }
}

private func unmarked<T>(_ value: Marked<T>?) -> Marked<T>? { value.map { Marked($0.value, .none) } }

private func unmarked(_ members: [DesiredMember]?) -> [DesiredMember]? {
  members?.map { member in
    var member = member
    member.mark = .none
    return member
  }
}

private func unmarked(_ tenant: DesiredTenant) -> DesiredTenant {
  var tenant = tenant
  (tenant.mark, tenant.emailMark) = (.none, nil)
  (tenant.displayName, tenant.owner) = (unmarked(tenant.displayName), unmarked(tenant.owner))
  tenant.subscription = unmarked(tenant.subscription)
  tenant.members = unmarked(tenant.members)
  tenant.formerly = tenant.formerly.map { Marked($0.value, .none) }
  tenant.workspaces = tenant.workspaces.map { workspace in
    var workspace = workspace
    workspace.mark = .none
    (workspace.displayName, workspace.renamedFrom) = (unmarked(workspace.displayName), unmarked(workspace.renamedFrom))
    (workspace.owner, workspace.subscription) = (unmarked(workspace.owner), unmarked(workspace.subscription))
    workspace.members = unmarked(workspace.members)
    workspace.apiKeys = workspace.apiKeys?.map { DesiredAPIKey(name: $0.name, limits: $0.limits, mark: .none) }
    return workspace
  }
  return tenant
}

@Suite struct Splitting {
  @Test func orderAndFilesHaveNoMeaning() {
    var names = NameTable()
    var first: Compiled?
    for seed in 1...200 as ClosedRange<UInt64> {
      var scatter = Scatter(generator: SplitMix(seed: seed))
      let compiled = compile(scatter.files(), names: &names)
      #expect(compiled.diagnostics.map(brief) == [], "seed \(seed)")
      guard let expected = first else {
        first = compiled
        #expect(compiled.desired.tenants.count == 5)
        continue
      }
      #expect(compiled.desired.tenants.map(unmarked) == expected.desired.tenants.map(unmarked), "seed \(seed)")
      #expect(compiled.desired.policy == expected.desired.policy, "seed \(seed)")
      #expect(compiled.desired.spellings == expected.desired.spellings, "seed \(seed)")
    }
  }

  @Test func filesMayHaveAByteOrderMarkAndCarriageReturns() {
    var names = NameTable()
    var scatter = Scatter(generator: SplitMix(seed: 7))
    let plain = scatter.files()
    let windows = plain.mapValues {
      "\u{FEFF}" + $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }
    let (a, b) = (compile(plain, names: &names), compile(windows, names: &names))
    #expect(b.diagnostics.map(brief) == [])
    #expect(a.desired.tenants == b.desired.tenants)
  }
}
