import Model
import Reconciling
import Store

/// Law 5: the past is what was. What the audit log tells of an instant is what was stored when its last entry was written.
struct Past {
  private struct Note {
    var instant: Instant
    var lines: Set<String>
  }

  /// By instant; of several states at one instant the last.
  private var notes: [Note] = []

  mutating func note(_ store: any StoreReader, at moment: Moment) throws {
    guard try store.auditEnd() > 0 else { return }
    var names = NameTable()
    let note = Note(instant: moment.instant, lines: Self.lines(try store.read(.everything, names: &names), names))
    if notes.last?.instant == note.instant { notes.removeLast() }
    notes.append(note)
  }

  /// Asks for the newest instant and for an older one, another one each time.
  func violations(_ store: any StoreReader, turn: Int) throws -> [Violation] {
    guard let newest = notes.last else { return [] }
    let asked = notes.count > 1 ? [newest, notes[turn % (notes.count - 1)]] : [newest]
    return try asked.compactMap { note in
      guard let past = try PastState(store, at: note.instant) else {
        return Violation(.pastIsWhatWas, "an instant that the log does not know", "\(note.instant)")
      }
      let told = Self.lines(past.actual, past.names)
      guard told != note.lines else { return nil }
      let (more, less) = (told.subtracting(note.lines), note.lines.subtracting(told))
      return Violation(
        .pastIsWhatWas, more.isEmpty ? "tells too little" : "tells something else",
        "at \(note.instant): told only \(more.sorted()), was only \(less.sorted())")
    }
  }

  /// Everything about who has what where, under the names that things had.
  private static func lines(_ state: ActualState, _ names: NameTable) -> Set<String> {
    func email(_ person: Symbol?) -> String {
      person.map { names.text(state.accounts[$0]?.email ?? $0) } ?? "nobody"
    }
    // An operator's new email takes the place of the former one in policies of before, too: they let in the same people.
    func policy(_ digest: String?) -> String {
      (digest.flatMap { state.policies[$0] } ?? "none").split(separator: "\n").filter { !$0.hasPrefix("operators") }
        .joined(separator: ";")
    }
    var lines: Set<String> = ["all by \(policy(state.policyForAll))"]
    for account in state.accounts.records {
      let suspension = account.suspended.map { "\($0) \(account.suspensionReason ?? "")" } ?? ""
      lines.insert("account \(names.text(account.email)) \(suspension)")
    }
    func add(_ roll: Roll, _ path: String) {
      for member in roll.members {
        lines.insert(
          "\(path): \(email(member.person)) \(names.text(member.role)) \(end(member.expires)) \(member.protect)")
      }
      for offer in roll.invitations {
        let ends = "\(end(offer.expires)) \(end(offer.lapses))"
        lines.insert(
          "\(path): invited \(names.text(offer.person)) \(names.text(offer.role)) \(ends) \(offer.protect) \(offer.sends)"
        )
      }
      for gone in roll.departures {
        lines.insert("\(path): \(names.text(gone.person)) \(gone.reason) \(gone.since)")
      }
    }
    for tenant in state.tenants {
      lines.insert("\(tenant.name) of \(email(tenant.owner)) by \(policy(state.policyDigest(of: tenant)))")
      add(tenant.roll, tenant.name)
      for workspace in tenant.workspaces {
        let path = "\(tenant.name)/\(names.text(workspace.name))"
        lines.insert("\(path) \(workspace.kind) of \(email(workspace.owner))")
        add(workspace.roll, path)
      }
    }
    return lines
  }

  private static func end(_ instant: Instant?) -> String { instant?.description ?? "-" }
}
