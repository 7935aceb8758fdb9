import Foundation

/// Looks for the shortest list that still fails.
enum Shortening {
  /// Leaves out parts, large ones first, as long as what is left fails.
  ///
  /// - Parameters:
  ///   - last: how many elements at the end stay: a history fails with its last step.
  ///   - failing: how much of a shorter list it takes to fail; nil: it does not.
  static func shortest<Element>(
    _ elements: [Element], until end: Date, keeping last: Int = 0,
    failing: ([Element]) throws -> [Element]?
  ) throws -> [Element] {
    var smallest = elements
    var size = max(1, smallest.count / 2)
    while size >= 1, Date() < end {
      var at = 0
      var isShorter = false
      while at < smallest.count - last, Date() < end {
        var shorter = smallest
        shorter.removeSubrange(at..<min(at + size, shorter.count - last))
        if let found = try failing(shorter) {
          smallest = found
          isShorter = true
        } else {
          at += size
        }
      }
      if size > 1 { size /= 2 } else if !isShorter { break }
    }
    return smallest
  }
}
