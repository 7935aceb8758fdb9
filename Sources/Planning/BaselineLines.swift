import Model

/// Writes the lines of a baseline. People and withheld entries are written in byte order, whatever their symbols.
struct LineWriter {
  let names: NameTable
  private(set) var bytes: [UInt8] = []

  init(names: NameTable) { self.names = names }

  mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    end()
  }

  mutating func begin(_ tag: String) { bytes.append(contentsOf: tag.utf8) }
  mutating func end() { bytes.append(UInt8(ascii: "\n")) }
  private mutating func separate() { bytes.append(UInt8(ascii: "\t")) }

  mutating func plain(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  mutating func flag(_ value: Bool) { plain(value ? "1" : "0") }

  mutating func number(_ value: Int64?) { plain(value.map(String.init) ?? "-") }

  mutating func text(_ value: String?) {
    separate()
    guard var value else { return absent() }
    value.withUTF8 { escape($0) }
  }

  mutating func symbol(_ value: Symbol?) {
    separate()
    guard let value else { return absent() }
    names.withBytes(of: value) { escape($0) }
  }

  private mutating func absent() { bytes.append(contentsOf: "\\0".utf8) }

  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      default: bytes.append(byte)
      }
    }
  }

  mutating func members(_ list: [DesiredMember], later: [Symbol: [DesiredMember]]) {
    for entry in list.sorted(by: { names.precedes($0.person, $1.person) }) {
      member("M", entry)
      for next in later.isEmpty ? [] : later[entry.person] ?? [] { member("L", next) }
    }
  }

  private mutating func member(_ tag: String, _ member: DesiredMember) {
    begin(tag)
    symbol(member.person)
    symbol(member.role)
    number(member.expires?.milliseconds)
    flag(member.protect)
    number(member.reinvite?.milliseconds)
    symbol(member.group)
    flag(member.isInForce)
    end()
  }

  mutating func workspace(_ workspace: DesiredWorkspace, id: Int64?) {
    begin("W")
    symbol(workspace.name)
    switch workspace.disposition {
    case .declared:
      plain("declared")
      text(nil)
    case .removed(let reason):
      plain("removed")
      text(reason)
    case .released(let reason):
      plain("released")
      text(reason)
    }
    text(workspace.displayName?.value)
    symbol(workspace.renamedFrom?.value)
    symbol(workspace.owner?.value)
    symbol(workspace.subscription?.value)
    plain(workspace.management.rawValue)
    flag(workspace.members != nil)
    flag(workspace.apiKeys != nil)
    number(id.known)
    end()
  }

  mutating func renames(_ renames: [Baseline.RenameKey: Int64]) {
    for (key, id) in renames.sorted(by: { names.precedes($0.key.name, $1.key.name) }) {
      begin("R")
      symbol(key.name)
      symbol(key.from)
      number(id)
      end()
    }
  }

  mutating func withheld(_ entries: [EntryKey: Baseline.Withheld], _ ids: [Symbol: Int64]) {
    var lines: [[UInt8]] = []
    for (key, value) in entries {
      var line = LineWriter(names: names)
      line.begin("H")
      switch key {
      case .tenant: line.entry("tenant", nil, nil)
      case .owner(let workspace): line.entry("owner", workspace, nil)
      case .workspace(let name): line.entry("workspace", name, nil)
      case .member(let workspace, let person): line.entry("member", workspace, person)
      case .apiKey(let workspace, let name): line.entry("key", workspace, name)
      case .policy: line.entry("policy", nil, nil)
      case .management(let workspace): line.entry("management", workspace, nil)
      }
      line.text(value.commit)
      line.text(value.policyDigest)
      line.number(key.workspace.flatMap { ids[$0] }.known)
      line.plain(value.origin?.rawValue ?? "-")
      line.flag(value.isDeclared)
      line.text(value.parts.map { $0.map(\.text).joined(separator: "\n") })
      line.end()
      lines.append(line.bytes)
    }
    for line in lines.sorted(by: { $0.lexicographicallyPrecedes($1) }) { bytes.append(contentsOf: line) }
  }

  private mutating func entry(_ word: String, _ workspace: Symbol?, _ name: Symbol?) {
    plain(word)
    symbol(workspace)
    symbol(name)
  }
}

extension Int64? {
  /// Nil for what is not stored yet.
  fileprivate var known: Int64? { self == 0 ? nil : self }
}

