import ArgumentParser
import GitReader
import Model
import Reconciling
import Reports

struct Why: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Show why somebody has access: the lines, their commits, authors and approvers.",
    discussion: """
      The shortest proof for each place where the person has something, or for PATH alone: role and status, the member \
      list's entry, the groups on the way, and for each line the commit that made it what it is. Where there is a store, \
      also what the audit log has: invited, accepted, applied, by hand. Who has no access gets an empty list and what \
      ended it; the exit code is 0.

      The manifests are those of the commit that was applied last; --ref (default: HEAD) says what is declared since. \
      With --at they are those of that commit alone, without the store.

      EXAMPLE: tenure why grace@acme.example acme/ml
      """)

  @Argument(help: ArgumentHelp("The person.", valueName: "email"))
  var email: String

  @Argument(
    help: ArgumentHelp("An organization or workspace: acme, acme/ml, ~EMAIL/Personal.", valueName: "path"),
    completion: .paths)
  var path: String?

  @OptionGroup var history: HistoryOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard Email.isValid(email) else {
      throw Failure(.usage, "'\(email)' is no email", hint: "write tenure why grace@acme.example acme/ml")
    }
    let place = try path.map(HistoryOptions.path)
    let settings = try Settings.load()
    let now = try clock.instant()
    let store = history.at == nil ? try state.openForReading(settings) : nil
    let source = try history.repository.source(settings, isOptional: store != nil)
    let at = try history.point(in: source, now: clock.now == nil ? nil : now)
    if store == nil, at == nil { console.note("nothing is stored: this is what the manifests alone declare") }
    if source == nil { console.note("there is no repository here: this is what the store alone has") }
    let question = AccessQuestion(email: email, path: place, source: source, at: at, now: now)
    let answer = try HistoryProgress(source, at?.commit, console).run { try question.answer(store, progress: $0) }
    for note in answer.notes { console.note(note) }
    if !answer.diagnostics.isEmpty {
      console.err(DiagnosticsText.render(answer.diagnostics, files: answer.files, options: TextOptions(color: false)))
      return .invalidManifests
    }
    guard answer.knowsPlace else {
      throw Failure(
        .failure, "there is no '\(path ?? "")'", hint: "tenure who PATH and tenure status show what is there")
    }
    if !answer.knowsPerson { console.note("no account and no manifest has \(email): is it written right?") }
    switch format {
    case .text: console.out(AccessText(answer.explanation, options: console.options).render())
    case .json: console.out(AccessJSON.render(answer.explanation).pretty() + "\n")
    }
    return .success
  }
}
