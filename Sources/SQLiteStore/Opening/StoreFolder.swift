import Foundation
import Store

/// The folder that holds a store.
enum StoreFolder {
  static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }

  /// Makes the folder where it is missing and either asked for or called `.tenure`, which ignores itself in git; any other
  /// missing folder is a typing error, more likely than not.
  static func prepare(for path: String, makesFolder: Bool) throws {
    let folder = folder(of: path)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw StoreError(.missingFolder, "\(folder) is a file, and the store \(path) needs a folder there.")
      }
      return
    }
    let isInWorktree = (folder as NSString).lastPathComponent == ".tenure"
    guard makesFolder || isInWorktree else { throw missing(folder, path) }
    if mkdir(folder, 0o755) != 0, errno != EEXIST {
      guard errno != ENOENT else { throw missing((folder as NSString).deletingLastPathComponent, path) }
      throw StoreError.system(errno, "cannot be made", path: folder)
    }
    guard isInWorktree else { return }
    let ignored = Foundation.open(folder + "/.gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard ignored >= 0 else {
      if errno == EEXIST { return }
      throw StoreError.system(errno, "cannot be written", path: folder + "/.gitignore")
    }
    defer { close(ignored) }
    guard write(ignored, "*\n", 2) == 2 else {
      throw StoreError.system(errno, "cannot be written", path: folder + "/.gitignore")
    }
  }

  private static func missing(_ folder: String, _ path: String) -> StoreError {
    StoreError(
      .missingFolder, "The folder \(folder) for the store \(path) does not exist.",
      hint: "Create it first, or choose another place with --state.")
  }
}
