import ArgumentParser
import Model
import Reconciling
import Reports

struct Expiring: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "expiring", abstract: "Show what ends soon, and what would be left without an owner.",
    discussion: """
      Memberships that end within the time, and invitations that lapse or whose membership would end, each with the \
      manifest's line that says so; first what has ended already and is still stored, as `expired`. Then the organizations and workspaces in which nobody would hold the top role \
      without an end any more. Without a store it is what the manifests declare.

      EXAMPLE: tenure expiring --within 14d --format json
      """)

  @Option(help: ArgumentHelp("How far to look ahead: 14d, 36h, 1d12h.", valueName: "duration"))
  var within = "30d"

  @OptionGroup var repository: RepositoryOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    let seconds = try Durations.seconds(within, option: "--within")
    let now = try clock.instant()
    let settings = try Settings.load()
    let store = try state.openForReading(settings)
    let source = try repository.source(settings, isOptional: store != nil)
    let endings = Endings(from: now, to: now.advanced(bySeconds: seconds))
    let found: Endings.Found
    if let store {
      found = try endings.of(StoredState(store), source)
    } else {
      console.note("nothing is stored: this is what the manifests alone declare")
      guard let source else { return .failure }
      let reading = try source.read(now: now)
      Findings.show(reading, console)
      guard !reading.isUnusable else { return .invalidManifests }
      found = endings.of(reading)
    }
    switch format {
    case .text: console.out(ExpiringReport(found, within: within).text(color: console.usesColor))
    case .json: console.out(ExpiringReport(found, within: within).json.pretty() + "\n")
    }
    return .success
  }
}

/// What ends soon, as a report.
struct ExpiringReport {
  private let found: Endings.Found
  private let within: String

  init(_ found: Endings.Found, within: String) { (self.found, self.within) = (found, within) }

  func text(color: Bool) -> String {
    let rows = found.endings.map { ending in
      [
        ending.expires.description, ending.path, ending.subject, ending.role, ending.status,
        ending.source.map { "\($0.file):\($0.line)" } ?? "",
      ]
    }
    let table =
      rows.isEmpty
      ? "Nothing ends within \(within).\n"
      : TextTable(header: ["ends", "path", "subject", "role", "status", "declared at"], rows: rows).render(color: color)
    guard !found.ownerless.isEmpty else { return table }
    let orphans = found.ownerless.map { [$0.path, $0.role, $0.expires.description] }
    return table + "\nLeft without an owner:\n\n"
      + TextTable(header: ["path", "nobody is", "after"], rows: orphans).render(color: color)
  }

  var json: JSONValue {
    [
      "expiring": .array(
        found.endings.map { ending in
          [
            "subject": .string(ending.subject), "path": .string(ending.path), "role": .string(ending.role),
            "status": .string(ending.status), "via": .string(ending.via),
            "expires": .string(ending.expires.description), "source": source(ending.source),
          ]
        }),
      "withoutOwner": .array(
        found.ownerless.map {
          ["path": .string($0.path), "role": .string($0.role), "expires": .string($0.expires.description)]
        }),
    ]
  }

  private func source(_ location: SourceLocation?) -> JSONValue {
    guard let location else { return .null }
    return ["file": .string(location.file), "line": JSONValue(location.line), "column": JSONValue(location.column)]
  }
}
