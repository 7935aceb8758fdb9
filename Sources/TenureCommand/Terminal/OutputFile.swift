import Foundation

/// Writes a report to a file: whole, or not at all.
enum OutputFile {
  static func write(_ text: String, to path: String) throws {
    var status = stat()
    // Replacing a device or a pipe would take it away from everybody.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let what = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no file"
      throw Failure(.failure, "cannot write '\(path)': it is \(what)", hint: "name a file")
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
