import Foundation
import GRDB
import Model
import SQLiteStore
import Store
import Testing

/// One row of the conformance suite: how to get an empty store of an engine.
struct Engine: Sendable, CustomTestStringConvertible {
  var name: String
  var make: @Sendable () throws -> any StoreFixture
  var testDescription: String { name }

  static let all = [Engine(name: "sqlite") { try SQLiteFixture() }]
}

/// An empty store that lives as long as the value.
protocol StoreFixture: AnyObject {
  /// A new handle on the same store.
  func open() throws -> any Store
  /// Runs plain SQL on a connection of its own, as a person would.
  func sql(_ text: String) throws
  /// Switches off what protects the audit log against people.
  func dropAuditProtection() throws
}

final class SQLiteFixture: StoreFixture {
  let folder: String
  var path: String { folder + "/state.db" }

  init() throws {
    folder = NSTemporaryDirectory() + "tenure-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
  }

  func open() throws -> any Store { try SQLiteStore.open(path: path, mode: .readWriteCreate) }

  func queue() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  func sql(_ text: String) throws { try queue().write { try $0.execute(sql: text) } }

  func dropAuditProtection() throws {
    for name in ["audit_keeps_rows", "audit_keeps_content", "audit_head_stays", "audit_head_advances"] {
      try sql("DROP TRIGGER \(name)")
    }
  }
}

/// Instants of the tests.
func day(_ number: Int64) -> Instant { Instant(seconds: 1_767_225_600 + number * 86_400) }

extension Store {
  /// Everything, with names as text.
  func state() throws -> (state: ActualState, names: NameTable) {
    var names = NameTable()
    let state = try read(.everything, names: &names)
    return (state, names)
  }

  func serial(_ tenant: String) throws -> Int64 {
    try #require(try tenants().first { $0.name == tenant }).serial
  }

  /// An organization `acme` with its default workspace, and Ada's account, who is a member of both.
  @discardableResult
  func makeAcme() throws -> Acme {
    try transaction { store in
      let (ada, home) = try store.createAccount(email: "Ada@Acme.example", displayName: "Ada", at: day(0))
      let acme = try store.createOrganization(
        name: "acme", displayName: "Acme", owner: ada, subscription: "business", at: day(0))
      let general = try store.createWorkspace(
        tenant: acme, name: "general", kind: .default, displayName: nil, owner: ada, subscription: nil, at: day(0))
      let personal = try store.createWorkspace(
        tenant: home, name: "Personal", kind: .personal, displayName: nil, owner: ada, subscription: nil, at: day(0))
      try store.putMember(.tenant(acme), account: ada, role: "super-admin", expires: nil, protect: true, joined: day(0))
      try store.putMember(
        .workspace(general), account: ada, role: "admin", expires: nil, protect: false, joined: day(0))
      try store.putMember(
        .workspace(personal), account: ada, role: "admin", expires: nil, protect: false, joined: day(0))
      return Acme(id: acme, general: general, ada: ada, personal: personal)
    }
  }
}

/// Ids of what ``Store/makeAcme()`` makes.
struct Acme {
  var id: Int64
  var general: Int64
  var ada: Int64
  var personal: Int64
}

func invitation(
  _ email: String, role: String = "developer", token: String = UUID().uuidString, lapses: Instant? = nil
) -> NewInvitation {
  NewInvitation(
    email: email, role: role, expires: nil, protect: false, lapses: lapses, tokenHash: token, reinvite: nil,
    created: day(1))
}

/// Expects the database to refuse, by a constraint whose message contains `text`.
func expectConstraint(
  _ text: String = "", location: Testing.SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: StoreError.self, sourceLocation: location, performing: body)
  #expect(error?.code == .constraint, sourceLocation: location)
  if !text.isEmpty {
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")", sourceLocation: location)
  }
}
