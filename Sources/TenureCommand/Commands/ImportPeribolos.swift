import ArgumentParser
import Foundation
import Manifests
import Model
import Reconciling
import Reports

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Write manifests from what another tool has.",
    discussion: "EXAMPLE: tenure import peribolos config --email-domain acme.example --out manifests",
    subcommands: [ImportPeribolos.self])
}

struct ImportPeribolos: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "peribolos", abstract: "Write manifests from a configuration of peribolos, which GitHub teams use.",
    discussion: """
      FILE is a merged configuration (`orgs:` at the top), an organization's org.yaml (its folder has its name), the \
      folder of an organization (org.yaml, and teams.yaml in folders beside it), or a folder of such folders. Teams \
      become workspaces, child teams too; admins become super-admins, maintainers admins, team members developers. \
      What manifests have no word for is left out with a warning.

      The files are written to stdout, or with --out into a folder: policy.yaml and one for each organization.

      EXAMPLE: tenure import peribolos config --emails logins.csv --management additive --out manifests
      """)

  @Argument(help: ArgumentHelp("Files and folders to read.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp("Emails by login: YAML `login: email`, or CSV `login,email`.", valueName: "file"),
    completion: .file())
  var emails: String?

  @Option(help: ArgumentHelp("Give other logins an email at this domain: login@acme.example.", valueName: "domain"))
  var emailDomain: String?

  @Option(help: ArgumentHelp("Owner of record of every organization, an admin of each.", valueName: "email"))
  var owner: String?

  @Option(help: "Write this into every organization: additive leaves alone what was never declared.")
  var management: ManagementChoice?

  @Option(
    help: ArgumentHelp("Write files into this folder, which is new or empty.", valueName: "dir"), completion: .directory
  )
  var out: String?

  @Flag(help: "Replace the files of the same names in the folder of --out; others stay.")
  var overwrite = false

  mutating func run(_ console: Console) throws -> ExitStatus {
    if overwrite, out == nil { throw Failure(.usage, "--overwrite needs --out", hint: "name the folder") }
    if let owner, !Email.isValid(owner) { throw Failure(.usage, "--owner '\(owner)' is no email") }
    let book = try emailBook()
    let sources = try files.flatMap(PeribolosFiles.read)
    let options = PeribolosImport.Options(
      management: management.flatMap { Management(rawValue: $0.rawValue) }, owner: owner)
    let result = PeribolosImport(sources, emails: book, options: options)
    let diagnostics = book.diagnostics + result.diagnostics
    if !diagnostics.isEmpty {
      console.err(DiagnosticsText.render(diagnostics, files: sources.count, options: TextOptions(color: false)))
    }
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return .invalidManifests }
    guard result.unknownLogins.isEmpty else { return refuse(result.unknownLogins, console) }
    let manifests = ImportedManifests(result.organizations)
    try check(manifests)
    guard let out else {
      console.out(manifests.stream)
      return .success
    }
    try ManifestFolder.write(manifests.files, to: out, overwrite: overwrite, otherwise: "say --overwrite")
    for file in manifests.files { console.out("\(out)/\(file.name)\n") }
    return .success
  }

  private func emailBook() throws -> EmailBook {
    if let emailDomain, !Email.isValid("x@" + emailDomain) {
      throw Failure(.usage, "--email-domain '\(emailDomain)' is no domain", hint: "write it as acme.example")
    }
    guard let emails else { return EmailBook(domain: emailDomain) }
    let bytes = try InputFile.read(
      emails, what: "the emails", most: PeribolosFiles.mostBytes, hint: "--emails takes a file of lines `login: email`")
    if emails.lowercased().hasSuffix(".csv") { return EmailBook(csv: bytes, path: emails, domain: emailDomain) }
    return EmailBook(parseYAML(Snapshot.File(path: emails, objectID: nil, bytes: bytes)), domain: emailDomain)
  }

  /// All of them, in the form that --emails takes.
  private func refuse(_ logins: [String], _ console: Console) -> ExitStatus {
    let count = logins.count == 1 ? "1 login has" : "\(logins.count) logins have"
    console.error(
      Failure(
        .failure, "\(count) no email; nothing was written",
        hint: "name them in a file for --emails, or say --email-domain acme.example:"))
    for login in logins { console.err("\(Inert.line(login)):\n") }
    return .failure
  }

  /// What is written must be valid, whatever was read.
  private func check(_ manifests: ImportedManifests) throws {
    let snapshot = Snapshot(
      files: manifests.files.map { .init(path: $0.name, objectID: nil, bytes: Array($0.text.utf8)) }, commit: nil)
    let reading = DesiredSource.compile(
      snapshot, now: .current, source: PlanSource(repository: ".", ref: "import", commit: nil, manifests: "."))
    guard let error = reading.diagnostics.first(where: { $0.severity == .error }) else { return }
    throw Failure(
      .failure, "this cannot be said in manifests: \(error.message) (\(error.location?.description ?? ""))",
      hint: error.hint)
  }
}

/// `additive` or `authoritative`.
enum ManagementChoice: String, ExpressibleByArgument, CaseIterable { case authoritative, additive }

/// The files behind an argument of `import peribolos`.
enum PeribolosFiles {
  static let mostBytes = 256 << 20

  static func read(_ path: String) throws -> [PeribolosImport.Source] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(.failure, "there is no file or folder '\(path)'")
    }
    guard isFolder.boolValue else { return [.configuration(try parse(path), organization: folderName(of: path))] }
    let folder = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
    if let organization = try organization(folder) { return organization }
    let all = try folders(in: folder).compactMap(organization).flatMap { $0 }
    guard !all.isEmpty else {
      throw Failure(
        .failure, "there is no org.yaml in '\(folder)' or in a folder of it",
        hint: "name the merged file, or the folder that has one folder for each organization")
    }
    return all
  }

  /// Its org.yaml, and what `teams.yaml` in the folders beside it adds; nil where it has none.
  private static func organization(_ folder: String) throws -> [PeribolosImport.Source]? {
    guard let main = file("org", in: folder) else { return nil }
    return [.configuration(try parse(main), organization: folderName(of: main))]
      + (try folders(in: folder).compactMap { file("teams", in: $0) }.map { .teams(try parse($0)) })
  }

  private static func file(_ name: String, in folder: String) -> String? {
    ["yaml", "yml"].map { "\(folder)/\(name).\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func folders(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder + "/" + $0 }
      .filter { path in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
      }
  }

  private static func folderName(of path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().lastPathComponent
  }

  private static func parse(_ path: String) throws -> ParsedFile {
    let bytes = try InputFile.read(path, what: "the configuration", most: mostBytes, hint: "name a file or a folder")
    return parseYAML(Snapshot.File(path: path, objectID: nil, bytes: bytes))
  }
}
