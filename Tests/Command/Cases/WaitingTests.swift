import Foundation
import Testing

/// Nothing waits without a word.
@Suite struct WaitingCases {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members: {ada@acme.example: super-admin}
    """

  private static let readers: [[String]] = [
    ["apply", "PATH", "--yes"], ["replay", "HEAD", "--policy", "PATH"],
    ["account", "sign-up", "x@acme.example", "--policy", "PATH"], ["import", "peribolos", "PATH", "--out", "imported"],
    ["import", "peribolos", "org.yaml", "--emails", "PATH", "--out", "imported"],
  ]

  private static func company() throws -> Company {
    let company = try Company(manifests, apply: false)
    try company.write("orgs: {acme: {admins: [ada]}}\n", to: "org.yaml")
    try FileManager.default.createDirectory(atPath: company.folder + "/folder", withIntermediateDirectories: false)
    #expect(mkfifo(company.folder + "/pipe", 0o644) == 0)
    return company
  }

  @Test(arguments: readers)
  func `a pipe that nobody writes to, and a device, are named`(words: [String]) throws {
    let company = try Self.company()
    for (path, what) in [("pipe", "nobody writes to it"), ("/dev/null", "it is a device"), ("/dev/zero", "a device")] {
      let result = try Binary().bounded(words.map { $0 == "PATH" ? path : $0 }, in: company.folder, seconds: 30)
      #expect(result.status == 1 && result.err.contains(what), "\(words) \(path) \(result.status) \(result.err)")
    }
  }

  @Test(arguments: [["apply", "folder", "--yes"], ["replay", "HEAD", "--policy", "folder"]])
  func `a folder is named`(words: [String]) throws {
    let company = try Self.company()
    let result = try Binary().bounded(words, in: company.folder)
    #expect(result.status == 1 && result.err.contains("it is a folder"), "\(result.err)")
  }

  @Test func `a pipe that somebody writes to is read, late or in parts`() throws {
    let company = try Self.company()
    try company.tenure("plan --out plan.json", exits: 0)
    let slow = "(head -c 100 plan.json; sleep 3; tail -c +101 plan.json)"
    let result = try Binary().script("timeout -s KILL 30 $TENURE apply <\(slow) --yes", in: company.folder)
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(result.err.contains("waiting for whoever writes"), "\(result.err)")
    let late = "(sleep 1; cat plan.json > pipe) & timeout -s KILL 30 $TENURE apply pipe --yes; echo $?"
    let stale = try Binary().script(late, in: company.folder)
    #expect(stale.out.hasSuffix("1\n") && stale.err.contains("stale"), "\(stale.out)\(stale.err)")
    let nothing = try Binary().script(": > pipe & timeout -s KILL 30 $TENURE apply pipe --yes", in: company.folder)
    #expect(nothing.status == 1 && nothing.err.contains("is empty"), "\(nothing.err)")
  }

  @Test(arguments: ["pipe", "/dev/zero", "folder"])
  func `settings, manifests and results that are no files are named`(path: String) throws {
    let company = try Self.company()
    func names(_ words: [String], _ what: String, exits status: Int32) throws {
      let result = try Binary().bounded(words, in: company.folder, seconds: 30)
      #expect(result.status == status && (result.out + result.err).contains(what), "\(words) \(result)")
    }
    try names(["plan", "--out", path], "it is a", exits: 1)
    try FileManager.default.createSymbolicLink(atPath: company.folder + "/tenure.yaml", withDestinationPath: path)
    try names(["plan"], "cannot read the settings", exits: 1)
    try FileManager.default.removeItem(atPath: company.folder + "/tenure.yaml")
    guard path == "pipe" else { return }
    #expect(mkfifo(company.folder + "/manifests/b.yaml", 0o644) == 0)
    try names(["validate"], "a FIFO, device or socket is no manifest", exits: 4)
    try names(["plan", "--worktree"], "a FIFO, device or socket is no manifest", exits: 4)
    try names(["validate", "pipe"], "pipe", exits: 1)
    try names(["export", "--out", "pipe"], "is not a folder", exits: 1)
    try names(["init", "pipe"], "pipe", exits: 1)
  }

  @Test func `a pipe in the place of a memory is none`() throws {
    let company = try Company(Self.manifests)
    let cache = company.folder + "/cache"
    func plan() throws -> Binary.Result {
      try Binary().script("TENURE_CACHE=\(cache) timeout -s KILL 30 $TENURE plan", in: company.folder)
    }
    let first = try plan()
    let memos = try FileManager.default.subpathsOfDirectory(atPath: cache).map { cache + "/" + $0 }.filter {
      try FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType == .typeRegular
    }
    try #require(!memos.isEmpty)
    for memo in memos {
      try FileManager.default.removeItem(atPath: memo)
      #expect(mkfifo(memo, 0o600) == 0)
    }
    let second = try plan()
    #expect(second.status == 0 && second.out == first.out, "\(second)")
  }

  /// Below some bound the program does not begin; above it memory lasts for no thread, then for everything.
  @Test(arguments: ["apply --yes", "plan", "run --mode plan --interval 1h", "replay HEAD", "status"])
  func `a process that can make no thread ends with an error`(line: String) throws {
    let company = try Self.company()
    // Without a store there is nothing to open.
    if line == "status" { try company.apply() }
    let words = line.split(separator: " ").map(String.init)
    let isRun = words[0] == "run"
    var said = 0
    for kilobytes in stride(from: 60_000, through: 500_000, by: 2_000) {
      let result = try Binary().bounded(
        words, in: company.folder, seconds: isRun ? 4 : 20, limits: "ulimit -c 0; ulimit -v \(kilobytes)")
      if result.err.contains("cannot start a thread") {
        said += 1
        #expect(result.status == 1, "\(kilobytes) \(result)")
      }
      // A reconciler that runs is ended by this test.
      if isRun, result.err.contains("reconciling") { break }
      #expect(result.status != 137, "\(kilobytes) hangs: \(result)")
      if result.status == 0 { break }
    }
    #expect(said > 0)
  }
}
