import Model

/// What compiling gives: the desired state of what is valid, and what is wrong with the rest.
public struct Compiled: Sendable {
  public var desired: DesiredState
  /// By file, line and column.
  public var diagnostics: [Diagnostic]
  /// Of a lenient reading: files with errors that may hide a declaration, by path, with what these say; sorted. What
  /// belongs to no file is under the empty path.
  public var obscure: [String: [String]] = [:]

  public init(desired: DesiredState, diagnostics: [Diagnostic]) {
    (self.desired, self.diagnostics) = (desired, diagnostics)
  }
}

/// Typed documents → the desired state: groups expanded, people merged, policies resolved, everything checked that
/// looks beyond one document.
///
/// | what has an error             | a strict reading, to plan with      | a lenient one, to tell who changed what        |
/// |-------------------------------|-------------------------------------|------------------------------------------------|
/// | a key, an entry, a document   | its organization, or everything, is | it is left out alone; everything else is there |
/// |                               | left out                            |                                                |
/// | the role of an entry          | the same                            | the entry is there, with the unknown role      |
public enum Compiler {
  /// `parse` reads the presets. Diagnostics of `listing`, found before anything was read, count like the rest.
  public static func compile(
    _ documents: consuming Documents, listing: [Diagnostic] = [], now: Instant, names: inout NameTable,
    isLenient: Bool = false, parse: @escaping ManifestLoader.Parse
  ) -> Compiled {
    var work = Compilation(consume documents, now: now, isLenient: isLenient, parse: parse)
    // The table moves in and out: it is too large to be copied.
    swap(&work.names, &names)
    defer { swap(&work.names, &names) }

    work.addFindings(listing)
    let spellings = work.spellings()
    work.gather()
    work.indexGroups()
    let policy = work.resolvePolicies()
    var tenants: [DesiredTenant] = []
    for index in work.organizations.indices {
      let tenant = work.organization(index)
      if !work.organizations[index].document.isUnreadable { tenants.append(tenant) }
      work.letGo(index)
    }
    for index in work.accounts.indices { tenants.append(work.account(index)) }
    return work.finish(tenants, policy: policy, spellings: spellings)
  }
}

/// The state of one compilation; its steps are in files of their own.
struct Compilation {
  struct Organization {
    var document: OrganizationDocument
    var file: Int
    var workspaces: [(entry: WorkspaceEntry, file: Int)] = []
    var managesWorkspaces = false
  }

  struct Account {
    var document: AccountDocument
    var file: Int
  }

  var documents: Documents
  let now: Instant
  let isLenient: Bool
  var names = NameTable(minimumCapacity: 0)
  var list: DiagnosticList
  var organizations: [Organization] = []
  var organizationByName: [Symbol: Int] = [:]
  var accounts: [Account] = []
  var accountByPerson: [Symbol: Int] = [:]
  /// Former email → present one.
  var former: [Symbol: EmailName] = [:]
  var groups = GroupIndex()
  var resolver: PolicyResolver
  /// The vocabulary under the policy for all.
  var common = Vocabulary()
  /// Messages about the policy for all, which every organization's own inherits.
  var problemsForAll: Set<String> = []
  /// For organizations with a policy of their own.
  var own: [Int: Vocabulary] = [:]
  var slots = PersonSlots()
  var suggestions = SuggestionBudget()
  /// As ``Compiled/obscure``, not sorted.
  private var obscure: [String: [String]] = [:]

  init(_ documents: consuming Documents, now: Instant, isLenient: Bool, parse: @escaping ManifestLoader.Parse) {
    list = DiagnosticList(copy documents)
    self.documents = documents
    (self.now, self.isLenient) = (now, isLenient)
    resolver = PolicyResolver(parse: parse)
  }

  mutating func report(
    _ code: String, _ message: String, at place: Place, of file: Int, hint: String? = nil, scope: Diagnostic.Scope
  ) {
    add(Finding(code: code, message: message, place: place, hint: hint, scope: scope), file: file)
  }

  mutating func report(_ diagnostic: Diagnostic) {
    list.add(diagnostic)
    if diagnostic.severity == .error { markObscure(diagnostic.location?.file ?? "", diagnostic.code) }
  }

  private mutating func add(_ finding: Finding, file: Int) {
    list.add(finding, file: file)
    if finding.mayHide { markObscure(documents.paths[file], "\(finding.code) \(finding.message)") }
  }

  /// Notes that the file may declare more than is read of it.
  mutating func markObscure(_ path: String, _ error: String) {
    if isLenient { obscure[path, default: []].append(error) }
  }

  func quoted(_ name: Symbol) -> String { "`\(Shown.text(names.text(name)))`" }

  mutating func addFindings(_ listing: [Diagnostic]) {
    for diagnostic in listing { report(diagnostic) }
    for (index, file) in documents.files.enumerated() {
      for finding in file.findings + file.warnings { add(finding, file: index) }
    }
    // An empty folder must never read as «nobody has access».
    if !documents.isPart, documents.files.allSatisfy(\.isEmpty) {
      report(
        Diagnostic(
          code: "no-manifests", message: "There is no manifest: the folder is missing, or has no document.",
          hint: "Is it the right folder? `tenure init` makes one with an example."))
    }
  }

  mutating func finish(
    _ tenants: [DesiredTenant], policy: PolicyInForce, spellings: [Symbol: Symbol]
  ) -> Compiled {
    var declared = Set(organizations.filter { !$0.document.isUnreadable }.map { names.text($0.document.name.value) })
    let diagnostics = list.sorted()
    var broken: Set<String> = []
    var isAllBroken = false
    for diagnostic in diagnostics where diagnostic.severity == .error {
      switch diagnostic.scope {
      case .nothing: break
      case .organizations(let names): broken.formUnion(names)
      case .everything: isAllBroken = true
      }
    }
    if !isAllBroken { declared.formIntersection(broken) }
    if isLenient { (declared, isAllBroken) = ([], false) }
    var desired = DesiredState(
      files: documents.paths,
      tenants: isAllBroken
        ? []
        : tenants.filter { $0.account != nil || !declared.contains($0.name) }
          .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) },
      policy: policy, spellings: spellings, stopped: declared)
    desired.groups = groups.groups.indices.filter { index in
      !(groups.groups[index].organization.map { organizations[$0].document.isUnreadable } ?? false)
    }.map { index in
      let group = groups.groups[index]
      return DesiredGroup(
        organization: group.organization.map { names.text(organizations[$0].document.name.value) },
        name: group.entry.name, people: groups.people(in: index))
    }
    var compiled = Compiled(desired: desired, diagnostics: diagnostics)
    compiled.obscure = obscure.mapValues { $0.sorted() }
    return compiled
  }
}

/// Suggestions cost time by the candidate; a file with thousands of errors gets them for the first.
struct SuggestionBudget {
  private var comparisons = 100_000

  var isSpent: Bool { comparisons <= 0 }

  mutating func hint(for name: String, among candidates: [String]) -> String? {
    guard !isSpent else { return nil }
    comparisons -= candidates.count
    return Suggestion.hint(for: name, among: candidates)
  }
}
