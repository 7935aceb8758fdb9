import Foundation
import Model
import Reconciling
import SQLiteStore
import Store
import Testing

/// A store with the organization `acme` (ada is its super-admin) and the workspace `ml`, made without manifests.
private final class Office {
  let folder: String
  let store: SQLiteStore
  let acme: Int64
  let ml: Int64
  let now = Instant(seconds: 1_800_000_000)

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/tenure-hand-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try SQLiteStore.open(path: folder + "/state.db", mode: .readWriteCreate)
    let at = now
    (acme, ml) = try store.transaction { transaction in
      let ada = try transaction.createAccount(email: "ada@acme.example", displayName: nil, at: at).account
      let acme = try transaction.createOrganization(
        name: "acme", displayName: nil, owner: ada, subscription: nil, at: at)
      try transaction.putMember(
        .tenant(acme), account: ada, role: "super-admin", expires: nil, protect: false, joined: at)
      let ml = try transaction.createWorkspace(
        tenant: acme, name: "ml", kind: .standard, displayName: nil, owner: nil, subscription: nil, at: at)
      return (acme, ml)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func hand(_ actor: String? = nil) -> Handwork { Handwork(store: store, actor: actor, now: now) }

  /// The hash of the token `secret`.
  static let hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"

  func invite(_ email: String, protect: Bool = false, reinvite: Instant? = nil) throws {
    let at = now
    try store.transaction {
      try $0.putInvitation(
        .tenant(acme),
        NewInvitation(
          email: email, role: "member", expires: nil, protect: protect, lapses: nil, tokenHash: Self.hash,
          reinvite: reinvite, created: at))
    }
  }

  func tenant() throws -> (tenant: ActualTenant, names: NameTable) {
    var names = NameTable()
    let state = try store.read(.tenants(["acme"]), names: &names)
    return (try #require(state.tenants.first), names)
  }
}

private let acmePath = Path(tenant: "acme")

@Suite struct HandworkTests {
  @Test func `an invitation is accepted by its token, only by whom it invites`() throws {
    let office = try Office()
    try office.invite("Grace@acme.example", protect: true)
    _ = try office.hand().signUp("grace@acme.example", displayName: nil)
    let refused = try office.hand("ada@acme.example").accept(token: "secret")
    #expect(refused.refusals.map(\.rule) == [.actorAllowed])
    let done = try office.hand().accept(token: "secret")
    #expect(done.deeds.map(\.name) == ["accept-invitation"])
    let (acme, names) = try office.tenant()
    let grace = try #require(acme.roll.members.first { names.text($0.person) == "grace@acme.example" })
    #expect(names.text(grace.role) == "member" && grace.protect)
    #expect(acme.roll.invitations.isEmpty)
    #expect(throws: HandworkError.self) { try office.hand().accept(token: "secret") }
  }

  @Test func `every write has its audit entry and raises the serial`() throws {
    let office = try Office()
    let before = try office.tenant().tenant.serial
    _ = try office.hand().change(acmePath, [.add(email: "Grace@acme.example", role: "member")])
    _ = try office.hand("ada@acme.example").change(
      Path(tenant: "acme", workspace: "ml"), [.add(email: "grace@acme.example", role: "admin")])
    #expect(try office.tenant().tenant.serial > before)
    let entries = try office.store.audit(since: nil, subject: nil).map(\.record)
    #expect(entries.map(\.action) == ["create-account", "add-member", "add-member"])
    #expect(entries.map(\.actors) == [["operator"], ["operator"], ["ada@acme.example"]])
    #expect(entries.map(\.path) == ["~Grace@acme.example", "acme", "acme/ml"])
    #expect(entries.map { $0.after?.text("role") } == [nil, "member", "admin"])
    #expect(try office.store.verifyAudit() == .intact(entries: 3))
  }

  @Test func `a refusal writes nothing`() throws {
    let office = try Office()
    let before = try office.tenant().tenant.serial
    let outcome = try office.hand().change(
      Path(tenant: "acme", workspace: "ml"), [.add(email: "eve@other.example", role: nil)])
    #expect(outcome.refusals.map(\.rule) == [.organizationMemberFirst])
    #expect(try office.tenant().tenant.serial == before)
    #expect(try office.store.audit(since: nil, subject: nil).isEmpty)
    #expect(try office.store.account(email: "eve@other.example") == nil)
  }

  @Test func `who left or declined keeps the reinvite value that was used up`() throws {
    let office = try Office()
    let reinvite = office.now.advanced(bySeconds: 86_400)
    try office.invite("grace@acme.example", reinvite: reinvite)
    _ = try office.hand("grace@acme.example").change(acmePath, [.decline(email: "grace@acme.example")])
    #expect(try office.tenant().tenant.roll.departures.map(\.reinvite) == [reinvite])
    try office.invite("grace@acme.example", reinvite: reinvite)
    _ = try office.hand().signUp("grace@acme.example", displayName: nil)
    _ = try office.hand("grace@acme.example").change(acmePath, [.accept(email: "grace@acme.example")])
    let left = try office.hand("grace@acme.example").change(acmePath, [.leave(email: "grace@acme.example")])
    #expect(left.deeds.map(\.name) == ["leave"], "\(left.refusals) \(left.problems)")
    #expect(try office.tenant().tenant.roll.departures.map(\.reason) == [.left])
    #expect(try office.tenant().tenant.roll.departures.map(\.reinvite) == [reinvite])
  }

  @Test func `suspension is said in the audit log, with its reason`() throws {
    let office = try Office()
    _ = try office.hand().suspend("ADA@acme.example", reason: "stolen")
    #expect(try office.hand().suspend("ada@acme.example", reason: "again") == nil)
    _ = try office.hand().suspend("ada@acme.example", reason: nil)
    let entries = try office.store.audit(since: nil, subject: "ada@acme.example").map(\.record)
    #expect(entries.map(\.action) == ["suspend-account", "resume-account"])
    #expect(entries.first?.reason == "stolen")
    #expect(entries.last?.before?.text("reason") == "stolen")
  }

  @Test func `a member without members-view sees only themselves`() throws {
    let office = try Office()
    _ = try office.hand().change(acmePath, [.add(email: "bill@acme.example", role: "billing-admin")])
    let view = HandView(reader: office.store, actor: "bill@acme.example", now: office.now)
    guard case .seen(let seen) = try view.workspace(Path(tenant: "acme", workspace: "ml")) else {
      Issue.record("refused")
      return
    }
    #expect(!seen.showsEverybody && seen.people.isEmpty && seen.usage == 0)
  }
}

/// Invitations with their tokens, which stand in the outbox alone.
@Suite struct HandworkInvitationTests {
  private func tokens(_ office: Office) throws -> [String] { try office.store.outbox().compactMap(\.token) }

  @Test func `cancel makes the old link useless`() throws {
    let office = try Office()
    _ = try office.hand().change(acmePath, [.invite(email: "Grace@acme.example", role: nil)])
    let mail = try #require(try office.store.outbox().first)
    #expect(mail.kind == "invitation" && mail.to == "Grace@acme.example" && mail.path == "acme")
    _ = try office.hand().change(acmePath, [.cancelInvitation(email: "grace@acme.example")])
    _ = try office.hand().signUp("grace@acme.example", displayName: nil)
    #expect(throws: HandworkError.self) { try office.hand().accept(token: try #require(mail.token)) }
  }

  @Test func `resend keeps one invitation with a new link`() throws {
    let office = try Office()
    _ = try office.hand().signUp("grace@acme.example", displayName: nil)
    _ = try office.hand().change(acmePath, [.invite(email: "grace@acme.example", role: "billing-admin")])
    let older = try #require(try tokens(office).first)
    let sent = try office.hand("ada@acme.example").change(acmePath, [.resendInvitation(email: "grace@acme.example")])
    #expect(sent.deeds.map(\.name) == ["resend-invitation"])
    #expect(try office.tenant().tenant.roll.invitations.map(\.sends) == [2])
    let tokens = try tokens(office)
    #expect(tokens.count == 1 && tokens != [older], "the older mail is obsolete")
    #expect(throws: HandworkError.self) { try office.hand().accept(token: older) }
    let accepted = try office.hand().accept(token: try #require(tokens.first))
    #expect(accepted.deeds.map { $0.action.after?.text("role") } == ["billing-admin"])
  }

  @Test func `several people are invited in one go, each with a link of their own`() throws {
    let office = try Office()
    let outcome = try office.hand().change(
      acmePath, ["eve", "bob"].map { .invite(email: $0 + "@other.example", role: nil) })
    #expect(outcome.deeds.count == 2)
    #expect(Set(try tokens(office)).count == 2)
  }

  @Test func `a move tells the old address`() throws {
    let office = try Office()
    _ = try office.hand().moveAccount(from: "ada@acme.example", to: "Ada@new.example")
    #expect(try office.store.outbox().map { "\($0.kind) \($0.to)" } == ["account-moved ada@acme.example"])
    let (acme, names) = try office.tenant()
    #expect(acme.owner.map(names.text) == "ada@new.example")
  }

  @Test func `a deletion that one place refuses does nothing anywhere`() throws {
    let office = try Office()
    _ = try office.hand().change(
      Path(tenant: "acme", workspace: "ml"), [.add(email: "ada@acme.example", role: "admin")])
    let before = try office.store.audit(since: nil, subject: nil).count
    let outcome = try office.hand().deleteAccount("ada@acme.example")
    #expect(outcome.deeds.isEmpty && outcome.refusals.map(\.rule) == [.lastOwnerKept])
    #expect(try office.store.audit(since: nil, subject: nil).count == before)
    #expect(try office.tenant().tenant.workspaces.flatMap(\.roll.members).count == 1)
  }

  @Test func `asking what would be done changes nothing`() throws {
    let office = try Office()
    let before = try office.tenant().tenant.serial
    let proposal = try office.hand().propose(Path(tenant: "acme", workspace: "ml"), [.deleteWorkspace])
    #expect(proposal.isClear && proposal.deeds.map(\.name) == ["delete-workspace"])
    #expect(try office.tenant().tenant.serial == before)
  }
}
