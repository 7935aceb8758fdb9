import Foundation
import Testing

/// What the shells make of `tenure completions SHELL`. A shell that is not installed is skipped, and that is said.
@Suite("Completions") struct CompletionTests {
  enum Shell: String, CaseIterable {
    case bash, zsh, fish
    var path: String { "/usr/bin/\(rawValue)" }

    var isInstalled: Bool {
      let isThere = FileManager.default.isExecutableFile(atPath: path)
      if !isThere { print("SKIPPED: completions for \(rawValue): it is not installed") }
      return isThere
    }
  }

  private static let manifests = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    workspaces: {ml: {}, labs: {}, "a b": {}, "$(touch pwned)": {}, "`touch pwned`": {}, "ключ": {}}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme-labs
    ---
    apiVersion: tenure/v1
    kind: Account
    email: ada@acme.example
    """

  @Test(arguments: Shell.allCases.filter(\.isInstalled)) func `scripts are good shell`(shell: Shell) throws {
    let company = try Company(Self.manifests, apply: false)
    try company.write("script", try company.tenure("completions \(shell.rawValue)", exits: 0))
    let result = try company.shell(shell.path, ["-n", "script"])
    #expect(result == "")
  }

  @Test(arguments: [
    ("tenure pl", ["plan"]),
    ("tenure comp", ["completions"]),
    ("tenure completions ", ["bash", "fish", "zsh"]),
    ("tenure plan --form", ["--format"]),
    ("tenure plan --format ", ["github", "json", "markdown", "text"]),
    ("tenure validate --format g", ["github"]),
    ("tenure rules explain last", ["last-owner-kept"]),
    ("tenure plan --override member", ["member-cap"]),
    ("tenure plan --ref ", ["feature/a", "main", "v1"]),
    ("tenure diff main..", ["main..feature/a", "main..main", "main..v1"]),
    ("tenure diff main...f", ["main...feature/a"]),
    ("tenure workspace show acme", ["acme", "acme-labs", "acme/labs", "acme/ml"]),
    ("tenure workspace show acme/l", ["acme/labs"]),
    ("tenure plan --manifests manifests --only ac", ["acme", "acme-labs"]),
    ("tenure plan --manifests nowhere --only ac", []),
    ("tenure plan --repo https://git.acme.example/x.git --only ac", []),
    ("tenure validate ma", ["manifests"]),
  ]) func `bash completes`(line: String, words: [String]) throws {
    let company = try Company(Self.manifests, apply: false)
    for branch in ["feature/a", "$(touch${IFS}pwned)"] { try company.git("branch", branch) }
    try company.git("tag", "v1")
    #expect(try company.bash(line) == words)
    #expect(!FileManager.default.fileExists(atPath: company.folder + "/pwned"))
  }

  @Test func `broken manifests and no repository complete to nothing, without a word`() throws {
    let company = try Company("a: [\n", apply: false)
    #expect(try company.bash("tenure workspace show ac") == [])
    try FileManager.default.removeItem(atPath: company.folder + "/.git")
    #expect(try company.bash("tenure plan --ref ") == [])
  }

  @Test(.enabled(if: Shell.fish.isInstalled)) func `fish completes`() throws {
    let company = try Company(Self.manifests, apply: false)
    try company.write("tenure.fish", try company.tenure("completions fish", exits: 0))
    func offers(_ line: String) throws -> [String] {
      try company.shell(Shell.fish.path, ["-c", "source tenure.fish; complete -C '\(line)'"]).split(separator: "\n")
        .map { String($0.prefix { $0 != "\t" }) }.sorted()
    }
    #expect(try offers("tenure pl") == ["plan"])
    #expect(try offers("tenure rules explain last") == ["last-owner-kept"])
    #expect(try offers("tenure plan --format ") == ["github", "json", "markdown", "text"])
  }

  @Test func `another shell is wrong usage`() throws {
    let company = try Company(Self.manifests, apply: false)
    #expect(try company.tenure("completions tcsh").status == 64)
  }
}

extension Company {
  fileprivate func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Runs a program with `tenure` on its path; gives both streams.
  fileprivate func shell(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let binaries = URL(fileURLWithPath: Binary.path).deletingLastPathComponent().path
    process.environment = ["PATH": "\(binaries):/usr/bin:/bin", "HOME": folder]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }

  /// What bash offers for TAB behind the line, sorted.
  fileprivate func bash(_ line: String) throws -> [String] {
    try write("tenure.bash", try tenure("completions bash", exits: 0))
    // Fills in what bash hands to a completion function, calls it, and prints its answer.
    let drive = """
      source ./tenure.bash
      read -ra COMP_WORDS <<<"$1"
      [[ "$1" != *' ' ]] || COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="$1" COMP_POINT=${#1} COMPREPLY=()
      complete="$(complete -p tenure)" && complete="${complete#*-F }" && complete="${complete%% *}"
      "$complete" tenure "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    return try shell("/usr/bin/bash", ["-c", drive, "bash", line]).split(separator: "\n").map(String.init).sorted()
  }
}
