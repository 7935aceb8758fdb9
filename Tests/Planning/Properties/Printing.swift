import Planning

extension Case {
  /// The case as text that can be made a test of its own.
  var text: String {
    var parts = ["# stored\n" + world.text]
    if let applied { parts.append("# applied before\n" + applied.yaml) }
    parts.append("# to be planned\n" + next.yaml)
    var flags: [String] = []
    if permits.allowDeletion { flags.append("--allow-deletion") }
    if permits.allowMove { flags.append("--allow-move") }
    if let actor = permits.actor { flags.append("--actor \(actor)") }
    parts.append("# plan \(flags.joined(separator: " "))\n" + lines)
    return parts.joined(separator: "\n")
  }

  private var lines: String {
    guard let planned = plan()?.planned().plan else { return "the manifests are not valid" }
    return
      (planned.actions.map(Scenario.line)
      + planned.blocked.map { "refused by \($0.rule.rawValue): \($0.message)" }
      + planned.waiting.map { "waiting: \($0.organization) \($0.workspace ?? "") \($0.subject ?? "") for \($0.event)" }
      + planned.held.map { "held: \($0.organization) \($0.workspace ?? "") \($0.subject ?? "") \($0.because)" })
      .joined(separator: "\n")
  }
}
