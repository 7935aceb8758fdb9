import Model

extension Baseline {
  /// The stored form of a baseline in which a person has another email; nil where the person is not in it.
  ///
  /// Accounts keep what counts as applied to them when they move. Fields are changed where they stand, for the names of
  /// workspaces are told apart by ids that only the store can resolve.
  public static func moving(_ old: String, to new: String, in bytes: [UInt8]) -> [UInt8]? {
    let (former, present) = (Array(old.utf8)[...], Array(new.utf8)[...])
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      $0.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    }
    var isChanged = false
    for index in lines.indices {
      guard let field = place(of: lines[index]), field < lines[index].count, lines[index][field] == former else {
        continue
      }
      lines[index][field] = present
      isChanged = true
    }
    guard isChanged else { return nil }
    return Array(
      sorted(lines).map { Array($0.joined(separator: [UInt8(ascii: "\t")])) }
        .joined(separator: [UInt8(ascii: "\n")]))
  }

  /// The stored form of a baseline in which a policy has another digest; nil where it is not in it.
  public static func replacing(digest old: String, by new: String, in bytes: [UInt8]) -> [UInt8]? {
    let (former, present) = (Array(old.utf8)[...], Array(new.utf8)[...])
    var isChanged = false
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { field in
        guard field == former else { return field }
        isChanged = true
        return present
      }.joined(separator: [UInt8(ascii: "\t")])
    }
    return isChanged ? Array(lines.map(Array.init).joined(separator: [UInt8(ascii: "\n")])) : nil
  }

  /// Which field of a line names a person (see `BaselineCoding.swift`).
  private static func place(of line: [ArraySlice<UInt8>]) -> Int? {
    switch line.first.map({ String(decoding: $0, as: UTF8.self) }) {
    case "M"?: 1
    case "T"?: 3
    case "W"?: 6
    case "H"?: line.count > 3 && line[1].elementsEqual("member".utf8) ? 3 : nil
    case .some, nil: nil
    }
  }

  /// Members of one list, and what is withheld, in the order in which they are written.
  private static func sorted(_ lines: [[ArraySlice<UInt8>]]) -> [[ArraySlice<UInt8>]] {
    var result: [[ArraySlice<UInt8>]] = []
    var run: [[ArraySlice<UInt8>]] = []
    func tag(_ line: [ArraySlice<UInt8>]) -> ArraySlice<UInt8>? { line.first }
    func flush() {
      result += run.sorted { a, b in
        for (x, y) in zip(a, b) where x != y { return x.lexicographicallyPrecedes(y) }
        return a.count < b.count
      }
      run = []
    }
    for line in lines {
      let isListed = [UInt8(ascii: "M"), UInt8(ascii: "H")].contains { line.first?.elementsEqual([$0]) ?? false }
      if let last = run.last, !isListed || tag(last) != tag(line) { flush() }
      if isListed { run.append(line) } else { result.append(line) }
    }
    flush()
    return result
  }
}
