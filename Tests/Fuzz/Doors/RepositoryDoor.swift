import TestSupport

extension Door {
  /// A repository made of the bytes, each of which is a choice: its objects, how they are stored, its references.
  static let repositories = Door(name: "repositories", snippets: ["\u{1}", "\u{2}", "\u{3}", "\u{7}"]) { bytes, _ in
    let repository = try HandmadeRepository()
    var maker = RepositoryMaker(choices: bytes)
    try maker.fill(repository)
    let commands = [
      "plan --full", "diff main~1..main", "plan --ref main~1", "why ada@acme.example acme", "validate",
      "plan --ref refs/tags/t", "apply --yes",
    ]
    let command = commands[maker.choose(commands.count)]
    return try Program.problem(command, in: repository.folder)
  }
}

/// Makes a repository that is right or wrong in ways which bytes choose; where they end, everything is as it should be.
struct RepositoryMaker {
  private let choices: [UInt8]
  private var at = 0
  private var objects: [GitObject] = []

  init(choices: [UInt8]) { self.choices = choices }

  /// A number below `count`.
  mutating func choose(_ count: Int) -> Int {
    guard at < choices.count else { return 0 }
    at += 1
    return Int(choices[at - 1]) % count
  }

  private mutating func choose<Value>(among values: [Value]) -> Value { values[choose(values.count)] }

  mutating func fill(_ repository: HandmadeRepository) throws {
    let first = add(GitObject(commit: try tree().id))
    let main = try commit(after: first)
    let tag = add(GitObject("tag", Array("object \(choose(among: objects).id)\ntype commit\ntag t\n\nx\n".utf8)))
    try store(repository, main: main)
    try repository.write(choose(among: [main, tag, first]).id + "\n", to: "refs/tags/t")
    try references(repository, main: main)
  }

  private mutating func add(_ object: GitObject) -> GitObject {
    objects.append(object)
    return object
  }

  // MARK: Objects

