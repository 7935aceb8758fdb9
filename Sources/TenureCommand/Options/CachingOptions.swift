import ArgumentParser
import Foundation
import GitReader
import Reconciling

/// Whether what an earlier plan found may be built on.
struct CachingOptions: ParsableArguments {
  @Flag(help: "Look at everything, whatever an earlier plan found; keep nothing of it.")
  var full = false

  func thoroughness(_ source: DesiredSource, _ state: StateLocation) -> Thoroughness {
    Self.thoroughness(isFull: full, source, state)
  }

  static func thoroughness(isFull: Bool, _ source: DesiredSource, _ state: StateLocation) -> Thoroughness {
    if isFull { return .full }
    return .changes(
      since: MemoFile(
        folder: CacheFolder.standard("plans"), source: source,
        store: URL(fileURLWithPath: state.path).standardizedFileURL.path, program: program))
  }

  /// The program by the bytes it was started from: another build may plan otherwise.
  private static var program: String {
    let path = "/proc/self/exe"
    let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(Tenure.configuration.version) \(attributes?[.size] ?? 0) \(changed)"
  }
}
