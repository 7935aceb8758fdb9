import Model

extension [Diagnostic] {
  /// By file, line and column in every format; what has no place comes first. Equal places keep their order.
  var inReadingOrder: [Diagnostic] {
    enumerated().sorted { a, b in
      let (left, right) = (a.element.location, b.element.location)
      if left?.file != right?.file {
        return (left?.file ?? "").utf8.lexicographicallyPrecedes((right?.file ?? "").utf8)
      }
      return (left?.line ?? 0, left?.column ?? 0, a.offset) < (right?.line ?? 0, right?.column ?? 0, b.offset)
    }.map(\.element)
  }
}
