/// What this test has found and the planner keeps: it refuses too much there, never too little. Each line goes when its
/// fault does.
extension Case {
  func isKnown(_ failure: Failure) -> Bool {
    switch failure.kind {
    // Another preset calls the top role otherwise: of two former owners only one can take the new name.
    case "unjustified single-owner": applied.map { $0.law.preset != next.law.preset || !$0.ownLaws.isEmpty } ?? false
    // Somebody let into a workspace past the organization ends there, and is its declared owner: the first plan refuses
    // their return, the second one the ownership too.
    case "newly refused": failure.detail.hasPrefix("transfer-ownership")
    default: false
    }
  }
}
