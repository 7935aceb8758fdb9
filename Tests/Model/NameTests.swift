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

  @Test(arguments: [
    "ada\u{A0}@acme.example", "ad\u{200B}a@acme.example", "\u{202E}ada@acme.example", "“ada@acme.example”",
    "ada@acme\u{3000}.example",
    "‚ada@acme.example", "«ada»@acme.example", "ada′@acme.example", "ada@acme.example\u{FEFF}",
    "ad\u{AD}a@acme.example",
    "ada@acme\u{2028}.example", "\u{E000}@acme.example", "\u{378}@acme.example", "ad\u{85}a@acme.example",
    "＂ada@acme.example",
    "\u{301}ada@acme.example", "ada@\u{301}acme.example", "ad\u{3164}a@acme.example", "`ada´@acme.example",
    "ada@acme\u{2060}.example",
  ])
  func `has no space, control, format or quote character of any kind`(email: String) { #expect(!Email.isValid(email)) }

  @Test(arguments: [
    "josé@acme.example", "jose\u{301}@acme.example", "иван@почта.example", "李雷@例子.example", "a·b@l·l.example",
  ])
  func `may have letters of any script`(email: String) { #expect(Email.isValid(email)) }

  /// The samples are RFC 3492's, but for the first four.
  @Test(arguments: [
    ("bob@bücher.example", "bob@xn--bcher-kva.example"), ("Bob@BU\u{308}CHER.example", "bob@xn--bcher-kva.example"),
    ("jose\u{301}@acme.example", "jos\u{e9}@acme.example"), ("~Ada@straße.example", "~ada@xn--strae-oqa.example"),
    ("a@ليهمابتكلموشعربي؟", "a@xn--egbpdaj6bu4bxfgehfvwxn"), ("a@他们为什么不说中文", "a@xn--ihqwcrb4cv8a8dqg056pqjye"),
    ("a@почемужеонинеговорятпорусски", "a@xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("a@3年b組金八先生", "a@xn--3b-ww4c5e180e575a65lsy2b"),
    ("a@そのスピードで", "a@xn--d9juau41awczczp"),
    ("a@安室奈美恵-with-super-monkeys.x", "a@xn---with-super-monkeys-pc58ag80a8qai00g7n9n.x"),
    ("ADA@ACME.example", "ada@acme.example"), ("plain", "plain"), ("ÄB", "äb"),
  ])
  func `is compared without case, composed, its domain in ASCII`(email: String, key: String) {
    #expect(Array(email.emailKey.unicodeScalars) == Array(key.unicodeScalars))
    #expect(key.emailKey == key)
  }

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
      ("~ops/ada@acme.example/a/b", "~ops/ada@acme.example", "a/b"), ("~ops/ada@x.example", "~ops/ada@x.example", nil),
    ] as [(String, String, String?)])
  func reads(text: String, tenant: String, workspace: String?) {
    #expect(Path(text) == Path(tenant: tenant, workspace: workspace))
    #expect(Path(text)?.description == text)
  }

  @Test(arguments: [
    ("~Ada@Bücher.example/Personal", "~ada@xn--bcher-kva.example", "Personal"),
    ("acme/Gro\u{308}ße", "acme", "Gr\u{f6}ße"),
    ("acme/\u{301}x", "acme", "\u{301}x"),
  ])
  func `has the names in the form in which they are compared`(text: String, tenant: String, workspace: String) {
    let path = Path(text)
    #expect(path?.tenant == tenant)
    #expect(path.map { Array($0.workspace!.unicodeScalars) } == Array(workspace.unicodeScalars))
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

  @Test(arguments: [
    ("caf\u{e9}", "cafe\u{301}"), ("\u{AC01}", "\u{1100}\u{1161}\u{11A8}"), ("\u{1EC7}", "e\u{302}\u{323}"),
    ("Å", "\u{212B}"),
  ])
  func `texts that differ in composition alone are one symbol, in normal form`(composed: String, other: String) {
    var table = NameTable()
    let symbol = table.intern(other)
    #expect(table.intern(composed) == symbol)
    #expect(table.symbol(of: other) == symbol)
    #expect(table.symbol(of: composed) == symbol)
    #expect(Array(table.text(symbol).unicodeScalars) == Array(composed.unicodeScalars))
    #expect(table.count == 1)
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
    let (upper, lower) = (table.intern("ÁDA@Acme.Example"), table.intern("áda@acme.example"))
    #expect(table.folded(upper) == lower)
    #expect(table.folded(lower) == lower)
    let ascii = table.intern("ada@xn--bcher-kva.example")
    #expect(table.folded(table.intern("ADA@Bu\u{308}cher.Example")) == ascii)
    #expect(table.folded(ascii) == ascii)
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
