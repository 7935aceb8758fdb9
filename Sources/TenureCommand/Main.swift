import ArgumentParser
import GitReader
import Model
import Reconciling
import Store

@main
enum Main {
  static func main() {
    let console = Console()
    console.exit(with: run(Array(CommandLine.arguments.dropFirst()), console))
  }

  /// Parses and runs; every way out is an exit status of SPEC section 7.
  static func run(_ arguments: [String], _ console: Console) -> ExitStatus {
    do {
      let interface = Interface()
      try interface.checkCommandNames(arguments)
      let complete = try interface.withEnvironment(arguments)
      var command = try Tenure.parseAsRoot(complete)
      guard var mine = command as? any TenureSubcommand else {
        try command.run()
        return .success
      }
      return try mine.run(console)
    } catch let failure as Failure {
      console.error(failure)
      return failure.status
    } catch let error as StoreError {
      console.error(Failure(.failure, error.message, hint: error.hint))
      return .failure
    } catch let error as GitError {
      console.error(Failure(.failure, error.message, hint: error.hint))
      return .failure
    } catch let error as HandworkError {
      console.error(Failure(.failure, error.message, hint: error.hint))
      return .failure
    } catch let error as UnknownTimeZone {
      console.error(Failure(.failure, error.description, hint: error.hint))
      return .failure
    } catch let error as NoThread {
      console.error(Failure(.failure, error.description, hint: error.hint))
      return .failure
    } catch let error as UnknownRange {
      console.error(
        Failure(
          .usage, "'\(error.range)' is no range of the planned history",
          hint: "write A..B, where B is planned and descends from A; ..B from the first commit on"))
      return .usage
    } catch let error as UnknownPath {
      console.error(Failure(.usage, "--only \(error.path) names nothing that is declared or stored"))
      return .usage
    } catch {
      return leave(by: error, console)
    }
  }

  /// Help and version requests go to stdout, wrong usage to stderr with 64; the rest could not be done.
  private static func leave(by error: any Error, _ console: Console) -> ExitStatus {
    let code = Tenure.exitCode(for: error)
    if code == .success {
      console.out(Tenure.fullMessage(for: error) + "\n")
      return .success
    }
    if code == .validationFailure {
      console.err(Tenure.fullMessage(for: error) + "\n")
      return .usage
    }
    console.error(Failure(.failure, "\(error)"))
    return .failure
  }
}

/// A command that ends with one of SPEC's exit statuses instead of throwing its way out.
protocol TenureSubcommand: ParsableCommand {
  mutating func run(_ console: Console) throws -> ExitStatus
}

extension TenureSubcommand {
  mutating func run() throws { _ = try run(Console()) }
}
