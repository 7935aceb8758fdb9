import Manifests
import Model
import Testing

@Suite struct Speed {
  /// A bound that holds on a busy machine and in a debug build as well: reading YAML is the yardstick.
  @Test func aHundredThousandEntriesAreNoMatter() {
    var text = header("Organization") + "name: acme\nworkspaces:\n"
    for w in 0..<100 {
      text += "  w\(w):\n    members:\n"
      for i in 0..<1000 { text += "      user\(w * 500 + i)@acme.example: developer\n" }
    }
    let clock = ContinuousClock()
    var names = NameTable()
    let snapshot = Snapshot(files: [.init(path: "a.yaml", objectID: nil, bytes: Array(text.utf8))], commit: nil)
    var compiled: Compiled?
    let first = clock.measure { compiled = ManifestLoader.load(snapshot, now: someDay, names: &names, parse: parse) }
    var fresh = NameTable()
    let reading = clock.measure { _ = parse(snapshot.files[0]) }
    let second = clock.measure { compiled = ManifestLoader.load(snapshot, now: someDay, names: &fresh, parse: parse) }
    print("100,000 entries, \(text.utf8.count) bytes: \(first), \(second); YAML alone \(reading)")
    #expect(compiled?.diagnostics.isEmpty == true)
    #expect(compiled?.desired.tenants.first?.workspaces.count == 100)
    #expect(second < reading * 20)
  }
}
