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
  func openForReading(_ settings: Settings) throws -> (any Store)? { try location(settings).openForReading() }

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
    if let scheme = Self.scheme(of: given), scheme != "sqlite" {
      throw Failure(
        .failure, "there is no store '\(given)': tenure knows no engine '\(scheme)'",
        hint: "--state FILE, sqlite:FILE or postgres://…")
    }
    let path = given.hasPrefix("sqlite:") ? String(given.dropFirst("sqlite:".count)) : given
    if path.isEmpty { throw Failure(.usage, "--state names no file") }
    // A path in tenure.yaml is one from there, wherever one stands.
    if state == nil, !path.hasPrefix("/"), let root = settings.root { return root + "/" + path }
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

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// A mistyped path must not look like a store in which nothing is.
  private func requireFolder() throws {
    let files = FileManager.default
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    if files.fileExists(atPath: folder.path) { return }
    // The default folder is made with the store.
    if folder.lastPathComponent == ".tenure" { folder.deleteLastPathComponent() }
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
  func openForWriting() throws -> any Store { try SQLiteStore.open(path: path, mode: .readWriteCreate) }
}
