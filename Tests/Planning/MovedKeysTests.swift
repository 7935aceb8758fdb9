import Model
import Testing

@testable import Planning

@Suite struct MovedKeysTests {
  @Test func `keys go with whoever made them to another email`() {
    var names = NameTable()
    let (old, new) = (names.intern("eve@x.example"), names.intern("eve@new.example"))
    let start = Instant(seconds: 0)
    var workspace = ActualWorkspace(
      id: 1, name: names.intern("ml"), kind: .standard, owner: nil, subscription: nil, created: start, roll: Roll())
    workspace.apiKeys = [
      ActualAPIKey(
        name: names.intern("ci"), limits: APIKeyLimits(monthly: nil, daily: nil), creator: old, created: start)
    ]
    var tenant = ActualTenant(id: 1, name: "acme")
    tenant.workspaces = [workspace]

    let moved = tenant.moving([old: new], names: names)

    #expect(moved.workspaces[0].apiKeys.map(\.creator) == [new])
  }
}
