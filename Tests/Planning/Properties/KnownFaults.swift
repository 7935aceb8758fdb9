/// What this test has found and the planner keeps: it refuses too much there, never too little. Each line goes when its
/// fault does.
extension Case {
  func isKnown(_ failure: Failure) -> Bool {
    let names = next.organizations.values.flatMap { ($0.workspaces ?? [:]).map { ($0.key, $0.value.renamedFrom) } }
    let hasChain = names.contains { name in names.contains { $0.1 == name.0 } }
    switch failure.kind {
    // A name that a rename frees is declared anew, and the workspace that should take the next name of the chain is
    // refused: the next plan then takes the new one for the old.
    case "not settled" where hasChain, "newly refused" where hasChain: return true
    default: break
    }
    return switch failure.kind {
    // Another preset calls the top role otherwise: of two former owners only one can take the new name.
    case "unjustified single-owner": applied.map { $0.law.preset != next.law.preset || !$0.ownLaws.isEmpty } ?? false
    // Somebody let into a workspace past the organization ends there, and is its declared owner: the first plan refuses
    // their return, the second one the ownership too.
    case "newly refused": failure.detail.hasPrefix("transfer-ownership")
    default: false
    }
  }
}
