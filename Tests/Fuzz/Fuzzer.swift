import Foundation
import TestSupport
import Testing

/// A way in for bytes that anybody may have written.
struct Door: Sendable, CustomTestStringConvertible {
  /// That of the folder with its samples.
  var name: String
  /// What is put between the bytes of samples, besides chance.
  var snippets: [String]
  /// What is wrong with how these bytes are taken, if anything; that they crash nothing is asked of all.
  var enter: @Sendable (_ bytes: [UInt8], _ random: inout SplitMix) throws -> String?

  static let all = [manifests, policies, plans, memory, peribolos, repositories]

  var testDescription: String { name }

  /// Files that were written to be read, and those that once were not taken well.
  var samples: [(file: String, bytes: [UInt8])] {
    get throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
        ($0, Array(try Data(contentsOf: folder.appending(path: $0))))
      }
    }
  }
}

/// Mutates a door's samples and puts them in: every seed is one input.
///
/// `TENURE_FUZZ_SECONDS` says for how long at each door (default 1), `TENURE_FUZZ_SEED` from which seed on (default 1).
struct Fuzzer {
  var seconds: Double
  var seed: UInt64

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    seconds = environment["TENURE_FUZZ_SECONDS"].flatMap(Double.init) ?? 1
    seed = environment["TENURE_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
  }

  /// Gives the first input that is not taken well. What crashes is between the last seed that was printed and the next.
  func run(_ door: Door) throws -> (seed: UInt64, problem: String)? {
    let samples = try door.samples.map(\.bytes)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var (seed, slowest) = (seed, Duration.zero)
    while clock.now < end {
      if (seed - self.seed) % 256 == 0 { say("fuzz \(door.name): from seed \(seed)") }
      var random = SplitMix(seed: seed)
      var bytes = samples.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0..<6, using: &random) { Mutation.apply(to: &bytes, door.snippets, &random) }
      let begun = clock.now
      if let problem = try door.enter(bytes, &random) { return (seed, problem + keep(bytes, of: door)) }
      slowest = max(slowest, clock.now - begun)
      seed += 1
    }
    say("fuzz \(door.name): \(seed - self.seed) inputs, the slowest took \(slowest); next seed \(seed)")
    return slowest < .seconds(60) ? nil : (seed, "an input took \(slowest)")
  }

  /// Where the input is.
  private func keep(_ bytes: [UInt8], of door: Door) -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "tenure-fuzz-\(door.name)-\(digest(bytes))")
    try? Data(bytes).write(to: file)
    return " (the input is \(file.path))"
  }

  private func digest(_ bytes: [UInt8]) -> String {
    String(bytes.reduce(5381) { ($0 << 5 &+ $0) ^ UInt64($1) }, radix: 16)
  }

  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

enum Mutation {
  static func apply(to bytes: inout [UInt8], _ snippets: [String], _ random: inout SplitMix) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, at + Int.random(in: 0..<40, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
    case 1: bytes.removeSubrange(at..<end)
    case 2: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
    case 3, 4:
      if let snippet = snippets.randomElement(using: &random) { bytes.insert(contentsOf: snippet.utf8, at: at) }
    case 5: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    case 6:
      let some = (0..<Int.random(in: 1...16, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.insert(contentsOf: some, at: at)
    case 7: if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeSubrange(at...) }
    default: if !bytes.isEmpty { bytes.swapAt(min(at, bytes.count - 1), min(end, bytes.count - 1)) }
    }
    if bytes.isEmpty { bytes = [0x0A] }
  }
}
