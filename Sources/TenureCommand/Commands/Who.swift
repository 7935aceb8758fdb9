import ArgumentParser
import Model
import Reports

struct Who: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "who", abstract: "Show who holds which role in an organization or a workspace.",
    discussion: """
      PATH is acme, acme/ml or ~EMAIL/Personal. A workspace's list also has those whose role in the organization opens \
      every workspace. What has ended is left out, also where the organization's membership ended that comes first.

      With --at DATE it is what was stored at the end of that day, or at that instant, as the audit log tells. With --at \
      COMMIT, where there is no store, and for what was before the log, it is what the manifests declared: everybody is \
      shown as active, and what had ended by then is left out.

      EXAMPLE: tenure who acme/ml --at 2026-01-31 --format json
      """)

  @Argument(help: "An organization or workspace.", completion: .paths)
  var path: String

  @OptionGroup var history: HistoryOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    let now = try clock.instant()
    let settings = try Settings.load()
    if let past = try history.past(in: state, settings, console) {
      let wanted = past.pathThen(try HistoryOptions.path(path))
      let source = try history.repository.source(settings, isOptional: true)
      let stored = try StoredState(past, declaring: wanted.tenant, in: source)
      let (tenant, workspace) = try StoredPlace.find(
        wanted.description, in: stored, otherwise: "the audit log has none at \(past.instant)")
      let people = People(stored, now: clock.now == nil ? past.instant : now).of(tenant, workspace)
      show(people, in: StoredPlace.name(tenant, workspace, stored), console)
      return .success
    }
    if history.at != nil {
      let source = try history.repository.source(settings, isOptional: false)
      guard let source, let point = try history.point(in: source, now: clock.now == nil ? nil : now) else {
        return .failure
      }
      let found = try DeclaredPeople(source, at: point, console).of(HistoryOptions.path(path))
      show(found.people, in: found.path, console)
      return .success
    }
    let stored = try StoredState(try state.openForReading(settings))
    let (tenant, workspace) = try StoredPlace.find(path, in: stored)
    show(
      People(stored, now: now).of(tenant, workspace), in: StoredPlace.name(tenant, workspace, stored), console)
    return .success
  }

  private func show(_ people: [People.Person], in name: String, _ console: Console) {
    switch format {
    case .text:
      let rows = people.map { [$0.subject, $0.role, $0.status, $0.via, $0.expires?.description ?? ""] }
      console.out(
        people.isEmpty
          ? "Nobody.\n"
          : TextTable(header: ["subject", "role", "status", "via", "expires"], rows: rows).render(
            color: console.usesColor))
    case .json:
      let list = people.map { person -> JSONValue in
        [
          "subject": .string(person.subject), "role": .string(person.role), "status": .string(person.status),
          "via": .string(person.via), "expires": JSONValue(person.expires?.description),
        ]
      }
      console.out((["path": .string(name), "people": .array(list)] as JSONValue).pretty() + "\n")
    }
  }
}

/// Finds what a path names in the stored state.
enum StoredPlace {
  static func find(
    _ text: String, in stored: StoredState, otherwise hint: String = "tenure status lists what is stored"
  ) throws -> (ActualTenant, ActualWorkspace?) {
    guard let path = Path(text) else {
      throw Failure(.usage, "'\(text)' is no path", hint: "write acme, acme/ml or ~EMAIL/Personal")
    }
    let name = path.tenant
    guard let tenant = stored.tenant(named: name) else {
      throw Unknown.thing(
        path.isAccount ? "account" : "organization", path.tenant, among: stored.actual.tenants.map(\.name),
        otherwise: hint)
    }
    guard let wanted = path.workspace else { return (tenant, nil) }
    guard let workspace = tenant.workspaces.first(where: { stored.names.text($0.name) == wanted }) else {
      let names = tenant.workspaces.map { self.name(tenant, $0, stored) }
      throw Unknown.thing(
        "workspace", text, among: names,
        otherwise: "\(tenant.name) has \(names.isEmpty ? "none" : names.joined(separator: ", "))")
    }
    return (tenant, workspace)
  }

  /// The path as people know it.
  static func name(_ tenant: ActualTenant, _ workspace: ActualWorkspace?, _ stored: StoredState) -> String {
    let first = tenant.account.flatMap { stored.actual.accounts[$0] }.map { "~" + stored.names.text($0.email) }
    return Path(tenant: first ?? tenant.name, workspace: workspace.map { stored.names.text($0.name) }).description
  }
}
