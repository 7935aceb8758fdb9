import GitReader
import Testing

@Suite struct AncestryTests {
  @Test func `a whole clone always tells`() throws {
    let test = try TestRepository()
    let first = try test.git("rev-parse", "HEAD")
    let second = try test.commit("second")
    let repository = try test.open()
    #expect(try repository.ancestry(of: first, in: second) == .contained)
    #expect(try repository.ancestry(of: second, in: second) == .contained)
    #expect(try repository.ancestry(of: second, in: first) == .notContained)
    #expect(try repository.ancestry(of: String(repeating: "1", count: 40), in: second) == .notContained)
  }

  @Test func `a shallow clone tells what its own commits show`() throws {
    let test = try TestRepository()
    let first = try test.git("rev-parse", "HEAD")
    let (second, third) = (try test.commit("second"), try test.commit("third"))
    try test.git("clone", "-q", "--depth", "2", "file://" + test.path, test.folder + "/shallow")
    let shallow = try GitRepository.open(at: test.folder + "/shallow")
    #expect(try shallow.ancestry(of: second, in: third) == .contained)
    #expect(try shallow.ancestry(of: third, in: second) == .notContained)
    #expect(try shallow.ancestry(of: first, in: third) == .unknown)
    #expect(try shallow.ancestry(of: first, in: second) == .unknown)
    #expect(try shallow.commits(from: second, to: third).map(\.id) == [third])
    #expect(try shallow.firstParentChain(from: second, to: third) == [third])
    #expect(try shallow.commits(from: third, to: second).isEmpty)
    #expect(gitError { _ = try shallow.commits(from: nil, to: third) }?.code == .missingObject)
    try TestRepository.git(["fetch", "-q", "--unshallow"], in: test.folder + "/shallow")
    #expect(try GitRepository.open(at: test.folder + "/shallow").ancestry(of: first, in: third) == .contained)
  }

  @Test func `a commit made in a shallow clone is known to be its own`() throws {
    let test = try TestRepository()
    let first = try test.git("rev-parse", "HEAD")
    let second = try test.commit("second")
    try test.git("clone", "-q", "--depth", "1", "file://" + test.path, test.folder + "/shallow")
    try TestRepository.git(["checkout", "-q", "--orphan", "other"], in: test.folder + "/shallow")
    try TestRepository.git(["commit", "-q", "-m", "apart"], in: test.folder + "/shallow")
    let apart = try TestRepository.git(["rev-parse", "HEAD"], in: test.folder + "/shallow")
    let shallow = try GitRepository.open(at: test.folder + "/shallow")
    #expect(try shallow.ancestry(of: second, in: apart) == .notContained)
    #expect(try shallow.ancestry(of: first, in: apart) == .notContained)
    #expect(try shallow.ancestry(of: apart, in: second) == .unknown)
  }
}
