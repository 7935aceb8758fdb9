import Foundation

/// Writes a report to a file: whole, or not at all.
enum OutputFile {
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(
        .failure, "cannot write '\(path)': \((error as NSError).localizedFailureReason ?? error.localizedDescription)")
    }
  }
}