/// Reads the lines of a baseline, field by field; what is missing reads as absent.
struct LineReader {
  private let bytes: [UInt8]
  private var position = 0
  private var lineEnd = 0
  private var nextStart = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func nextLine() -> Bool {
    guard nextStart < bytes.count else { return false }
    position = nextStart
    lineEnd = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    nextStart = lineEnd + 1
    return true
  }

  private mutating func raw() -> Range<Int> {
    guard position <= lineEnd else { return lineEnd..<lineEnd }
    let end = bytes[position..<lineEnd].firstIndex(of: UInt8(ascii: "\t")) ?? lineEnd
    defer { position = end + 1 }
    return position..<end
  }

  mutating func field() -> String { String(decoding: bytes[raw()], as: UTF8.self) }
  mutating func flag() -> Bool { field() == "1" }
  mutating func number() -> Int64? { Int64(field()) }

  mutating func text() -> String? {
    let range = raw()
    return bytes[range].elementsEqual("\\0".utf8) ? nil : String(decoding: unescaped(range), as: UTF8.self)
  }

  mutating func symbol(_ names: inout NameTable) -> Symbol? {
    let range = raw()
    if bytes[range].elementsEqual("\\0".utf8) { return nil }
    if !bytes[range].contains(UInt8(ascii: "\\")) {
      return bytes.withUnsafeBufferPointer { names.intern(UnsafeBufferPointer(rebasing: $0[range])) }
    }
    return unescaped(range).withUnsafeBufferPointer { names.intern($0) }
  }

  private func unescaped(_ range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound {
        index += 1
        switch bytes[index] {
        case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
        case let other: result.append(other)
        }
      } else {
        result.append(bytes[index])
      }
      index += 1
    }
    return result
  }

  mutating func member(_ names: inout NameTable) -> DesiredMember? {
    guard let person = symbol(&names), let role = symbol(&names) else { return nil }
    let expires = number().map(Instant.init(milliseconds:))
    let protect = flag()
    let reinvite = number().map(Instant.init(milliseconds:))
    let group = symbol(&names)
    return DesiredMember(
      person: person, role: role, expires: expires, protect: protect, reinvite: reinvite, group: group,
      isInForce: flag())
  }

  mutating func workspace(_ names: inout NameTable) -> DesiredWorkspace? {
    guard let name = symbol(&names) else { return nil }
    let word = field()
    let reason = text() ?? ""
    let disposition: DesiredWorkspace.Disposition
    switch word {
    case "declared": disposition = .declared
    case "removed": disposition = .removed(reason)
    case "released": disposition = .released(reason)
    default: return nil
    }
    let displayName = text().map { Marked($0, .none) }
    let renamedFrom = symbol(&names).map { Marked($0, .none) }
    let owner = symbol(&names).map { Marked($0, .none) }
    let subscription = symbol(&names).map { Marked($0, .none) }
    guard let management = Management(rawValue: field()) else { return nil }
    let (managesMembers, managesKeys) = (flag(), flag())
    return DesiredWorkspace(
      name: name, mark: .none, disposition: disposition, displayName: displayName, renamedFrom: renamedFrom,
      owner: owner, subscription: subscription, management: management, members: managesMembers ? [] : nil,
      apiKeys: managesKeys ? [] : nil)
  }

  /// - Parameter hasParts: false in baselines of older versions.
  mutating func withheld(_ names: inout NameTable, hasParts: Bool) -> (
    key: EntryKey, id: Int64?, value: Baseline.Withheld
  )? {
    let word = field()
    let (first, second) = (symbol(&names), symbol(&names))
    var value = Baseline.Withheld(commit: text(), policyDigest: text())
    let id = number()
    value.origin = Action.Origin(rawValue: field())
    if hasParts {
      value.isDeclared = flag()
      value.parts = text()?.split(separator: "\n").compactMap(Part.init(text:))
    }
    switch (word, first, second) {
    case ("tenant", _, _): return (.tenant, id, value)
    case ("owner", let workspace, _): return (.owner(workspace), id, value)
    case ("workspace", let name?, _): return (.workspace(name), id, value)
    case ("member", let workspace, let person?): return (.member(workspace: workspace, person: person), id, value)
    case ("key", let workspace?, let name?): return (.apiKey(workspace: workspace, name: name), id, value)
    case ("policy", _, _): return (.policy, id, value)
    case ("management", let workspace, _): return (.management(workspace), id, value)
    default: return nil
    }
  }
}
