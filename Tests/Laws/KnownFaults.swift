/// Faults that these laws found and that are not repaired yet; each line goes when its fault does.
extension Violation {
  var isKnown: Bool { false }
}
