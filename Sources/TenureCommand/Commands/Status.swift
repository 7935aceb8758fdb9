import ArgumentParser
import Model
import Reports
import Store

struct Status: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what was applied to each organization, and when the last reconciliation ended.",
    discussion: """
      With --max-age the exit code is 1 when the last completed reconciliation is older, or when there was none: a \
      probe for `tenure run` and for scheduled applies.

      EXAMPLE: tenure status --max-age 15m
      """)

  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Option(help: ArgumentHelp("Fail when the last completed reconciliation is older.", valueName: "duration"))
  var maxAge: String?

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    let limit = try maxAge.map { try Durations.seconds($0, option: "--max-age") }
    let now = try clock.instant()
    let store = try state.openForReading(try Settings.load())
    let last = try store?.lastReconciliation()
    let organizations = try store.map { try rows($0) } ?? []
    switch format {
    case .text: console.out(text(organizations, last, console))
    case .json: console.out(json(organizations, last, commit: try store?.lastAppliedCommit()).pretty() + "\n")
    }
    return try judge(last, limit, now)
  }

  private func judge(_ last: Instant?, _ limit: Int64?, _ now: Instant) throws -> ExitStatus {
    guard let limit else { return .success }
    guard let last else { throw Failure(.failure, "no reconciliation was completed yet") }
    guard last.advanced(bySeconds: limit) >= now else {
      let age = DurationText.text(seconds: (now.milliseconds - last.milliseconds) / 1000)
      throw Failure(
        .failure, "the last reconciliation was completed at \(last), \(age) ago: longer than \(maxAge ?? "")",
        hint: "look at what tenure run, or the scheduled apply, says")
    }
    return .success
  }

  private struct Row {
    var tenant: TenantRow
    var members: Int
    var workspaces: Int
    var pending: Int
  }

  private func rows(_ store: any Store) throws -> [Row] {
    let state = try StoredState(store)
    let contents = Dictionary(state.actual.tenants.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    return try store.tenants().filter { !$0.name.hasPrefix("~") }.map { row in
      let tenant = contents[row.name]
      let pending =
        (tenant?.roll.invitations.count ?? 0)
        + (tenant?.workspaces.reduce(0) { $0 + $1.roll.invitations.count } ?? 0)
      return Row(
        tenant: row, members: tenant?.roll.members.count ?? 0, workspaces: tenant?.workspaces.count ?? 0,
        pending: pending)
    }
  }

  private func text(_ rows: [Row], _ last: Instant?, _ console: Console) -> String {
    let table = TextTable(
      header: [
        "organization", "serial", "commit", "applied", "members", "workspaces", "pending", "withheld", "suspended",
      ],
      rows: rows.map { row in
        let tenant = row.tenant
        return [
          tenant.name, "\(tenant.serial)", tenant.appliedCommit.map { String($0.prefix(12)) } ?? "-",
          tenant.appliedAt?.description ?? "never", "\(row.members)", "\(row.workspaces)", "\(row.pending)",
          "\(tenant.withheld)",
          tenant.suspended.map { "since \($0): \(tenant.suspensionReason ?? "")" } ?? "",
        ]
      }, rightAligned: [1, 4, 5, 6, 7])
    let closing = "Last completed reconciliation: \(last?.description ?? "none").\n"
    return (rows.isEmpty ? "No organization is stored.\n" : table.render(color: console.usesColor)) + closing
  }

  private func json(_ rows: [Row], _ last: Instant?, commit: String?) -> JSONValue {
    [
      "organizations": .array(
        rows.map { row in
          [
            "path": .string(row.tenant.name), "serial": .number(row.tenant.serial),
            "commit": JSONValue(row.tenant.appliedCommit), "appliedAt": JSONValue(row.tenant.appliedAt?.description),
            "withheld": JSONValue(row.tenant.withheld), "suspended": suspension(row.tenant),
            "members": JSONValue(row.members), "workspaces": JSONValue(row.workspaces),
            "pendingInvitations": JSONValue(row.pending),
          ]
        }),
      "lastCommit": JSONValue(commit), "lastReconciliation": JSONValue(last?.description),
    ]
  }

  private func suspension(_ tenant: TenantRow) -> JSONValue {
    guard let since = tenant.suspended else { return .null }
    return ["reason": JSONValue(tenant.suspensionReason), "since": .string(since.description)]
  }
}

/// Durations of options.
enum Durations {
  /// A time to wait, in seconds; infinity and what is no number are refused: no clock can add them.
  static func wait(_ seconds: Double, option: String) throws -> Double {
    let longest = 100 * 366 * 86_400.0
    if (0...longest).contains(seconds) { return seconds }
    throw Failure(
      .usage, "\(option) \(seconds) is no time to wait", hint: "seconds, from 0 to \(Int64(longest)) (a century)")
  }

  static func seconds(_ text: String, option: String, atLeast least: Int64 = 0) throws -> Int64 {
    // From the first instant there is to the last.
    let longest = (Instant.latest.milliseconds - Instant.earliest.milliseconds) / 1000
    switch DurationText.parse(text) {
    case .success(let seconds) where seconds > longest:
      throw Failure(.usage, "\(option) \(text) is too long", hint: "at most \(longest / 86_400)d: 10000 years")
    case .success(let seconds) where seconds >= least: return seconds
    case .success:
      throw Failure(.usage, "\(option) \(text) is too short", hint: "at least \(DurationText.text(seconds: least))")
    case .failure(let problem): throw Failure(.usage, "\(option): \(problem.message)", hint: problem.hint)
    }
  }
}
