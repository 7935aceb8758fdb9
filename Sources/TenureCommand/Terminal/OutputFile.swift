import Foundation

/// Writes a report to a file: whole, or not at all.
enum OutputFile {
  static func write(_ text: String, to path: String) throws {
    // Replacing a device or a pipe would take it away from everybody.
    if let kind = FileKind.other(at: path) {
      throw Failure(.failure, "cannot write '\(path)': it is \(kind)", hint: "name a file")
    }
    do {
      // Through a link, so that the link stays one.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      try Data(text.utf8).write(to: target, options: .atomic)
    } catch {
      throw Failure(
        .failure, "cannot write '\(path)': \((error as NSError).localizedFailureReason ?? error.localizedDescription)")
    }
  }
}
