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

  @Test func `of ASCII a local part has letters, digits and the characters of HTML`() {
    for byte in UInt8(0)..<0x80 {
      let character = Unicode.Scalar(byte)
      let isAllowed =
        character.properties.isAlphabetic || ("0"..."9").contains(character)
        || ".!#$%&'*+/=?^_`{|}~-".unicodeScalars.contains(character)
      #expect(Email.isValid("a\(character)a@b.example") == isAllowed, "\(byte)")
    }
  }
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

  @Test func `names of every length are told apart by any of their bytes`() {
    var table = NameTable(minimumCapacity: 0)
    var symbols: [[UInt8]: Symbol] = [:]
    for length in 0...40 {
      let name = (0..<length).map { UInt8(0x61 + $0 % 26) }
      for changed in -1..<length {
        var name = name
        if changed >= 0 { name[changed] = UInt8(ascii: "-") }
        symbols[name] = name.withUnsafeBufferPointer { table.intern($0) }
      }
    }
    #expect(Set(symbols.values).count == symbols.count)
    #expect(table.count == symbols.count)
    for (name, symbol) in symbols {
      // The same bytes elsewhere in memory, and not at its beginning.
      let found = ([0] + name).withUnsafeBufferPointer { table.intern(UnsafeBufferPointer(rebasing: $0[1...])) }
      #expect(found == symbol)
      #expect(table.withBytes(of: symbol) { Array($0) } == name)
    }
  }

  @Test func `a capital is found wherever it stands`() {
    var table = NameTable()
    for length in 1...20 {
      let lower = table.intern(String(repeating: "z", count: length))
      #expect(table.folded(lower) == lower)
      for (capital, small) in [("A", "a"), ("Z", "z"), ("É", "é")] {
        for at in 0..<length {
          let (before, after) = (String(repeating: "z", count: at), String(repeating: "z", count: length - at - 1))
          #expect(table.folded(table.intern(before + capital + after)) == table.intern(before + small + after))
        }
      }
    }
    for other in ["@", "[", "`", "{", "0", " ", "~"] {
      let name = table.intern(String(repeating: other, count: 9))
      #expect(table.folded(name) == name)
    }
  }

  @Test func ordersByBytes() {
    var table = NameTable()
    let names = ["b", "a", "", "é", "ab", "z", "B"].map { table.intern($0) }
    let sorted = names.sorted { table.precedes($0, $1) }.map { table.text($0) }
    #expect(sorted == ["", "B", "a", "ab", "b", "z", "é"])
    #expect(!table.precedes(names[0], names[0]))
  }
}
