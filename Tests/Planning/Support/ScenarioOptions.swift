import Model
import Planning

/// What an invocation adds to a scenario, in words.
extension Scenario {
  func overriding(_ rules: RuleName..., organization: String? = nil) -> Scenario {
    with { $0.overrides += rules.map { Override(rule: $0, organization: organization, reason: "test") } }
  }

  /// Every rule overridden and every flag given.
  var withEveryOverride: Scenario {
    with {
      $0.overrides = RuleName.allCases.map { Override(rule: $0, organization: nil, reason: "test") }
      $0.allowDeletion = true
      $0.allowMove = true
    }
  }

  var allowingDeletion: Scenario { with { $0.allowDeletion = true } }
  var allowingMove: Scenario { with { $0.allowMove = true } }

  /// A commit of the range; see ``AuthorshipText/Commit``.
  func commit(by author: String, approvedBy approvers: [String] = [], touching: [String]?, tenants: Set<String> = [])
    -> Scenario
  {
    var result = self
    result.authorship.commits.append(
      .init(author: author, approvers: approvers, touched: touching, tenants: tenants))
    return result
  }

  /// What a pipeline says of the last of these commits.
  func attested(_ actors: String..., approvedBy approvers: [String] = []) -> Scenario {
    var result = self
    result.authorship.commits[result.authorship.commits.count - 1].attestation = .init(
      actors: actors, approvers: approvers)
    return result
  }

  /// `--actor`.
  func actor(_ emails: String...) -> Scenario {
    var result = self
    result.authorship.named += emails
    return result
  }

  /// `--approved-by`.
  func approvedBy(_ emails: String...) -> Scenario {
    var result = self
    result.authorship.approvedBy += emails
    return result
  }

  func at(_ instant: String) -> Scenario {
    var result = self
    result.now = Instant(rfc3339: instant)!
    return result
  }
}

/// Who answers for which change, written as text.
struct AuthorshipText: Sendable {
  struct Commit: Sendable {
    var author: String
    var approvers: [String]
    /// `acme`, `acme bob@x`, `acme/ml`, `acme/ml bob@x`, `acme management`; nil: the Policy for all, its roles too.
    var touched: [String]?
    /// Whose policy it changed, its roles too.
    var tenants: Set<String>
    var attestation: Attestation?
  }

  /// Newest first.
  var commits: [Commit] = []
  var named: [String] = []
  var approvedBy: [String] = []

  func read(since commit: String, names: NameTable) -> Authorship {
    let range = commits.enumerated().map { index, commit in
      let policies = commit.touched == nil ? [""] : commit.tenants
      return Authorship.Commit(
        id: "\(index)", author: commit.author, approvers: commit.approvers,
        touched: entries(commit.touched ?? [], names), policies: policies, roles: policies)
    }
    // Tenants that nothing was applied to have every commit.
    var result = Authorship(
      ranges: Dictionary([("", range), (commit, range)], uniquingKeysWith: { first, _ in first }), named: named,
      approvedBy: approvedBy)
    for (index, commit) in commits.enumerated() { result.attestations["\(index)"] = commit.attestation }
    return result
  }

  private func entries(_ texts: [String], _ names: NameTable) -> [String: Set<EntryKey>] {
    var result: [String: Set<EntryKey>] = [:]
    for text in texts {
      let words = text.split(separator: " ").map(String.init)
      let path = Path(words[0])!
      func symbol(_ text: String) -> Symbol {
        guard let known = names.symbol(of: text) else { preconditionFailure("nothing is named \(text)") }
        return known
      }
      let workspace = path.workspace.map(symbol)
      let entries: [EntryKey] =
        words.last == "management"
        ? [.management(workspace)]
        : words.count > 1
          ? [.member(workspace: workspace, person: symbol(words[1]))]
          : [workspace.map { .workspace($0) } ?? .tenant, .owner(workspace)]
      result[path.tenant, default: []].formUnion(entries)
    }
    return result
  }
}
