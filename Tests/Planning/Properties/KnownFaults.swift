extension Case {
  func isKnown(_ failure: Failure) -> Bool { false }
}
