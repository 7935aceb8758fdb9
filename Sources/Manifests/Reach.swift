import Model

/// What a change of some files can concern: the organizations and accounts that their documents declare, and whatever
/// refers to a group, an account or a policy in them. Documents of everything else are the same before and after, and
/// need not be read.
///
/// | in a changed file                   | concerns                                                              |
/// |-------------------------------------|-----------------------------------------------------------------------|
/// | Organization, Workspace, its Policy | that organization                                                     |
/// | Group for all                       | whoever names it, in a member list or through another group           |
/// | Account                             | itself, and whoever names its present or former email                 |
/// | Policy for all                      | everything                                                            |
public struct Reach: Sendable {
  public private(set) var isEverything = false
  public private(set) var organizations: Set<Symbol> = []
  /// Groups for all.
  public private(set) var groups: Set<Symbol> = []
  /// Emails, in the form in which they are compared, whose meaning changed.
  public private(set) var people: Set<Symbol> = []
  /// Accounts by caseless email.
  public private(set) var accounts: Set<Symbol> = []

  public init() {}

  /// Tenants by name, as in ``DesiredTenant/name``.
  public init(tenants: some Sequence<String>, names: inout NameTable) {
    for name in tenants { insert(name, names: &names) }
  }

  public mutating func insert(_ tenant: String, names: inout NameTable) {
    if tenant.hasPrefix("~") {
      accounts.insert(names.intern(String(tenant.dropFirst())))
    } else {
      organizations.insert(names.intern(tenant))
    }
  }

  /// From the documents of the changed files, as they were and as they are.
  public init(changed files: [FileDocuments]) {
    for file in files {
      organizations.formUnion(file.organizations.map(\.name.value))
      organizations.formUnion(file.workspaces.map(\.organization.value))
      groups.formUnion(file.groups.map(\.name))
      for account in file.accounts {
        accounts.insert(account.email.value.person)
        people.insert(account.email.value.person)
        people.formUnion(account.formerly.map(\.value.person))
      }
      for policy in file.policies {
        if let organization = policy.organization {
          organizations.insert(organization.value)
        } else {
          isEverything = true
        }
      }
      // What a broken document was meant to be is not known.
      if !file.findings.isEmpty { isEverything = true }
    }
  }

  public static let everything: Reach = {
    var reach = Reach()
    reach.isEverything = true
    return reach
  }()

  /// Adds what refers to it in these files; true where that made it larger.
  public mutating func grow(by files: [FileDocuments]) -> Bool {
    let before = (organizations.count, groups.count, accounts.count)
    for file in files {
      for group in file.groups where concerns(group) { groups.insert(group.name) }
      for organization in file.organizations where !organizations.contains(organization.name.value) {
        let isConcerned =
          concerns(organization.members) || organization.owner.map { people.contains($0.value.person) } ?? false
          || organization.groups.contains { concerns($0) || groups.contains($0.name) }
          || (organization.workspaces ?? []).contains(where: concerns)
        if isConcerned { organizations.insert(organization.name.value) }
      }
      for workspace in file.workspaces where concerns(workspace.entry) {
        organizations.insert(workspace.organization.value)
      }
      for account in file.accounts where (account.workspaces ?? []).contains(where: concerns) {
        accounts.insert(account.email.value.person)
      }
    }
    return before != (organizations.count, groups.count, accounts.count)
  }

  /// Whether a tenant of the desired state is within it.
  public func contains(_ tenant: DesiredTenant, names: NameTable) -> Bool {
    if isEverything { return true }
    if let person = tenant.account { return accounts.contains(person) }
    return names.symbol(of: tenant.name).map(organizations.contains) ?? false
  }

  private func concerns(_ workspace: WorkspaceEntry) -> Bool {
    concerns(workspace.members) || workspace.owner.map { people.contains($0.value.person) } ?? false
  }

  private func concerns(_ members: [MemberEntry]?) -> Bool {
    (members ?? []).contains { entry in
      switch entry.kind {
      case .person: people.contains(entry.person)
      case .group: groups.contains(entry.name)
      case .unreadable: false
      }
    }
  }

  private func concerns(_ group: GroupEntry) -> Bool {
    group.items.contains { $0.isPerson ? people.contains($0.person) : groups.contains($0.name) }
  }
}

extension Documents {
  /// Without the documents of organizations beyond the reach; policies and groups for all, and accounts, stay.
  ///
  /// - Parameter isWhole: files, by index, that stay as they are.
  public func within(_ reach: Reach, isWhole: (Int) -> Bool = { _ in false }) -> Documents {
    if reach.isEverything { return self }
    var result = self
    for index in files.indices where !isWhole(index) {
      result.files[index].organizations.removeAll { !reach.organizations.contains($0.name.value) }
      result.files[index].workspaces.removeAll { !reach.organizations.contains($0.organization.value) }
      result.files[index].policies.removeAll { policy in
        policy.organization.map { !reach.organizations.contains($0.value) } ?? false
      }
    }
    return result
  }
}

/// Tells by its bytes alone whether a file can say anything about a reach. It may say yes for nothing, never no for
/// something: names are compared by hash and without case, and a file with an escape is always a yes.
public struct NeedleSearch: Sendable {
  /// Documents of these kinds may matter whatever they name.
  private static let always = ["Policy", "Group", "Account"]

  private var hashes: Set<UInt64> = []
  /// A bit for the low 16 bits of each hash: nearly all words stop here.
  private var filter = [UInt64](repeating: 0, count: 1024)
  private var isForPeople: Bool

  public init(_ reach: Reach, names: NameTable) {
    isForPeople = !reach.people.isEmpty
    for word in Self.always { add(Array(word.utf8)) }
    for symbol in reach.organizations.union(reach.groups).union(reach.people) {
      names.withBytes(of: symbol) { add(Array($0)) }
    }
  }

  /// Whether words can be told apart for these names: false where one has a byte that ends words, or letters that have
  /// other cases beyond ASCII.
  public static func canFind(_ reach: Reach, names: NameTable) -> Bool {
    reach.organizations.union(reach.groups).union(reach.people).allSatisfy { symbol in
      names.withBytes(of: symbol) { $0.allSatisfy { $0 < 0x80 && !endsWord($0) } }
    }
  }

  public func mayFind(in bytes: UnsafeRawBufferPointer) -> Bool {
    var hash = Self.seed
    var (isForeign, isEmail) = (false, false)
    for byte in bytes {
      if byte == UInt8(ascii: "\\") { return true }
      if Self.endsWord(byte) {
        if contains(hash) || (isForPeople && isForeign && isEmail) { return true }
        (hash, isForeign, isEmail) = (Self.seed, false, false)
      } else {
        hash = Self.step(hash, byte)
        if byte >= 0x80 { isForeign = true }
        if byte == UInt8(ascii: "@") { isEmail = true }
      }
    }
    return contains(hash) || (isForPeople && isForeign && isEmail)
  }

  private mutating func add(_ word: [UInt8]) {
    let hash = word.reduce(Self.seed, Self.step)
    hashes.insert(hash)
    filter[Int(hash & 0xFFFF) >> 6] |= 1 << (hash & 63)
  }

  private func contains(_ hash: UInt64) -> Bool {
    filter[Int(hash & 0xFFFF) >> 6] & (1 << (hash & 63)) != 0 && hashes.contains(hash)
  }

  /// FNV-1a, without case.
  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    let folded = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    return (hash ^ UInt64(folded)) &* 0x100_0000_01B3
  }

  /// White space and what YAML puts around names.
  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "#"), UInt8(ascii: "&"),
      UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"):
      true
    default: false
    }
  }
}
