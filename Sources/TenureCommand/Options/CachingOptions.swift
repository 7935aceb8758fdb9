import ArgumentParser
import Foundation
import GitReader
import Reconciling
import Synchronization

/// Whether what an earlier plan found may be built on.
struct CachingOptions: ParsableArguments {
  @Flag(help: "Look at everything, whatever an earlier plan found; keep nothing of it.")
  var full = false

  func thoroughness(_ source: DesiredSource, _ state: StateLocation) -> Thoroughness {
    full ? .full : .changes(since: Self.file(source, state))
  }

  static func file(_ source: DesiredSource, _ state: StateLocation) -> MemoFile? {
    MemoFile(
      folder: CacheFolder.standard("plans"), source: source,
      store: URL(fileURLWithPath: state.path).standardizedFileURL.path, program: program)
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

/// The memo file of a process that plans again and again: what it found last stays in memory.
final class KeptMemo: Sendable {
  private let kept = Mutex<(repository: String, file: MemoFile?)?>(nil)

  func file(_ source: DesiredSource, _ state: StateLocation) -> MemoFile? {
    kept.withLock { kept in
      if let kept, kept.repository == source.repository.gitFolder { return kept.file }
      let file = CachingOptions.file(source, state)
      kept = (source.repository.gitFolder, file)
      return file
    }
  }
}
