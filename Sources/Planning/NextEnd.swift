import Model

/// The first instant behind `now` at which time alone may change the plan of a tenant in which nothing differs: an end of
/// access, of an invitation or of a word about chasing somebody. ``Instant/never`` where there is none.
func nextEnd(_ desired: DesiredTenant, _ stored: ActualTenant, after now: Instant) -> Instant {
  var next = Instant.never
  func note(_ end: Instant?) {
    if let end, now < end, end < next { next = end }
  }
  func note(_ members: [DesiredMember]?) {
    for member in members ?? [] {
      note(member.expires)
      note(member.reinvite)
    }
  }
  func note(_ roll: Roll) {
    for member in roll.members { note(member.expires) }
    for invitation in roll.invitations {
      note(invitation.expires)
      note(invitation.lapses)
      note(invitation.reinvite)
    }
    for departure in roll.departures { note(departure.reinvite) }
  }
  note(desired.members)
  for workspace in desired.workspaces { note(workspace.members) }
  note(stored.roll)
  for workspace in stored.workspaces { note(workspace.roll) }
  return next
}

extension Instant {
  /// Nothing that can be written is later.
  public static let never = Instant.latest
}

extension TenantPlan {
  /// Nothing to do, to wait for, to say or to count.
  var saysNothing: Bool {
    actions.isEmpty && blocked.isEmpty && waiting.isEmpty && held.isEmpty && warnings.isEmpty
      && adoptions.isEmpty
  }
}
