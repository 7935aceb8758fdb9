import Model

/// A configuration of peribolos in Tenure's words (SPEC section 7, `import peribolos`).
///
/// | peribolos                  | Tenure                                                                                |
/// |----------------------------|---------------------------------------------------------------------------------------|
/// | organization               | organization, its name in lower case                                                  |
/// | `admins` · `members`       | `super-admin` · `member`                                                              |
/// | team, child team           | workspace of the team's own name, which GitHub has once in an organization            |
/// | `maintainers` · `members`  | `admin` · `developer`                                                                 |
/// | people of a child team     | of its parents too, as `developer` where those do not name them: GitHub passes it on   |
/// | `previously`               | `renamedFrom`: the first, which is what peribolos looks for first                     |
/// | everything else            | a warning, once for each key                                                          |
public struct PeribolosImport: Sendable {
  public struct Options: Sendable {
    public var management: Management?
    /// Owner of record of every organization.
    public var owner: String?
    public init(management: Management? = nil, owner: String? = nil) {
      (self.management, self.owner) = (management, owner)
    }
  }

  /// A file with what it is about.
  public enum Source: Sendable {
    /// `orgs:`, or else the organization of this name.
    case configuration(ParsedFile, organization: String)
    /// Teams of the organization of the configuration before.
    case teams(ParsedFile)

    var file: ParsedFile {
      switch self {
      case .configuration(let file, _), .teams(let file): file
      }
    }
  }

  /// In byte order of their names; with an error among the diagnostics they are not to be used.
  public let organizations: [ImportedOrganization]
  public let diagnostics: [Diagnostic]
  /// Logins that have no email, each once, in byte order.
  public let unknownLogins: [String]

  public init(_ sources: [Source], emails: EmailBook, options: Options = .init()) {
    var documents = Documents()
    let texts = sources.map(\.file.bytes)
    documents.text = { texts[$0] }
    var reader = PeribolosReader()
    for (index, source) in sources.enumerated() {
      documents.paths.append(source.file.path)
      documents.files.append(FileDocuments())
      switch source {
      case .configuration(let file, let name): reader.read(file, as: .configuration(organization: name), file: index)
      case .teams(let file): reader.read(file, as: .teams, file: index)
      }
    }
    var conversion = PeribolosConversion(documents, emails: emails, options: options)
    for (finding, file) in reader.findings { conversion.add(finding, file: file) }
    for (key, unsaid) in reader.config.unsaid.sorted(by: { $0.key < $1.key }) { conversion.warn(about: key, unsaid) }
    for organization in reader.config.organizations { conversion.add(organization) }
    if reader.config.organizations.isEmpty, reader.findings.isEmpty { conversion.foundNothing() }
    conversion.addSummaries()
    organizations = conversion.organizations.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    diagnostics = conversion.sortedDiagnostics
    unknownLogins = conversion.unknown.values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
