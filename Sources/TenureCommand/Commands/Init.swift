import ArgumentParser
import Foundation
import GitReader
import Reports

struct Init: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented starter repository.",
    discussion: """
      Writes manifests, a policy and tenure.yaml into DIR (default: where you stand) and says what to run next. No file \
      that is there is overwritten.

      EXAMPLE: tenure init access
      """)

  @Argument(
    help: ArgumentHelp("Folder to write into; made where it is missing.", valueName: "dir"), completion: .directory)
  var folder = "."

  mutating func run(_ console: Console) throws -> ExitStatus {
    let files = FileManager.default
    let wanted = StarterRepository.files
    let existing = wanted.filter { files.fileExists(atPath: folder + "/" + $0.path) }.map(\.path)
    guard existing.isEmpty else {
      throw Failure(
        .failure,
        "\(existing.joined(separator: ", ")) \(existing.count == 1 ? "is" : "are") there already; nothing was written",
        hint: "name another folder: tenure init DIR")
    }
    try makeFolder(folder)
    try makeFolder(folder + "/manifests")
    for file in wanted { try OutputFile.write(file.text, to: folder + "/" + file.path) }
    console.out(wanted.map { "wrote \(Inert.line(path($0.path)))\n" }.joined() + nextSteps())
    return .success
  }

  private func path(_ name: String) -> String { folder == "." ? name : "\(folder)/\(name)" }

  private func makeFolder(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw Failure(.failure, "'\(path)' is not a folder") }
      return
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    } catch {
      throw Failure(.failure, "cannot make the folder '\(path)'", hint: "its parent must be there, and writable")
    }
  }

  private func nextSteps() -> String {
    let isInRepository = GitRepository.discoverRoot(from: folder) != nil
    let enter = folder == "." ? "" : "cd \(folder) && "
    var text = "\nNext:\n"
    text += "  1. Put your own names into manifests/organization.yaml.\n"
    text += "  2. \(enter)\(isInRepository ? "" : "git init && ")git add -A && git commit -m 'Access as code'\n"
    text += "  3. tenure plan, then tenure apply\n"
    return text
  }
}
