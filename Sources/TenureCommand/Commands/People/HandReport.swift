import ArgumentParser
import Model
import Reconciling
import Reports

/// For commands that cannot be undone.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: [.customLong("yes"), .customLong("auto-approve")], help: "Do it without asking.")
  var yes = false
}

/// Shows what became of a command by hand: deeds on stdout, everything else on stderr.
enum HandReport {
  static func show(_ outcome: Handwork.Outcome, _ console: Console) -> ExitStatus {
    console.out(ActionLines.render(outcome.deeds.map { ($0.name, $0.action) }, options: console.options))
    for refusal in outcome.refusals { show(refusal, console) }
    for note in outcome.notes { console.note(note) }
    for problem in outcome.problems {
      if problem.isSettled {
        console.note(problem.message)
      } else {
        console.error(Failure(.failure, problem.message, hint: problem.hint))
      }
    }
    if outcome.problems.contains(where: { !$0.isSettled }) { return .failure }
    return outcome.refusals.isEmpty ? .success : .refused
  }

  static func show(_ refusal: Refusal, _ console: Console) { console.err(PlanText.render(refusal)) }

  /// Shows what cannot be undone and asks, unless `yes` is given, then does it. What a rule refuses is said unasked.
  static func showAsking(
    _ question: String, yes: Bool, _ console: Console, propose: () throws -> Handwork.Outcome,
    carryOut: () throws -> Handwork.Outcome
  ) throws -> ExitStatus {
    if !yes {
      var proposal = try propose()
      guard proposal.isClear else {
        proposal.deeds = []
        return show(proposal, console)
      }
      if console.isInputTerminal { console.err(ActionLines.render(proposal.deeds.map { ($0.name, $0.action) })) }
      try console.requireYes(question, otherwise: "nothing was done", hint: "--yes does it without asking")
    }
    return show(try carryOut(), console)
  }

  /// Shows what may be seen; otherwise says why not.
  static func show<Thing>(_ sight: HandView.Sight<Thing>, _ console: Console, _ render: (Thing) -> String) -> ExitStatus
  {
    switch sight {
    case .seen(let thing):
      console.out(render(thing))
      return .success
    case .refused(let refusal):
      show(refusal, console)
      return .refused
    }
  }
}
