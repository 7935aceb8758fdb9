import Testing

/// `member add` admits at once where the policy has direct admission, and for the operator; elsewhere it invites.
@Suite struct MemberAddTests {
  /// Preset · admission · place · whether somebody is there at once.
  @Test(arguments: [
    ("self-serve", "invite", "acme/ml", false), ("self-serve", "direct", "acme/ml", true),
    ("small-team", "invite", "acme", false), ("enterprise", "invite", "acme/ml", true),
    ("enterprise", "invite", "acme", false), ("enterprise", "direct", "acme", true),
  ])
  func `as somebody`(preset: String, admission: String, path: String, isDirect: Bool) throws {
    let company = try Company.staffed(
      preset, ml: [:], policy: "invitations: {admission: \(admission)}")
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    if preset == "enterprise", path != "acme" { try company.tenure("member add acme eve@acme.example", exits: 0) }
    let said = try company.tenure("member add \(path) eve@acme.example --as ada@acme.example", exits: 0)
    #expect(said.contains(isDirect ? "+ add-member" : "+ invite"), "\(said)")
    #expect(isDirect || said.contains("invitations.admission: invite"), "\(said)")
  }

  @Test func `without --as the operator adds`() throws {
    let company = try Company.staffed("self-serve", ml: [:])
    #expect(try company.tenure("member add acme/ml eve@acme.example", exits: 0).contains("+ add-member"))
  }
}
