import Manifests
import Model
import Testing

/// What many errors, long chains and long lines cost.
@Suite struct Loads {
  @Test func thousandsOfErrorsAreReportedInNoTime() {
    var text = header("Organization") + "name: acme\ngroups:\n"
    for i in 0..<2000 { text += "  g\(i): []\n" }
    text += "members:\n"
    for i in 0..<5000 { text += "  h\(i): member\n" }
    let clock = ContinuousClock()
    var count = 0
    let taken = clock.measure { count = compile(text).diagnostics.count }
    #expect(count == 5000)
    #expect(taken < .seconds(120))
  }

  @Test func aLongChainOfGroupsIsWalkedNotRecursed() {
    var text = header("Organization") + "name: acme\nmembers: {g0: member}\ngroups:\n"
    for i in 0..<20_000 { text += "  g\(i): [g\(i + 1)]\n" }
    text += "  g20000: [a@x.example]\n"
    let compiled = compile(text)
    #expect(compiled.diagnostics.isEmpty)
    #expect(compiled.desired.tenants.first?.members?.count == 1)
  }

  @Test func anExcerptOfALongLineIsCut() {
    let long = String(repeating: "é", count: 10_000)
    let compiled = compile(header("Organization") + "name: acme\nfoo: \(long)\n")
    #expect(compiled.diagnostics.first?.excerpt?.unicodeScalars.count == 400)
  }

  @Test func aProblemOfThePolicyForAllIsReportedOnce() {
    let compiled = compile(
      header("Organization") + "name: acme\n---\n" + header("Policy") + "defaultSubscription: x\n---\n"
        + header("Policy")
        + "organization: acme\nidentity: attested\n")
    #expect(compiled.diagnostics.map(brief) == ["unknown-subscription 7:22"])
  }
}
