import ArgumentParser
import Foundation
import Model
import SQLiteStore
import Store

/// Where the actual state lives.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Store (default: tenure/state.db in the git directory).", valueName: "file|sqlite:file|postgres://…"),
    completion: .file())
  var state: String?

  /// For reading only; nil where there is no store yet, which is an empty one.
  func openForReading(_ settings: Settings) throws -> (any Store)? { try location(settings).openForReading() }

  /// For writing; made on first use.
  func openForWriting(_ settings: Settings) throws -> any Store { try location(settings).openForWriting() }

  /// Where the store is, as a value that other threads may open.
  func location(_ settings: Settings) throws -> StateLocation {
    if let state { return StateLocation(path: try Self.path(state)) }
    guard let named = settings.state else { return try DefaultStore(settings).location() }
    // A path in tenure.yaml is one from there, wherever one stands, and whoever may commit writes it.
    let path = try Self.path(named)
    let from = settings.root ?? FileManager.default.currentDirectoryPath
    let location = StateLocation(path: path.hasPrefix("/") ? path : "\(from)/\(path)")
    try DefaultStore.requireUntracked(location.path)
    return location
  }

  private static func path(_ given: String) throws -> String {
    if given.hasPrefix("postgres://") || given.hasPrefix("postgresql://") {
      throw Failure(
        .failure, "this version stores in SQLite only; PostgreSQL comes with a later release", hint: "--state FILE")
    }
    if let scheme = scheme(of: given), scheme != "sqlite" {
      throw Failure(
        .failure, "there is no store '\(given)': tenure knows no engine '\(scheme)'",
        hint: "--state FILE, sqlite:FILE or postgres://…")
    }
    let path = given.hasPrefix("sqlite:") ? String(given.dropFirst("sqlite:".count)) : given
    if path.isEmpty { throw Failure(.usage, "--state names no file") }
    return path
  }

  /// What stands before `://`, where that can be a scheme (RFC 3986); a path has no such beginning.
  private static func scheme(of text: String) -> String? {
    guard let end = text.firstRange(of: "://")?.lowerBound, let first = text.utf8.first else { return nil }
    let scheme = text[..<end]
    let isScheme =
      Character(Unicode.Scalar(first)).isLetter
      && scheme.utf8.allSatisfy {
        $0 < 0x80 && (Character(Unicode.Scalar($0)).isLetter || "0123456789+.-".utf8.contains($0))
      }
    return isScheme ? String(scheme) : nil
  }
}

/// A place of a store: the only code that knows the engines.
struct StateLocation: Sendable {
  let path: String
  /// Nobody named it: its folder is made with it.
  var isDefault = false

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// A mistyped path must not look like a store in which nothing is.
  private func requireFolder() throws {
    let files = FileManager.default
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    if files.fileExists(atPath: folder.path) { return }
    if isDefault || folder.lastPathComponent == ".tenure" { folder.deleteLastPathComponent() }
    guard !files.fileExists(atPath: folder.path) else { return }
    throw StoreError(
      .missingFolder, "There is no folder \(folder.path) for the store.", hint: "Name another with --state.")
  }

  /// For reading only; nil where there is no store yet, which is an empty one.
  func openForReading() throws -> (any Store)? {
    try requireFolder()
    do {
      return try SQLiteStore.open(path: path, mode: .readOnly)
    } catch let error as StoreError where error.code == .missingStore {
      return nil
    }
  }

  /// For writing; made on first use.
  func openForWriting() throws -> any Store {
    try SQLiteStore.open(path: path, mode: .readWriteCreate, makesFolder: isDefault)
  }
}
