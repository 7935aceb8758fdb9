import Foundation
import TestSupport
import Testing

/// An organization whose manifests are edited at random, well and badly.
private struct Edited {
  /// What stands beside the entries.
  enum Mistake: CaseIterable {
    /// They hide nothing.
    case unknownKey, wrongVersion, unknownRole, inAnotherFile
    /// Something may be behind them.
    case noEmail, unknownGroup, wrongValue
    /// The file says nothing.
    case noYAML, unknownKind, noName

    static let harmless: [Mistake] = [.unknownKey, .wrongVersion, .unknownRole, .inAnotherFile]
    var hidesFile: Bool { [.noYAML, .unknownKind, .noName].contains(self) }
  }

  var roles: [String: String] = [:]
  var mistakes: Set<Mistake> = []

  static let people = (0..<5).map { "p\($0)@x.example" }

  var isHidden: Bool { mistakes.contains(where: \.hidesFile) }

  var files: [String: String] {
    var text = mistakes.contains(.noYAML) ? "{ oops\n" : ""
    text += "apiVersion: tenure/\(mistakes.contains(.wrongVersion) ? "v7" : "v1")\n"
    text += "kind: \(mistakes.contains(.unknownKind) ? "Organisation" : "Organization")\n"
    text += "\(mistakes.contains(.noName) ? "nam" : "name"): acme\n"
    if mistakes.contains(.unknownKey) { text += "nonsense: 1\n" }
    if mistakes.contains(.wrongValue) { text += "management: perhaps\n" }
    text += "members:\n  root@x.example: super-admin\n"
    if mistakes.contains(.unknownRole) { text += "  guest@x.example: nobody\n" }
    if mistakes.contains(.noEmail) { text += "  \"@\": member\n" }
    if mistakes.contains(.unknownGroup) { text += "  crew: member\n" }
    for (person, role) in roles.sorted(by: { $0.key < $1.key }) { text += "  \(person): \(role)\n" }
    let beta = "apiVersion: tenure/v1\nkind: Organization\nname: beta\nmembers: {root@x.example: super-admin}\n"
    return ["acme.yaml": text, "beta.yaml": beta + (mistakes.contains(.inAnotherFile) ? "members: {}\n" : "")]
  }

  mutating func change(_ random: inout SplitMix, mistakes possible: [Mistake]) {
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let person = Self.people.randomElement(using: &random)!
      roles[person] = ["member", "super-admin", "billing-admin", nil].randomElement(using: &random)!
    }
    if Bool.random(using: &random), let mistake = possible.randomElement(using: &random) {
      if mistakes.remove(mistake) == nil { mistakes.insert(mistake) }
    }
  }
}

@Suite struct RandomErrorTests {
  private static let seed =
    UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)

  private struct Commit {
    var author: String
    var state: Edited
  }

  private static func lived(_ round: Int, mistakes: [Edited.Mistake]) throws -> (HandmadeHistory, [Commit], Comment) {
    let seed = seed &+ UInt64(round)
    var random = SplitMix(seed: seed)
    let history = try HandmadeHistory()
    var commits = [Commit(author: "root@x.example", state: Edited())]
    for index in 0..<10 {
      var state = commits[index].state
      state.change(&random, mistakes: mistakes)
      if index == 9 { state.mistakes = [] }
      commits.append(Commit(author: "a\(Int.random(in: 0..<6, using: &random))@x.example", state: state))
    }
    for commit in commits { try history.commit(commit.state.files, by: commit.author) }
    let story = commits.map { "\($0.author) \($0.state.mistakes) \($0.state.roles.sorted { $0.key < $1.key })" }
    return (history, commits, "TENURE_SEED=\(seed)\n\(story.joined(separator: "\n"))")
  }

  @Test(arguments: 0..<rounds)
  func `whoever changed an entry's text answers for it, whatever stands beside it`(_ round: Int) throws {
    let (history, commits, story) = try Self.lived(round, mistakes: Edited.Mistake.harmless)
    let answers = try history.answers(since: 0)
    for person in Edited.people {
      let authors = zip(commits, commits.dropFirst()).filter { $0.state.roles[person] != $1.state.roles[person] }
      #expect(answers.actors(person) == Set(authors.map(\.1.author)).sorted(), "\(person) \(story)")
    }
  }

  @Test(arguments: 0..<rounds)
  func `and where errors hide it, so do those who wrote them, and nobody else`(_ round: Int) throws {
    let (history, commits, story) = try Self.lived(round, mistakes: Edited.Mistake.allCases)
    let answers = try history.answers(since: 0)
    for person in Edited.people {
      let (least, most) = Self.expected(person, commits)
      let actors = Set(answers.actors(person))
      #expect(actors.isSuperset(of: least), "\(person): \(actors) lack \(least.subtracting(actors))\n\(story)")
      #expect(actors.isSubset(of: most), "\(person): \(actors) have \(actors.subtracting(most))\n\(story)")
    }
  }

  /// Who has to answer for an entry, and who may besides.
  private static func expected(_ person: String, _ commits: [Commit]) -> (least: Set<String>, most: Set<String>) {
    var (least, most): (Set<String>, Set<String>) = ([], [])
    var shown = commits[0].state
    /// Who changed the file while it could not be read, and while anything in it could not.
    var (hiding, careless): (Set<String>, Set<String>) = ([], [])
    for (before, commit) in zip(commits, commits.dropFirst()) {
      let isChanged = before.state.files["acme.yaml"] != commit.state.files["acme.yaml"]
      let hides = !commit.state.mistakes.isSubset(of: Edited.Mistake.harmless)
      if !commit.state.isHidden {
        if commit.state.roles[person] != shown.roles[person] {
          least.formUnion(hiding.union([commit.author]))
          most.formUnion(careless.union([commit.author]))
        }
        shown = commit.state
        hiding = []
      } else if isChanged {
        hiding.insert(commit.author)
      }
      if hides, isChanged { careless.insert(commit.author) }
      if !hides { careless = [] }
    }
    return (least, most)
  }
}
