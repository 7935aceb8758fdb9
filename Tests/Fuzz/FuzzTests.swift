import TestSupport
import Testing

/// `make fuzz` runs it for minutes, and with another seed each time.
@Suite(.serialized) struct FuzzTests {
  @Test(arguments: Door.all)
  func `no input crashes, hangs or is taken for what it is not`(door: Door) throws {
    let found = try Fuzzer().run(door)
    #expect(
      found == nil,
      "\(door.name), TENURE_FUZZ_SEED=\(found?.seed ?? 0): \(found?.problem ?? ""). Once it is mended, keep the input in Tests/Fuzz/Corpus/\(door.name)."
    )
  }

  @Test(arguments: Door.all)
  func `samples are taken well as they are`(door: Door) throws {
    let samples = try door.samples
    #expect(!samples.isEmpty)
    for (file, bytes) in samples {
      var random = SplitMix(seed: 1)
      let problem = try door.enter(bytes, &random)
      #expect(problem == nil, "\(file): \(problem ?? "")")
    }
  }

  @Test func `an equal seed makes an equal input`() {
    func input() -> [UInt8] {
      var (random, bytes) = (SplitMix(seed: 3), Array("members: {ada@acme.example: admin}\n".utf8))
      for _ in 0..<50 { Mutation.apply(to: &bytes, ["a", "bc"], &random) }
      return bytes
    }
    #expect(input() == input())
  }
}
