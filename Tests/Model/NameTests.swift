import Model
import Testing

@Suite struct EmailTests {
  @Test(arguments: [
    "ada@acme.example", "Ada.Lovelace+x@ACME.example", "a@b", "jürgen@bücher.example", "o'neil@x-y.example", "1@2.3",
    String(repeating: "a", count: 64) + "@b.example",
  ])
  func isValid(email: String) { #expect(Email.isValid(email)) }

  @Test(arguments: [
    "", "@", "ada", "ada@", "@acme.example", "ada@@acme.example", "ada@acme@example", "ada lovelace@acme.example",
    "ada@acme..example", "ada@.example", "ada@acme.", "ada@-acme.example", "ada@acme-.example", "ada@acme-", "a\n@b.c",
    "ada@ac_me.example", String(repeating: "a", count: 65) + "@b.example", "a@" + String(repeating: "b", count: 64),
    "a@" + String(repeating: "b.", count: 130) + "c",
  ])
  func isNone(email: String) { #expect(!Email.isValid(email)) }
}

@Suite struct PathTests {
  @Test(
    arguments: [
      ("acme", "acme", nil), ("acme/ml", "acme", "ml"), ("acme/a/b", "acme", "a/b"),
      ("~ada@acme.example/Personal", "~ada@acme.example", "Personal"), ("~ada@acme.example", "~ada@acme.example", nil),
    ] as [(String, String, String?)])
  func reads(text: String, tenant: String, workspace: String?) {
    #expect(Path(text) == Path(tenant: tenant, workspace: workspace))
    #expect(Path(text)?.description == text)
  }

  @Test(arguments: ["", "/", "acme/", "/ml", "~", "~/Personal"])
  func refuses(text: String) { #expect(Path(text) == nil) }

  @Test func knowsAccounts() {
    #expect(Path("~ada@acme.example/Personal")?.accountEmail == "ada@acme.example")
    #expect(Path("acme")?.accountEmail == nil)
  }
}

@Suite struct NameTableTests {
  @Test func equalBytesAreOneSymbol() {
    var table = NameTable()
    let ada = table.intern("ada")
    #expect(table.intern("ada") == ada)
    #expect(table.intern("Ada") != ada)
    #expect(table.text(ada) == "ada")
    #expect(table.symbol(of: "ada") == ada)
    #expect(table.symbol(of: "grace") == nil)
    #expect(table.count == 2)
  }

  @Test func textsThatSwiftCallsEqualStayApart() {
    var table = NameTable()
    #expect(table.intern("caf\u{e9}") != table.intern("cafe\u{301}"))
  }

  @Test func growsAndKeepsEverySymbol() {
    var table = NameTable()
    let symbols = (0..<5000).map { table.intern("name-\($0)") }
    for (i, symbol) in symbols.enumerated() {
      #expect(table.text(symbol) == "name-\(i)")
      #expect(table.symbol(of: "name-\(i)") == symbol)
    }
  }

  @Test func foldsCase() {
    var table = NameTable()
    let (upper, lower) = (table.intern("ADA@Bücher.Example"), table.intern("ada@bücher.example"))
    #expect(table.folded(upper) == lower)
    #expect(table.folded(lower) == lower)
    #expect(table.folded(table.intern("ÄDA")) == table.intern("äda"))
  }

  @Test func ordersByBytes() {
    var table = NameTable()
    let names = ["b", "a", "", "é", "ab", "z", "B"].map { table.intern($0) }
    let sorted = names.sorted { table.precedes($0, $1) }.map { table.text($0) }
    #expect(sorted == ["", "B", "a", "ab", "b", "z", "é"])
    #expect(!table.precedes(names[0], names[0]))
  }
}
