import ArgumentParser
import Foundation
import Manifests
import Model
import Reports

struct Export: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the stored state as manifests that plan to nothing.",
    discussion: """
      To stdout as one YAML stream, or with --out into a new or empty folder, one file for each organization. Groups \
      are written out person by person; what is stored but was never declared is in it too.

      EXAMPLE: tenure export --out exported
      """)

  @OptionGroup var state: StateOptions

  @Option(
    help: ArgumentHelp("Write files into this folder, which is new or empty.", valueName: "dir"), completion: .directory
  )
  var out: String?

  mutating func run(_ console: Console) throws -> ExitStatus {
    let stored = try StoredState(try state.openForPlanning(try Settings.load()))
    var presets: [String: PolicyInForce] = [:]
    for name in Policies.presets { presets[name] = try StoredState.preset(name) }
    let export = StateExport(
      .init(
        actual: stored.actual, names: stored.names, baselines: stored.baselines, policies: stored.policies,
        presets: presets, standard: stored.standard))
    guard let out else {
      console.out(export.stream)
      return .success
    }
    try ExportFolder.write(export, to: out)
    for file in export.files { console.out("\(out)/\(file.name)\n") }
    return .success
  }
}

/// A new folder for an export, or an empty one.
enum ExportFolder {
  static func write(_ export: StateExport, to folder: String) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw Failure(.failure, "'\(folder)' is not a folder", hint: "name a new one") }
      guard try files.contentsOfDirectory(atPath: folder).isEmpty else {
        throw Failure(.failure, "'\(folder)' is not empty; nothing was written", hint: "name a new or empty folder")
      }
    } else {
      do {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
      } catch {
        let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        throw Failure(
          .failure, "cannot make the folder '\(folder)'",
          hint: files.fileExists(atPath: parent) ? "may this user write in \(parent)?" : "make \(parent) first")
      }
    }
    for file in export.files { try OutputFile.write(file.text, to: folder + "/" + file.name) }
  }
}
