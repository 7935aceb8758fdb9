import Manifests
import Model
import Planning
import Store

/// Manifests that still name an account by an email that it moved away from, by command or by a `formerly` that is gone
/// again: planning would invite somebody new under the old email and remove the person under the present one. That is an
/// error where the old email stands, which stops the organization or account whose declaration it is.
///
/// | the old email                                          | is                                     |
/// |--------------------------------------------------------|----------------------------------------|
/// | of an account that moves back (`formerly:` the present) | that account's again                   |
/// | under which somebody new has an account                | theirs, and no former one              |
/// | of an entry that has ended                             | nobody's                               |
/// | anything else                                          | an error `moved-account`               |
struct MovedAccounts {
  /// Caseless former email → present email as written.
  let former: [Symbol: String]
  private let names: NameTable

  init(_ emails: [String: String], _ desired: DesiredState, _ names: NameTable) {
    var former: [Symbol: String] = [:]
    for (old, present) in emails {
      if let symbol = names.symbol(of: old) { former[symbol] = present }
    }
    for tenant in desired.tenants where !former.isEmpty {
      guard let person = tenant.account, let present = former[person]?.emailKey else { continue }
      if tenant.formerly.contains(where: { names.text($0.value) == present }) { former[person] = nil }
    }
    (self.former, self.names) = (former, names)
  }

  /// Takes the tenants out that name somebody by a former email; the errors say where, in the order of the files.
  func stop(_ desired: inout DesiredState) -> [Diagnostic] {
    guard !former.isEmpty else { return [] }
    var found: [(mark: Mark, diagnostic: Diagnostic)] = []
    for tenant in desired.tenants {
      let uses = tenant.uses.filter { former[$0.person] != nil }
      guard !uses.isEmpty else { continue }
      desired.stopped.insert(tenant.name)
      for use in uses { found.append((use.mark, error(use, in: tenant, desired))) }
    }
    guard !found.isEmpty else { return [] }
    desired.tenants.removeAll { [stopped = desired.stopped] in stopped.contains($0.name) }
    let place = { (mark: Mark) in (mark.file, mark.line, mark.column) }
    return found.sorted { place($0.mark) < place($1.mark) }.map(\.diagnostic)
  }

  private func error(_ use: DesiredTenant.Use, in tenant: DesiredTenant, _ desired: DesiredState) -> Diagnostic {
    let old = names.text(desired.spellings[use.person] ?? use.person)
    let present = former[use.person] ?? ""
    let through = use.group.map { ", named through the group `\(names.text($0))`," } ?? ""
    let hint =
      tenant.account == use.person
      ? "Write `email: \(present)`, and `formerly: [\(old)]`; or to go back, `formerly: [\(present)]`."
      : "Write `\(present)`. Somebody new with the old email signs up first: tenure account sign-up \(old)."
    return Diagnostic(
      code: "moved-account", message: "`\(old)`\(through) is a former email: the account is `\(present)` now.",
      location: SourceLocation(use.mark, files: desired.files), hint: hint, scope: .organizations([tenant.name]))
  }
}

extension DesiredTenant {
  /// An email that a declaration gives something.
  fileprivate struct Use {
    var person: Symbol
    var group: Symbol?
    var mark: Mark
  }

  fileprivate var uses: [Use] {
    var result = account.map { [Use(person: $0, mark: mark)] } ?? []
    func add(_ owner: Marked<Symbol>?, _ members: [DesiredMember]?) {
      if let owner { result.append(Use(person: owner.value, mark: owner.mark)) }
      for member in members ?? [] where member.isInForce {
        // An owner's implied entry stands where `owner:` does.
        if member.person == owner?.value, member.mark == owner?.mark { continue }
        result.append(Use(person: member.person, group: member.group, mark: member.mark))
      }
    }
    add(owner, members)
    for workspace in workspaces where workspace.disposition == .declared { add(workspace.owner, workspace.members) }
    return result
  }
}

extension Reconciliation {
  /// Stops what names somebody by a former email; the errors have their lines.
  func stopMoved(_ input: inout PlanInput, _ store: (any StoreReader)?) throws -> [Diagnostic] {
    guard let store, !input.desired.tenants.isEmpty else { return [] }
    let former = try store.formerEmails()
    guard !former.isEmpty else { return [] }
    let found = MovedAccounts(former, input.desired, input.names).stop(&input.desired)
    guard !found.isEmpty else { return [] }
    let files = try source.snapshot(at: input.source.commit).files
    let bytes = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
    return found.map { diagnostic in
      var diagnostic = diagnostic
      guard let location = diagnostic.location, let text = bytes[location.file] else { return diagnostic }
      diagnostic.excerpt = SourceExcerpt.line(location.line, around: location.column, of: text)
      return diagnostic
    }
  }
}
