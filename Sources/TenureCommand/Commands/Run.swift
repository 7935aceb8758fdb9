import ArgumentParser
import Foundation
import Logging
import Model
import Scheduling

struct Run: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Reconcile again and again: fetch, plan, apply, sleep.",
    discussion: """
      One line of JSON a cycle on stdout. An organization that fails is tried again later and later without holding up \
      the others, and so is a repository or store that cannot be read; what rules refuse stays withheld, since nothing \
      can be overridden here. SIGTERM and SIGINT finish the organization at hand and end with 0.

      EXAMPLE: tenure run --interval 5m --repo https://git.acme.example/access.git --ref main
      """)

  @Option(help: ArgumentHelp("From the start of one cycle to the start of the next.", valueName: "duration"))
  var interval = "5m"

  @Option(help: "Apply, or plan only and log the figures.")
  var mode = Cycle.Mode.apply

  @Option(
    help: ArgumentHelp(
      "The most that is added to a sleep, as a fraction of the interval, 0 to 1.", valueName: "fraction"))
  var jitter = 0.1

  @Option(help: ArgumentHelp("The longest time until something that failed is tried again.", valueName: "duration"))
  var maxBackoff = "1h"

  @Option(
    help: ArgumentHelp("Repository to read: a path (bare too) or a URL, fetched each cycle.", valueName: "path|url"),
    completion: .directory)
  var repo: String?

  @Option(help: "Branch, tag or commit to read (default: HEAD).", completion: .refs)
  var ref: String?

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  @OptionGroup var state: StateOptions
  @OptionGroup var caching: CachingOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let schedule = Schedule.Settings(
      intervalSeconds: try Durations.seconds(interval, option: "--interval", atLeast: 1),
      longestBackoffSeconds: try Durations.seconds(maxBackoff, option: "--max-backoff"), jitter: try fraction())
    let settings = try Settings.load()
    let cycle = Cycle(
      address: settings.address(repo: repo, ref: ref, manifests: manifests), state: try state.location(settings),
      mode: mode, isFull: caching.full, gate: WriteGate())
    let mailbox = Mailbox<Reconciler.Message>()
    try StopSignals.watch { mailbox.post(.stop) }
    console.note("reconciling \(cycle.address.repository) every \(interval); stops on SIGTERM")
    var reconciler = Reconciler(
      cycle, schedule, mailbox: mailbox, log: Logger(label: "tenure", factory: { _ in JSONLines(console) }))
    switch reconciler.run() {
    case .finished:
      console.note("stopped")
      return .success
    case .abandoned:
      console.note("stopped in the middle of a cycle that had written nothing yet")
      // Without the farewells of libraries that the hanging thread is still inside of.
      _exit(ExitStatus.success.rawValue)
    }
  }

  private func fraction() throws -> Double {
    guard (0...1).contains(jitter) else {
      throw Failure(.usage, "--jitter \(jitter) is no fraction", hint: "from 0 to 1")
    }
    return jitter
  }
}

extension Cycle.Mode: ExpressibleByArgument {}
