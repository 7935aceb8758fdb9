/// «Did you mean»: the nearest of the valid names.
public enum Suggestion {
  /// A hint naming the candidate within a third of the name's length (at least one edit); nil where none is near.
  static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "Did you mean `\($0)`?" }
  }

  /// The candidate within a third of the name's length (at least one edit); nil where none is near.
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().utf8.prefix(120))
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let text = Array(candidate.lowercased().utf8.prefix(120))
      let allowed = max(1, max(wanted.count, text.count) / 3)
      guard abs(text.count - wanted.count) <= min(allowed, best?.distance ?? allowed) else { continue }
      let distance = distance(wanted, text)
      guard distance <= allowed else { continue }
      if best == nil || (distance, candidate) < (best!.distance, best!.name) { best = (distance, candidate) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements, and swaps of neighbours.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    if a == b { return 0 }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
