import ArgumentParser
import Foundation
import Model
import SQLiteStore
import Store

/// Where the actual state lives.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Store (default: .tenure/state.db in the repository's root).", valueName: "file|sqlite:file|postgres://…"),
    completion: .file())
  var state: String?

  /// For reading only; nil where there is no store yet, which is an empty one.
  func openForReading(_ settings: Settings) throws -> (any Store)? {
    let location = try location(settings)
    try location.requireFolder()
    return try location.openForReading()
  }

  /// The same for plans and exports, to which a store whose folder is missing is an empty one too (SPEC section 9).
  func openForPlanning(_ settings: Settings) throws -> (any Store)? { try location(settings).openForReading() }

  /// For writing; made on first use.
  func openForWriting(_ settings: Settings) throws -> any Store { try location(settings).openForWriting() }

  /// Where the store is, as a value that other threads may open.
  func location(_ settings: Settings) throws -> StateLocation { StateLocation(path: try path(settings)) }

  private func path(_ settings: Settings) throws -> String {
    let given = state ?? settings.state
    guard let given else {
      return (settings.root ?? FileManager.default.currentDirectoryPath) + "/.tenure/state.db"
    }
    if given.hasPrefix("postgres://") || given.hasPrefix("postgresql://") {
      throw Failure(
        .failure, "this version stores in SQLite only; PostgreSQL comes with a later release", hint: "--state FILE")
    }
    let path = given.hasPrefix("sqlite:") ? String(given.dropFirst("sqlite:".count)) : given
    if path.isEmpty { throw Failure(.usage, "--state names no file") }
    // A path in tenure.yaml is one from there, wherever one stands.
    if state == nil, !path.hasPrefix("/"), let root = settings.root { return root + "/" + path }
    return path
  }
}

/// A place of a store: the only code that knows the engines.
struct StateLocation: Sendable {
  let path: String

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// A mistyped path must not look like a store in which nothing is.
  func requireFolder() throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    guard folder.lastPathComponent != ".tenure", !FileManager.default.fileExists(atPath: folder.path) else { return }
    throw StoreError(
      .missingFolder, "There is no folder \(folder.path) for the store.", hint: "Name another with --state.")
  }

  /// For reading only; nil where there is no store yet, which is an empty one.
  func openForReading() throws -> (any Store)? {
    do {
      return try SQLiteStore.open(path: path, mode: .readOnly)
    } catch let error as StoreError where error.code == .missingStore {
      return nil
    }
  }

  /// For writing; made on first use.
  func openForWriting() throws -> any Store { try SQLiteStore.open(path: path, mode: .readWriteCreate) }
}