  private static let manifest = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: super-admin}

    """

  private mutating func tree() throws -> GitObject {
    let file = add(GitObject(blob: Self.manifest))
    var folder = add(GitObject(tree: [.init("100644", "acme.yaml", file)]))
    switch choose(12) {
    case 1...4: folder = add(GitObject(tree: entries(file, folder)))
    case 5:
      // Around the limit of depth, and beyond.
      for _ in 0..<choose(among: [62, 63, 64, 65, 200]) { folder = add(GitObject(tree: [.init("40000", "d", folder)])) }
    case 6:
      let (width, depth) = (choose(among: [2, 10, 100]), choose(12))
      for _ in 0..<depth { folder = add(GitObject(tree: (100..<100 + width).map { .init("40000", "d\($0)", folder) })) }
    case 7:
      let names = (0..<choose(among: [1000, 30_000])).map { "\(100_000 + $0).yaml" }
      folder = add(GitObject(tree: names.map { .init("100644", $0, file) }))
    case 8: folder = file
    case 9: folder = add(GitObject("tree", Array(choices.suffix(40))))
    default: break
    }
    var root = [GitObject.Entry(choose(among: ["40000", "40000", "100644", "120000", "160000"]), "manifests", folder)]
    if choose(8) == 1 { root += entries(file, folder) }
    return add(GitObject(tree: root))
  }

  private mutating func entries(_ file: GitObject, _ folder: GitObject) -> [GitObject.Entry] {
    let modes = ["100644", "40000", "100755", "120000", "160000", "0", "777777777777", "", "x", "100644 y"]
    let names = [
      "a.yaml", "b/c.yaml", "..", ".", ".git", "", "manifests", "\u{FFFD}.yaml", "a\nb.yaml", "\u{202E}.yml",
      "acme.yaml",
      String(repeating: "n", count: 5000) + ".yaml",
    ]
    return (0...choose(6)).map { _ in
      .init(choose(among: modes), choose(among: names), choose(among: [file, folder]))
    }
  }

  private mutating func commit(after first: GitObject) throws -> GitObject {
    let root = try tree()
    let person = "Ada <ada@acme.example> 1763800000 +0000"
    let head = "tree \(root.id)\nparent \(first.id)\n"
    let missing = String(repeating: "ab", count: 20)
    let texts = [
      head + "author \(person)\ncommitter \(person)\n\nx\n", head + "\nx\n", "", "tree \(root.id)\n",
      head + "author\ncommitter\n\n",
      head + "author Ada <ada@acme.example> 99999999999999999999 +9999\ncommitter \(person)\n\nx",
      head + "author Ada 1 +0000\ncommitter >< 1\n\nx", "tree \(missing)\nauthor \(person)\ncommitter \(person)\n\nx",
      "tree \(objects[0].id)\nauthor \(person)\ncommitter \(person)\n\nx",
      "tree \(root.id)\nparent \(missing)\nauthor \(person)\ncommitter \(person)\n\nx",
      "tree \(root.id)\nparent \(root.id)\nauthor \(person)\ncommitter \(person)\n\nx",
      "tree \(root.id)\n" + String(repeating: "parent \(first.id)\n", count: 5000)
        + "author \(person)\ncommitter \(person)\n\nx",
      head + "author \(person)\ncommitter \(person)\nencoding \u{1}\n\n"
        + String(repeating: "Approved-by: <\n", count: 50_000),
      head + "author \(person)\ncommitter \(person)\n\nx\0y\nCo-authored-by: \0",
    ]
    return add(GitObject("commit", Array(choose(among: texts).utf8)))
  }

  // MARK: Files

  private mutating func store(_ repository: HandmadeRepository, main: GitObject) throws {
    let isPacked = choose(2) == 1
    let fault = choose(64)
    let victim = choose(among: objects.reversed())
    if isPacked {
      let faults = PackFault.allCases
      try repository.writePack(objects, main: main, victim: victim, fault < faults.count ? faults[fault] : .none)
    } else {
      let faults = LooseFault.allCases
      try repository.writeLoose(objects, main: main, victim: victim, fault < faults.count ? faults[fault] : .none)
    }
  }

  private mutating func references(_ repository: HandmadeRepository, main: GitObject) throws {
    let garbage = String(decoding: choices.suffix(60), as: UTF8.self)
    switch choose(24) {
    case 1: try repository.write("ref: refs/heads/a\n", to: "HEAD")
    case 2:
      try repository.write("ref: refs/heads/main\n", to: "refs/heads/other")
      try repository.write("ref: refs/heads/other\n", to: "refs/heads/main")
    case 3: try repository.write(garbage, to: "HEAD")
    case 4: try repository.write(garbage, to: "refs/heads/main")
    case 5: try repository.write(garbage, to: "packed-refs")
    case 6:
      try repository.write("# pack-refs with: sorted\n^\(main.id)\n\(main.id) refs/heads/main\n", to: "packed-refs")
    case 7: try repository.write(garbage, to: "shallow")
    case 8: try repository.write("\(main.id)\n", to: "shallow")
    case 9: try repository.write(garbage, to: "objects/info/alternates")
    case 10: try repository.write("../objects\n\(repository.git)/objects\n..\n", to: "objects/info/alternates")
    case 11: try repository.write("CGPH\u{1}\u{1}\u{3}\0" + garbage, to: "objects/info/commit-graph")
    case 12: try repository.write("MIDX\u{1}\u{1}\u{4}\0\0\0\0\u{1}" + garbage, to: "objects/pack/multi-pack-index")
    case 13: try repository.write("[include]\n\tpath = config\n", to: "config")
    case 14: try repository.write(garbage, to: "config")
    case 15: try repository.write("\(choose(among: objects).id)\n", to: "refs/heads/main")
    case 16: try repository.write("\(choose(among: objects).id)\n", to: "HEAD")
    case 17: try repository.write(garbage, to: "objects/pack/pack-\(main.id).idx")
    default: break
    }
  }
}
