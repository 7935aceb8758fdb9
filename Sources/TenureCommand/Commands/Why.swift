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
      also what the audit log has: invited, accepted, applied, by hand. Who has no access gets an empty list, who gave \
      what they had, and what ended it; the exit code is 0.

      The manifests are those of the commit that was applied last; --ref (default: HEAD) says what is declared since. \
      With --at DATE it is what was stored then, as the audit log tells, beside the commit that was applied last then; \
      with --at COMMIT, where there is no store, and for what was before the log, it is what manifests alone declare.

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
    let past = try history.past(in: state, settings, console)
    let store = history.at == nil || past != nil ? try state.openForReading(settings) : nil
    let source = try history.repository.source(settings, isOptional: store != nil)
    let at = past == nil ? try history.point(in: source, now: clock.now == nil ? nil : now) : nil
    if store == nil, at == nil { console.note("nothing is stored: this is what the manifests alone declare") }
    if source == nil { console.note("there is no repository here: this is what the store alone has") }
    let question =
      past.map {
        AccessQuestion(email: email, path: place, source: source, past: $0, now: clock.now == nil ? $0.instant : now)
      } ?? AccessQuestion(email: email, path: place, source: source, at: at, now: now)
    if let commit = past?.commit, source != nil, question.source == nil {
      console.note("commit \(commit), applied last then, is not in this repository: git fetch gets it")
    }
    if let past, past.emailThen(email) != email { console.note("\(email) was \(past.emailThen(email)) then") }
    let answer = try HistoryProgress(question.source, question.at?.commit, console).run {
      try question.answer(store, progress: $0)
    }
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
