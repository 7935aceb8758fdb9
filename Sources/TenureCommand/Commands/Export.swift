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
    let stored = try StoredState(try state.openForReading(try Settings.load()))
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
    try ManifestFolder.write(export.files, to: out)
    for file in export.files { console.out("\(out)/\(file.name)\n") }
    return .success
  }
}
