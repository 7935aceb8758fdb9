import Manifests
import Model
import Planning
import Store

extension HandView {
  /// What a place owes and has.
  public enum Billing: Hashable, Sendable {
    /// `details` nil: sums alone are seen.
    case workspace(path: String, Ledger, details: Details?)
    /// An organization or account: its workspaces in byte order of their names. `invoices` nil: none are seen.
    case tenant(path: String, [WorkspaceBalance], invoices: [InvoiceRow]?)
    /// A workspace that is no longer there.
    case gone(path: String, invoices: [InvoiceRow])
  }

  /// What the sums are made of, which takes `billing.buy`.
  public struct Details: Hashable, Sendable {
    /// By kind and creator; without creators for who may not see the members.
    public var entries: Ledger
    public var showsPeople: Bool
    public var invoices: [InvoiceRow]
  }

  public struct WorkspaceBalance: Hashable, Sendable {
    public var path: String
    public var ledger: Ledger
  }

  public func billing(_ path: Path) throws -> Sight<Billing> {
    let tenant = path.isAccount ? path.tenant.emailKey : path.tenant
    let path = Path(tenant: tenant, workspace: path.workspace)
    let invoices = try reader.invoices(tenant: tenant, workspace: path.workspace)
    guard try reader.tenant(named: tenant) != nil else {
      // An account that is gone; its invoices are the operators' then.
      guard !invoices.isEmpty else { return try billing(of: try Place(path, reader), invoices) }
      if let reason = try AppliedPolicy(reader).operatorsOnly(actor) {
        return .refused(refusal(reason, path, subject: actor))
      }
      return .seen(.gone(path: path.description, invoices: invoices))
    }
    let home = try Place(Path(tenant: tenant), reader)
    guard let name = path.workspace else { return try billing(of: home, invoices) }
    let isThere = home.tenant.workspaces.contains { home.names.text($0.name) == name }
    guard !isThere, !invoices.isEmpty else { return try billing(of: try Place(path, reader), invoices) }
    let acting = try actor.map { try self.acting(in: home, as: $0) }
    if let acting, !seesGone(acting), let reason = acting.refusal(.billingBuy, in: nil) {
      return .refused(refusal(reason, path, subject: actor))
    }
    return .seen(.gone(path: path.description, invoices: invoices))
  }

  private func billing(of place: Place, _ invoices: [InvoiceRow]) throws -> Sight<Billing> {
    let acting = try actor.map { try self.acting(in: place, as: $0) }
    var visible: [WorkspaceBalance] = []
    for workspace in place.stored.map({ [$0] }) ?? place.tenant.workspaces
    where seesBilling(of: workspace, acting) {
      let path = Path(tenant: place.path.tenant, workspace: place.names.text(workspace.name))
      visible.append(
        WorkspaceBalance(path: path.description, ledger: Ledger(try reader.counters(workspace: workspace.id))))
    }
    let seesAll = acting.map { seesGone($0) } ?? true
    if visible.isEmpty, !seesAll, let reason = acting?.refusal(.billingView, in: place.workspace) {
      return .refused(refusal(reason, place.path, subject: actor))
    }
    if let stored = place.stored, let only = visible.first {
      return .seen(
        .workspace(path: only.path, only.ledger, details: details(only.ledger, invoices, of: stored, acting)))
    }
    let detailed = Set(
      place.tenant.workspaces.filter { seesDetails(of: $0, acting) }.map {
        Path(tenant: place.path.tenant, workspace: place.names.text($0.name)).description
      })
    return .seen(
      .tenant(
        path: place.path.description, visible,
        invoices: seesAll ? invoices : detailed.isEmpty ? nil : invoices.filter { detailed.contains($0.path) }))
  }

  private func details(
    _ ledger: Ledger, _ invoices: [InvoiceRow], of workspace: ActualWorkspace, _ acting: ActingPerson?
  ) -> Details? {
    guard seesDetails(of: workspace, acting) else { return nil }
    let showsPeople = acting?.maySeeMembers(of: workspace.name) ?? true
    return Details(
      entries: showsPeople ? ledger : ledger.withoutPeople, showsPeople: showsPeople, invoices: invoices)
  }

  /// Ledger entries and invoices: whoever may `billing.buy` there, and in their personal workspace its own user.
  private func seesDetails(of workspace: ActualWorkspace, _ acting: ActingPerson?) -> Bool {
    guard let acting else { return true }
    return acting.may(.billingBuy, in: workspace.name) || (workspace.kind == .personal && acting.isHome)
  }

  func seesBilling(of workspace: ActualWorkspace, _ acting: ActingPerson?) -> Bool {
    acting?.may(.billingView, in: workspace.name) ?? true
  }

  /// Invoices that workspaces left behind: whoever may `billing.buy` in the organization, and the account's own person.
  private func seesGone(_ acting: ActingPerson) -> Bool {
    acting.may(.billingBuy, in: nil) || acting.isHome
  }
}

extension InvoiceRow {
  /// Of the workspace that it is about.
  public var path: String { Path(tenant: invoice.tenant, workspace: invoice.workspace).description }
}
