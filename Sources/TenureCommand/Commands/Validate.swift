import ArgumentParser
import Foundation
import GitReader
import Manifests
import Model
import Reconciling
import Reports

struct Validate: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check the working tree's manifests, without a store.",
    discussion: """
      DIR is a working tree, whose manifests folder is read, or itself a manifests folder. All errors of all files are \
      shown in one go; with any, the exit code is 4. Warnings stop nothing: of what every plan would refuse, and of \
      names with letters of two scripts. With --strict they are errors.

      EXAMPLE: tenure validate --format github
      """)

  @Argument(
    help: ArgumentHelp("A working tree or a manifests folder (default: where you stand).", valueName: "dir"),
    completion: .directory)
  var folder: String?

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  @Option(help: "How to show what was found.")
  var format = DiagnosticsFormat.text

  @Flag(help: "Take warnings for errors.")
  var strict = false

  @OptionGroup var clock: ClockOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let now = try clock.instant()
    let (root, inner) = try place(try Settings.load())
    let found = try GitRepository.worktreeSnapshot(root: root, folder: inner)
    var reading = DesiredSource.compile(
      found.snapshot, now: now, source: PlanSource(repository: root, ref: "worktree", commit: nil, manifests: inner))
    reading.diagnostics += Foresight.warnings(
      of: reading.desired, files: found.snapshot.files, names: reading.names)
    if strict {
      for index in reading.diagnostics.indices { reading.diagnostics[index].severity = .error }
    }
    switch format {
    case .text: console.out(DiagnosticsText.render(reading.diagnostics, files: reading.files, options: console.options))
    case .json: console.out(DiagnosticsJSON.render(reading.diagnostics).pretty() + "\n")
    case .github: console.out(DiagnosticsGitHub.render(reading.diagnostics))
    }
    return reading.hasErrors ? .invalidManifests : .success
  }

  /// The root that reported paths are relative to, and the folder below it.
  private func place(_ settings: Settings) throws -> (root: String, folder: String) {
    let given = absolute(folder ?? settings.root ?? ".")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: given, isDirectory: &isFolder) else {
      throw Failure(.failure, "there is no folder '\(folder ?? ".")'")
    }
    guard isFolder.boolValue else {
      throw Failure(.failure, "'\(folder ?? ".")' is not a folder", hint: "name the folder that holds it")
    }
    let inner = manifests ?? settings.manifests ?? "manifests"
    let root = GitRepository.discoverRoot(from: given).map(absolute)
    if FileManager.default.fileExists(atPath: given + "/" + inner) { return (given, inner) }
    if let root, given == root { return (given, inner) }
    if let root, given.hasPrefix(root + "/") { return (root, String(given.dropFirst(root.count + 1))) }
    return (given, ".")
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
}
