import Testing

/// Stopping and starting the reconciliation of an organization is the operators', whoever `--as` names.
@Suite struct SuspendByNobodyTests {
  @Test func `only operators of the organization's policy suspend and resume it`() throws {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      ---
      apiVersion: tenure/v1
      kind: Policy
      organization: acme
      operators: [ops@acme.example]
      """)
    for actor in ["nobody@nowhere.example", "ada@acme.example"] {
      try company.refused("suspend acme --reason x --as \(actor)", by: "actor-allowed")
    }
    try company.tenure("suspend acme --reason x --as ops@acme.example", exits: 0)
    try company.refused("resume acme --as nobody@nowhere.example", by: "actor-allowed")
    try company.tenure("resume acme --as ops@acme.example", exits: 0)
    try company.tenure("suspend acme --reason x", exits: 0)
    let actors = try company.auditEntries().suffix(3).compactMap { $0["actors"] as? [String] }
    #expect(actors == [["ops@acme.example"], ["ops@acme.example"], ["operator"]])
  }
}
