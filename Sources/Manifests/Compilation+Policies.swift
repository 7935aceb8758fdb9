import Model

/// The names that a policy gives meaning to.
struct Vocabulary {
  /// Highest rank first, as symbols.
  struct Roles {
    var names: [Symbol] = []
    var ranks: [Int] = []
    /// False: the preset they come from is a guess, and names are not checked against it.
    var isCertain = true
    var top: Symbol? { names.first }
    /// Few enough that looking through them beats hashing.
    func rank(_ role: Symbol) -> Int? { names.firstIndex(of: role).map { ranks[$0] } }
  }
  var policy: PolicyInForce?
  var workspace = Roles()
  var organization = Roles()
  var subscriptions: Set<Symbol> = []

  func roles(_ scope: RoleScope) -> Roles {
    switch scope {
    case .organization: organization
    case .workspace: workspace
    }
  }
}

extension Compilation {
  /// The policy for all; also fills the vocabularies.
  mutating func resolvePolicies() -> PolicyInForce {
    var forAll: (document: PolicyDocument, file: Int)?
    var ofOne: [Int: (document: PolicyDocument, file: Int)] = [:]
    for (file, documents) in documents.files.enumerated() {
      for document in documents.policies {
        if let name = document.organization {
          guard let index = organizationByName[name.value] else {
            reportUnknownOrganization(name, file)
            continue
          }
          if let first = ofOne[index] {
            report(
              "duplicate-declaration", "The organization \(quoted(name.value)) has a Policy already.",
              at: document.place, of: file, hint: firstAt(first.document.place, first.file),
              scope: .organizations([names.text(name.value)]))
            continue
          }
          ofOne[index] = (document, file)
        } else if !document.isForOne {
          if let first = forAll {
            report(
              "duplicate-declaration", "There is a Policy for all already.", at: document.place, of: file,
              hint: firstAt(first.document.place, first.file), scope: .everything)
            continue
          }
          forAll = (document, file)
        }
      }
    }
    let base = forAll.map { [$0] } ?? []
    common = vocabulary(base, last: forAll, scope: .everything)
    for (index, document) in ofOne.sorted(by: { $0.key < $1.key }) {
      let name = names.text(organizations[index].document.name.value)
      own[index] = vocabulary(base + [document], last: document, scope: .organizations([name]))
    }
    // Presets are part of the program: they resolve, or its tests fail.
    return common.policy ?? PolicyInForce(policy: Compilation.noPolicy, canonical: "")
  }

  private mutating func vocabulary(
    _ documents: [(document: PolicyDocument, file: Int)], last: (document: PolicyDocument, file: Int)?,
    scope: Diagnostic.Scope
  ) -> Vocabulary {
    var vocabulary = Vocabulary()
    guard let leaves = resolver.resolve(documents) else {
      report(Diagnostic(code: "broken-preset", message: "A preset of this program cannot be read."))
      return vocabulary
    }
    var builder = PolicyBuilder(leaves)
    guard let policy = builder.build() else {
      report(Diagnostic(code: "broken-preset", message: "The preset `\(leaves.preset)` is not complete."))
      return vocabulary
    }
    for problem in builder.problems where !leaves.isUncertain {
      // What the policy for all got wrong was reported with it; what is new lies in the organization's own.
      if documents.count == 1 { problemsForAll.insert(problem.message) }
      if documents.count == 2, problemsForAll.contains(problem.message) { continue }
      let fallback = (last?.document.place ?? .start, last?.file ?? 0)
      var (place, file) = fallback
      if case .manifest(let mark) = problem.origin {
        (place, file) = (Place(line: mark.line, column: mark.column), Int(mark.file))
      }
      if documents.count == 2, file != last?.file || !isOf(last?.document, place) { (place, file) = fallback }
      report(problem.code, problem.message, at: place, of: file, hint: problem.hint, scope: scope)
    }
    if let document = last?.document, let file = last?.file { refuseFormerOperators(document, file, scope) }
    vocabulary.policy = PolicyInForce(
      policy: policy, canonical: leaves.canonical, origins: leaves.leaves.mapValues(\.origin))
    vocabulary.workspace = roles(policy.workspaceRoles)
    vocabulary.organization = roles(policy.organizationRoles)
    vocabulary.workspace.isCertain = !leaves.isUncertain
    vocabulary.organization.isCertain = !leaves.isUncertain
    for name in Set(policy.subscriptions.keys).union(leaves.subscriptions.keys) {
      vocabulary.subscriptions.insert(names.intern(name))
    }
    return vocabulary
  }

  private mutating func refuseFormerOperators(_ document: PolicyDocument, _ file: Int, _ scope: Diagnostic.Scope) {
    for leaf in document.leaves where leaf.path == "operators" {
      for email in PolicyText.list(leaf.value) {
        guard let person = names.symbol(of: email.emailKey) else { continue }
        refuseFormer(person, at: leaf.place, of: file, scope: scope)
      }
    }
  }

  /// Whether the place is one that the document set.
  private func isOf(_ document: PolicyDocument?, _ place: Place) -> Bool {
    guard let document else { return false }
    return document.extends?.place == place || document.leaves.contains { $0.place == place }
      || document.roles.contains { $0.place == place } || document.subscriptions.contains { $0.place == place }
  }

  private mutating func roles(_ roles: [Role]) -> Vocabulary.Roles {
    Vocabulary.Roles(names: roles.map { names.intern($0.name) }, ranks: roles.map(\.rank))
  }

  static let noPolicy = Policy(
    preset: "", workspaceRoles: [], organizationRoles: [], subscriptions: [:], defaultSubscription: "",
    invitations: .init(admission: .invite, joinAs: .declared, expireAfter: nil, maxSends: nil, ofRemoved: .cancel),
    apiKeys: .init(ofRemoved: .keep),
    signUp: .init(personalWorkspace: .never, workspaceKind: .standard, furtherWorkspaces: .none),
    workspaces: .init(owners: .many, ownerRequired: false, finalInvoice: false, leaving: .allowed),
    deleteAccountWithLastWorkspace: false, operators: [], identity: .commit, protection: [:])
}
