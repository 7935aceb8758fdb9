import Model

/// `acme/ml`, or what stands for no organization.
func pathWords(_ organization: String, _ workspace: String? = nil) -> String {
  organization.isEmpty ? "the Policy for all" : Path(tenant: organization, workspace: workspace).description
}

/// What happens to one attribute, as people read it. Texts are inert.
struct FieldChange {
  /// Nil for the attribute that the action is about.
  var label: String?
  /// Nil where there is none.
  var before: String?
  var after: String?

  /// `developer → admin`, `→ developer`, `developer →`, `monthlyLimit: 10 → 20`, `subscription: team`.
  var text: String {
    switch (label, before, after) {
    case (nil, let before, let after): [before, "→", after].compactMap { $0 }.joined(separator: " ")
    case (let label?, nil, let after): "\(label): \(after ?? "none")"
    case (let label?, let before?, let after): "\(label): \(before) → \(after ?? "none")"
    }
  }
}

extension Action {
  var path: String { pathWords(organization, workspace) }

  /// The attribute that needs no label, because the action's name says which it is.
  private var mainKey: String {
    switch kind {
    case .transferOwnership: "owner"
    case .moveAccount: "email"
    case .renameWorkspace: "name"
    case .createOrganization, .updatePolicy, .updateManagement, .updateOrganization, .createAccount, .updateAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember,
      .changeRole, .removeMember, .updateAPIKey, .revokeAPIKey:
      "role"
    }
  }

  /// What differs, the main attribute first, the others in key order. An attribute that is false or nothing on the one
  /// side there is (an invitation without `protect`) says nothing and is left out.
  var changes: [FieldChange] {
    let keys = ((before?.entries ?? []) + (after?.entries ?? [])).map(\.key).uniqued().sorted()
    let ordered = keys.filter { $0 == mainKey } + keys.filter { $0 != mainKey }
    return ordered.compactMap { key in
      let (old, new) = (before?[key], after?[key])
      guard old != new else { return nil }
      if before == nil || after == nil, old == .flag(false) || new == .flag(false) { return nil }
      let change = FieldChange(label: key == mainKey ? nil : Inert.line(key), before: shown(old), after: shown(new))
      return change.before == nil && change.after == nil ? nil : change
    }
  }

  var changeText: String {
    if kind == .updatePolicy { return changes.isEmpty ? "" : counted(changes.count, "value") }
    guard kind == .deleteWorkspace else { return changes.map(\.text).joined(separator: ", ") }
    return endings
  }

  /// What ends with a deleted workspace, and why it is deleted.
  private var endings: String {
    let counts = (before?.entries ?? []).compactMap { key, value -> String? in
      guard case .number(let count) = value, count > 0 else { return nil }
      return "\(Inert.line(key)): \(count)"
    }
    let ends = counts.isEmpty ? "" : "ends \(counts.joined(separator: ", "))"
    return [ends, after?["removed"].flatMap(shown) ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// `protection.no-self-change: raise → off`, one a value of the policy that changes; none for other actions.
  var policyLines: [String] {
    guard kind == .updatePolicy else { return [] }
    return changes.map { change in
      "\(change.label ?? ""): \(change.before ?? "not set") → \(change.after ?? "not set")"
    }
  }

  private func shown(_ value: Fields.Value?) -> String? {
    switch value {
    case .text(let text):
      text.isEmpty || text.contains { $0 == " " || $0 == "," } ? "\"\(Inert.line(text))\"" : Inert.line(text)
    case .number(let number): String(number)
    case .flag(let flag): flag ? "true" : "false"
    case .null, nil: nil
    }
  }

  var symbol: String {
    guard blockedBy.isEmpty else { return "!" }
    return switch kind.tally {
    case .addition: "+"
    case .change: "~"
    case .removal: "-"
    }
  }

  /// `blocked by creator-kept, member-cap`; empty for what an apply would do.
  var blockText: String {
    blockedBy.isEmpty ? "" : "blocked by \(blockedBy.map(\.rawValue).joined(separator: ", "))"
  }
}

extension Action.Origin {
  var words: String {
    switch self {
    case .change: "declared"
    case .drift: "drift"
    case .expiry: "expired"
    case .first: "first"
    }
  }
}

extension Waiting {
  var path: String { pathWords(organization, workspace) }

  /// - Parameter show: makes an email inert.
  func words(_ show: (String) -> String) -> String {
    switch event {
    case .acceptInvitation where others.isEmpty: "until they accept the invitation"
    case .acceptInvitation: "until \(others.map(show).joined(separator: " or ")) accepts the invitation"
    case .organizationMembership: "until they are a member of the organization"
    case .createAPIKey: "until somebody makes the key"
    case .attestation: "until the pipeline says who made this change (--actor, or tenure attest A..B:EMAIL)"
    case .history: "until this clone has the commits that tell who made this change (git fetch --unshallow)"
    }
  }
}

extension Held {
  var path: String { pathWords(organization, workspace) }

  /// Why, and what to do where that is to change.
  var words: String {
    switch because {
    case .left: "left of their own will; reinvite: DATE at their entry asks them again"
    case .declined: "declined the invitation; reinvite: DATE at their entry asks them again"
    case .suspended: "account suspended; tenure account resume ends that"
    case .maxSends: "invited as often as the policy allows; reinvite: DATE at their entry invites them once more"
    }
  }
}

extension SourceLocation {
  /// `file:line`, which editors and terminals open.
  var fileAndLine: String { "\(file):\(line)" }
}

extension Plan {
  /// The last line of a report: `Plan: 3 to add, 1 to change, 2 to remove; 1 blocked, 2 waiting, 1 held.` or
  /// `No changes.` What would be applied is counted by kind, what is withheld as blocked. Where nothing but a policy is
  /// refused there is no action, and the refusals count.
  public var closingLine: String {
    guard !actions.isEmpty || !blocked.isEmpty else { return "No changes." }
    var (additions, changes, removals) = (0, 0, 0)
    for action in applicable {
      switch action.kind.tally {
      case .addition: additions += 1
      case .change: changes += 1
      case .removal: removals += 1
      }
    }
    let blockedCount = actions.isEmpty ? blocked.count : actions.count - additions - changes - removals
    return "Plan: \(additions) to add, \(changes) to change, \(removals) to remove; "
      + "\(blockedCount) blocked, \(waiting.count) waiting, \(held.count) held."
  }
}
