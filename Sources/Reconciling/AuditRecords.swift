import Model
import Planning
import Store

extension Step {
  /// An `invite` of who is invited already, by hand.
  static let resending = "resend-invitation"

  /// What the audit log calls it where people did it by hand; nil: as in plans.
  var nameByHand: String? {
    if case .invite(_, resend: true) = change { return Step.resending }
    return ownWill?.rawValue
  }
}

extension AuditRecord {
  /// - Parameters:
  ///   - lifted: rules that overrides lifted for the action.
  ///   - name: another name than the action's.
  init(_ action: Action, _ context: WritingContext, lifted: Set<RuleName> = [], name: String? = nil) {
    let overrides = context.overrides.filter {
      lifted.contains($0.rule) && ($0.organization == nil || $0.organization == action.organization)
    }
    let exceptions = overrides.map(Allowance.init) + context.allowances(action.kind)
    self.init(
      time: context.now, actors: action.actors, approvedBy: action.approvedBy, action: name ?? action.kind.rawValue,
      path: action.organization.isEmpty
        ? nil : Path(tenant: action.organization, workspace: action.workspace).description,
      subject: action.subject,
      before: action.before, after: action.after, commit: context.commit, source: action.source?.description,
      overrides: exceptions.map(\.rule),
      reason: exceptions.isEmpty ? nil : exceptions.map(\.reason).joined(separator: "; "))
  }
}

/// What replaying the audit log takes besides before and after (``LoggedState``).
///
/// | step                 | effects                                                                    |
/// |----------------------|----------------------------------------------------------------------------|
/// | `create-…`           | kind of the workspace, and the role of the owner in each place that it makes |
/// | `invite`             | when it lapses, where it does                                              |
/// | `transfer-ownership` | what both hold then, where the role goes with the ownership                |
extension TenantWriter {
  func effects(of change: Change) -> Fields? {
    let policy = tenant.policy.policy
    switch change {
    case .createOrganization(let creation):
      guard creation.owner != nil else { return nil }
      return [
        "organizationRole": .text(policy.topRole(.organization)?.name ?? ""),
        "ownerRole": .text(policy.topRole(.workspace)?.name ?? ""),
      ]
    case .createAccount(_, let workspace):
      return workspace.map { .workspace($0.kind, ownedAs: policy.topRole(.workspace)) }
    case .createWorkspace(let creation):
      return .workspace(creation.kind, ownedAs: creation.owner == nil ? nil : policy.topRole(.workspace))
    case .invite:
      return policy.invitations.expireAfter.map { ["lapses": .text(now.advanced(bySeconds: $0).description)] }
    case .transferOwnership(_, let swap):
      guard let swap else { return nil }
      return Fields(
        entries(swap.heirAfter, "owner") + entries(swap.formerAfter, "former")
          + [("former", .text(email(swap.former)))])
    case .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount, .updateWorkspace,
      .renameWorkspace, .deleteWorkspace,
      .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember, .updateAPIKey,
      .revokeAPIKey:
      return nil
    }
  }

  private func entries(_ grant: Grant, _ whose: String) -> [(String, Fields.Value)] {
    [
      (whose + "Role", .text(names.text(grant.role))), (whose + "Protect", .flag(grant.protect)),
      (whose + "Expires", grant.expires.map { .text($0.description) } ?? .null),
    ]
  }
}

extension Fields {
  static func workspace(_ kind: WorkspaceKind, ownedAs role: Role?) -> Fields {
    Fields([("kind", .text(kind.rawValue))] + (role.map { [("ownerRole", .text($0.name))] } ?? []))
  }
}
