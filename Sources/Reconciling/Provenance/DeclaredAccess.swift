import GitReader
import Manifests
import Model

/// What the manifests of one commit declare for one person.
struct DeclaredAccess {
  struct Declaration {
    var role: String
    var expires: Instant?
    var protect: Bool
    var isInForce: Bool
    /// When what it gives ends: where the organization comes first, its membership's end may be sooner.
    var end: Instant?
    /// Whether the organization's membership admits to the workspace, where it comes first.
    var isAdmitted = true
    /// `direct` or `group:NAME`.
    var via: String
    var chain: [FoundStatement]
    var isOwner: Bool
  }

  var commit: String
  /// By path; ended ones too.
  var declarations: [Path: Declaration] = [:]
  /// Workspaces of the organizations in which the person's role opens all of them.
  var opened: [Path: [Path]] = [:]
  /// Tenants that are there, valid or not.
  var tenants: Set<String> = []
  var paths: Set<Path> = []
  /// Organizations that have errors in this commit.
  var stopped: Set<String> = []
  /// Nothing can be said: an error concerns everything.
  var isUnusable = false
  var diagnostics: [Diagnostic] = []
  var files = 0
  /// Authors and approvers of commits are not believed there (`identity: attested`).
  var isAttested = false
}

/// The manifests of a commit, read for one person.
struct PersonReading {
  var commit: String
  var documents: Documents
  var objectIDs: [String]
  var compiled: Compiled
  var names: NameTable

  init(_ source: DesiredSource, at commit: String, now: Instant) throws {
    self.commit = commit
    let snapshot = try source.snapshot(at: commit)
    var names = NameTable(minimumCapacity: snapshot.files.reduce(0) { $0 + $1.bytes.count } / 40)
    documents = ManifestReader.documents(of: snapshot.files.map(parseYAML), names: &names)
    objectIDs = snapshot.files.map { $0.objectID ?? "" }
    compiled = Compiler.compile(documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML)
    self.names = names
  }

  var isUnusable: Bool { compiled.diagnostics.contains { $0.severity == .error && $0.scope == .everything } }

  /// The caseless emails under which the person is known: this one, and where it is an account's, its former ones.
  func emails(of email: String) -> Set<String> {
    let account = compiled.desired.tenants.first { $0.name == "~" + email }
    return Set([email] + (account?.formerly.map { names.text($0.value) } ?? []))
  }

  /// Where the email is written that an entry at the path gives something, through whatever groups.
  func line(naming email: String, at path: Path) -> SourceLocation? {
    let found = zip(documents.files, documents.paths).flatMap { file, path in
      file.statements(about: [email], names: names).statements.map {
        FoundStatement(statement: $0, file: path, objectID: "")
      }
    }
    return ProofSearch(found, people: [email]).places()[path]?.last?.location
  }

  /// The present email of whom this is a former one of.
  func successor(of email: String) -> String? {
    guard let former = names.symbol(of: email) else { return nil }
    let account = compiled.desired.tenants.first { $0.formerly.contains { $0.value == former } }?.account
    return account.map { names.text(compiled.desired.spellings[$0] ?? $0) }
  }

  /// How the person's email is written.
  func spelling(of email: String) -> String? {
    names.symbol(of: email).map { names.text(compiled.desired.spellings[$0] ?? $0) }
  }

  /// `people`: the caseless emails of the person. What the files say goes to the archive too.
  func access(of email: String, people: Set<String>, _ archive: PersonArchive) -> DeclaredAccess {
    var result = DeclaredAccess(commit: commit)
    var found: [FoundStatement] = []
    for (index, file) in documents.files.enumerated() {
      let statements = file.statements(about: people, names: names)
      archive.keep(statements, of: documents.text(index), objectIDs[index])
      found += statements.statements.map {
        FoundStatement(statement: $0, file: documents.paths[index], objectID: objectIDs[index])
      }
    }
    result.stopped = compiled.desired.stopped
    result.isUnusable = isUnusable
    result.diagnostics = compiled.diagnostics
    result.files = documents.files.count
    result.isAttested = compiled.desired.policy.policy.identity == .attested
    let search = ProofSearch(found, people: people)
    guard let person = names.symbol(of: email) else { return result.listing(compiled.desired, names) }
    for tenant in compiled.desired.tenants {
      add(tenant.members, tenant.owner?.value, Path(tenant: tenant.name), tenant, person, search, &result)
      for workspace in tenant.workspaces where workspace.disposition == .declared {
        let path = Path(tenant: tenant.name, workspace: names.text(workspace.name))
        add(workspace.members, workspace.owner?.value, path, tenant, person, search, &result)
      }
      open(tenant, &result)
    }
    return result.listing(compiled.desired, names)
  }

  private func add(
    _ members: [DesiredMember]?, _ owner: Symbol?, _ path: Path, _ tenant: DesiredTenant, _ person: Symbol,
    _ search: ProofSearch, _ result: inout DeclaredAccess
  ) {
    let scope: RoleScope = path.workspace == nil ? .organization : .workspace
    if let member = members?.first(where: { $0.person == person }) {
      let group = member.group.map(names.text)
      let role = names.text(member.role)
      let chain = search.chain(
        to: path, role: role, expires: member.expires, group: group,
        at: SourceLocation(member.mark, files: documents.paths))
      let admitted = scope == .workspace ? tenant.admitting(member, names) : member
      result.declarations[path] = .init(
        role: role, expires: member.expires, protect: member.protect, isInForce: member.isInForce,
        end: admitted?.expires, isAdmitted: admitted != nil,
        via: group == nil ? "direct" : "group:\(chain.first?.statement.name ?? group ?? "")", chain: chain,
        isOwner: owner == person)
    } else if members == nil, owner == person, let top = tenant.policy.policy.topRole(scope) {
      let chain = search.chain(to: path, role: top.name, expires: nil, group: nil, at: nil)
      result.declarations[path] = .init(
        role: top.name, protect: false, isInForce: true, via: "direct", chain: chain, isOwner: true)
    }
  }

  /// Workspaces that a role in their organization opens.
  private func open(_ tenant: DesiredTenant, _ result: inout DeclaredAccess) {
    let path = Path(tenant: tenant.name)
    guard tenant.account == nil, let own = result.declarations[path], own.isInForce,
      tenant.policy.policy.role(own.role, .organization)?.may(.workspaceEnterAll) ?? false
    else { return }
    result.opened[path] = tenant.workspaces.filter { $0.disposition == .declared }.map {
      Path(tenant: tenant.name, workspace: names.text($0.name))
    }
  }
}

extension DeclaredAccess {
  fileprivate func listing(_ desired: DesiredState, _ names: NameTable) -> DeclaredAccess {
    var result = self
    result.tenants = desired.stopped.union(desired.tenants.map(\.name))
    for tenant in desired.tenants {
      result.paths.insert(Path(tenant: tenant.name))
      for workspace in tenant.workspaces where workspace.disposition == .declared {
        result.paths.insert(Path(tenant: tenant.name, workspace: names.text(workspace.name)))
      }
    }
    return result
  }
}
