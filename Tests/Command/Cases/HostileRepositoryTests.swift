import Foundation
import TestSupport
import Testing

/// Repositories that somebody prepared: what cannot be read is an error, soon and in little memory.
@Suite struct HostileRepositoryTests {
  private let manifest = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: super-admin}

    """

  /// Runs `tenure` with 4 GB of addresses, and no longer than half a minute.
  private func tenure(_ line: String, in folder: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "ulimit -v 4000000; exec timeout -s KILL 30 \"$0\" \(line) 2>&1", Binary.path]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  @Test(arguments: [LooseFault.cutInBytes, .saysLessOfMuch, .saysGigabytes])
  func `an object that lies is an error`(fault: LooseFault) throws {
    let file = GitObject(blob: manifest)
    let folder = GitObject(tree: [.init("100644", "acme.yaml", file)])
    let root = GitObject(tree: [.init("40000", "manifests", folder)])
    let commit = GitObject(commit: root.id)
    for victim in [folder, root, commit] {
      let made = try HandmadeRepository()
      try made.writeLoose([file, folder, root, commit], main: commit, victim: victim, fault)
      let (status, output) = try tenure("plan --full", in: made.folder)
      #expect(status == 1 && output.contains("object"), "\(status): \(output)")
    }
  }

  @Test(arguments: ["plan --ref bomb", "diff main..bomb", "diff bomb~1..bomb"])
  func `eleven small trees that name a billion files are an error`(line: String) throws {
    let file = GitObject(blob: manifest)
    let plain = GitObject(tree: [.init("100644", "acme.yaml", file)])
    let first = GitObject(commit: GitObject(tree: [.init("40000", "manifests", plain)]).id)
    var objects = [file, plain, GitObject(tree: [.init("40000", "manifests", plain)]), first]
    var tree = plain
    for _ in 0..<9 {
      tree = GitObject(tree: (0..<10).map { .init("40000", "d\($0)", tree) })
      objects.append(tree)
    }
    let root = GitObject(tree: [.init("40000", "manifests", tree)])
    let bomb = GitObject(commit: root.id, parents: [first.id])
    let made = try HandmadeRepository()
    try made.writeLoose(objects + [root, bomb], main: first, victim: first, .none)
    try made.write(bomb.id + "\n", to: "refs/heads/bomb")
    let (status, output) = try tenure(line, in: made.folder)
    #expect([1, 4].contains(status) && output.contains("200000 files and folders"), "\(status): \(output)")
  }
}
