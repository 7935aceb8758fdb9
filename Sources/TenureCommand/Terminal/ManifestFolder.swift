import Foundation
import Reports

/// A new folder of manifests, or an empty one: all files, or none.
enum ManifestFolder {
  /// - Parameter overwrite: whether files of the same names in a folder that is there are replaced, each as a whole;
  ///   others stay.
  /// - Parameter otherwise: what else to do where it is not empty.
  static func write(
    _ manifests: [StateExport.File], to folder: String, overwrite: Bool = false, otherwise: String? = nil
  ) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw Failure(.failure, "'\(folder)' is not a folder", hint: "name a new one") }
      if try !files.contentsOfDirectory(atPath: folder).isEmpty {
        guard overwrite else {
          throw Failure(
            .failure, "'\(folder)' is not empty; nothing was written",
            hint: "name a new or empty folder" + (otherwise.map { ", or \($0)" } ?? ""))
        }
        for file in manifests { try OutputFile.write(file.text, to: folder + "/" + file.name) }
        return
      }
    }
    try makeWhole(manifests, folder)
  }

  /// Beside it first, then in its place.
  private static func makeWhole(_ manifests: [StateExport.File], _ folder: String) throws {
    let files = FileManager.default
    let target = URL(fileURLWithPath: folder).standardizedFileURL.path
    let beside = target + ".\(UUID().uuidString)"
    do {
      try files.createDirectory(atPath: beside, withIntermediateDirectories: false)
    } catch {
      let parent = URL(fileURLWithPath: target).deletingLastPathComponent().path
      throw Failure(
        .failure, "cannot make the folder '\(folder)'",
        hint: files.fileExists(atPath: parent) ? "may this user write in \(parent)?" : "make \(parent) first")
    }
    do {
      for file in manifests { try OutputFile.write(file.text, to: beside + "/" + file.name) }
      // An empty folder gives way, a full one does not.
      guard rename(beside, target) == 0 else {
        throw Failure(.failure, "cannot write '\(folder)': \(String(cString: strerror(errno)))")
      }
    } catch {
      try? files.removeItem(atPath: beside)
      throw error
    }
  }
}
