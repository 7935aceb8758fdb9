import ArgumentParser
import Model
import Reconciling
import Reports
import Store

struct Suspend: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Stop reconciling an organization until it is resumed.",
    discussion: """
      Plans say that it is suspended and leave it alone; nobody's access changes. For a person's access see \
      `tenure account suspend`.

      EXAMPLE: tenure suspend acme --reason 'incident 4711, hands off'
      """)

  @OptionGroup var target: SuspensionOptions

  @Option(help: ArgumentHelp("Why; goes into the audit log and every plan.", valueName: "text"))
  var reason: String

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw Failure(.usage, "--reason is empty", hint: "say why: it goes into the audit log and every plan")
    }
    let (suspension, names) = try target.open()
    switch try suspension.suspend(target.organization, reason: reason) {
    case .done: console.out("Suspended \(Inert.line(target.organization)): no reconciliation until it is resumed.\n")
    case .alreadySuspended(let since, let earlier):
      console.out("\(Inert.line(target.organization)) is suspended already, since \(since): \(Inert.line(earlier))\n")
    case .notSuspended: break
    case .unknown: throw Unknown.organization(target.organization, among: names)
    case .refused(let refusal):
      HandReport.show(refusal, console)
      return .refused
    }
    return .success
  }
}

struct Resume: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Reconcile a suspended organization again.",
    discussion: "EXAMPLE: tenure resume acme")

  @OptionGroup var target: SuspensionOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let (suspension, names) = try target.open()
    switch try suspension.resume(target.organization) {
    case .done: console.out("Resumed \(Inert.line(target.organization)): the next reconciliation includes it.\n")
    case .notSuspended: console.out("\(Inert.line(target.organization)) is not suspended.\n")
    case .alreadySuspended: break
    case .unknown: throw Unknown.organization(target.organization, among: names)
    case .refused(let refusal):
      HandReport.show(refusal, console)
      return .refused
    }
    return .success
  }
}

/// What `suspend` and `resume` share.
struct SuspensionOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The organization.", valueName: "org"), completion: .organizations)
  var organization: String

  @OptionGroup var acting: ActorOptions

  /// The writer, and the organizations that are stored. A store is never made for this.
  func open() throws -> (TenantSuspension, [String]) {
    let actor = try acting.email()
    guard !organization.hasPrefix("~") else {
      throw Failure(
        .usage, "'\(organization)' is an account, not an organization", hint: "tenure account suspend EMAIL")
    }
    let settings = try Settings.load()
    let now = try acting.clock.instant()
    let names = try acting.state.openForReading(settings)?.tenants().map(\.name).filter { !$0.hasPrefix("~") } ?? []
    guard names.contains(organization) else { throw Unknown.organization(organization, among: names) }
    let store = try acting.state.openForWriting(settings)
    return (TenantSuspension(store: store, actor: actor, now: now), names)
  }
}
