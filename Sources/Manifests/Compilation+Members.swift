import Model

/// Where in a list at hand each person is; nothing is cleared between lists.
struct PersonSlots {
  private var stamps: ContiguousArray<UInt32> = []
  private var places: ContiguousArray<UInt32> = []
  private var generation: UInt32 = 0

  mutating func begin(_ count: Int) {
    if stamps.count < count {
      stamps.append(contentsOf: repeatElement(0, count: count - stamps.count))
      places.append(contentsOf: repeatElement(0, count: count - places.count))
    }
    generation += 1
  }

  /// The place of the person, or nil after giving them the place `new`.
  mutating func place(of person: Symbol, new: Int) -> Int? {
    let i = Int(person.rawValue)
    if stamps[i] == generation { return Int(places[i]) }
    stamps[i] = generation
    places[i] = UInt32(new)
    return nil
  }
}

/// Whose list it is.
struct ListContext {
  var scope: RoleScope
  var roles: Vocabulary.Roles
  /// Whose groups may be named besides those for all.
  var organization: Int?
  var file: Int
  /// What errors stop.
  var stops: Diagnostic.Scope
}

/// A member list as it counts.
struct MemberList {
  /// Nil: not managed.
  var members: [DesiredMember]?
  var later: [Symbol: [DesiredMember]] = [:]
}

/// What an entry gives somebody whom another one names too.
private struct Candidate {
  var member: DesiredMember
  var rank: Int
}

extension DesiredMember {
  fileprivate func ends(before other: DesiredMember) -> Bool {
    guard let end = expires else { return false }
    return other.expires.map { end < $0 } ?? true
  }
}

extension Compilation {
  /// A member list, one entry a person, sorted by person (as symbols), with what others give once that has ended. Who is
  /// named several times has the entry that comes first here: in force before ended, own before a group's, higher rank,
  /// later end.
  mutating func members(
    _ entries: [MemberEntry]?, owner: Placed<EmailName>?, _ context: ListContext
  ) -> MemberList {
    if let owner { refuseFormer(owner.value.person, at: owner.place, of: context.file, scope: context.stops) }
    guard let entries else { return MemberList() }
    var ranks: [Int] = []
    var members: [DesiredMember] = []
    var covered: [Candidate] = []
    let hasGroups = entries.contains { $0.isGroup }
    // Without room to grow: there are as many of them as memberships.
    members.reserveCapacity(entries.count + 1 + (hasGroups ? groupCount(entries, context) : 0))
    if hasGroups {
      ranks.reserveCapacity(entries.count)
      slots.begin(names.count)
    }
    let (now, roles) = (self.now, context.roles)
    var isOwnerListed = false
    for entry in entries where !entry.isGroup {
      guard let rank = rank(entry.role, roles) else {
        reportUnknownRole(entry, context)
        continue
      }
      guard entry.isPerson else { continue }
      refuseFormer(entry.person, at: entry.place, of: context.file, scope: context.stops)
      var isInForce = true
      if let end = entry.expires, end <= now { isInForce = false }
      if let owner, owner.value.person == entry.person {
        if entry.role != roles.top { reportLowOwner(entry, context) }
        // An ended entry gives way to what `owner` implies.
        if !isInForce { continue }
        isOwnerListed = true
        if entry.expires != nil, let top = roles.top {
          let member = DesiredMember(person: entry.person, role: top, mark: owner.place.mark(context.file))
          covered.append(Candidate(member: member, rank: roles.ranks[0]))
        }
      }
      if hasGroups {
        _ = slots.place(of: entry.person, new: members.count)
        ranks.append(rank)
      }
      members.append(
        DesiredMember(
          person: entry.person, role: entry.role, expires: entry.expires, protect: entry.protect,
          reinvite: entry.reinvite, mark: entry.place.mark(context.file), isInForce: isInForce))
    }
    if let owner, !isOwnerListed, let top = roles.top {
      if hasGroups {
        _ = slots.place(of: owner.value.person, new: members.count)
        ranks.append(roles.ranks[0])
      }
      members.append(DesiredMember(person: owner.value.person, role: top, mark: owner.place.mark(context.file)))
    }
    if hasGroups { addGroups(entries, context, to: &members, ranks: &ranks, &covered) }
    sort(&members)
    return MemberList(members: members, later: later(than: members, covered))
  }

  /// Of what other entries give, what outlasts those that win: somebody's own entry that ends lets a group's show.
  private func later(than members: [DesiredMember], _ covered: [Candidate]) -> [Symbol: [DesiredMember]] {
    if covered.isEmpty { return [:] }
    var result: [Symbol: [DesiredMember]] = [:]
    let open = Dictionary(grouping: covered, by: \.member.person)
    for member in members {
      guard let candidates = open[member.person] else { continue }
      let person = member.person
      var present: DesiredMember? = member
      while let end = present?.expires {
        let next = candidates.filter { $0.member.expires.map { end < $0 } ?? true }
          .min { wins($0.member, $0.rank, over: $1.member, $1.rank) }
        if let next { result[person, default: []].append(next.member) }
        present = next?.member
      }
    }
    return result
  }

  /// Nil: the entry gives nothing.
  private func rank(_ role: Symbol, _ roles: Vocabulary.Roles) -> Int? { roles.rank(role) ?? (isLenient ? .min : nil) }

  /// How many people the groups of a list have, at most.
  private mutating func groupCount(_ entries: [MemberEntry], _ context: ListContext) -> Int {
    var count = 0
    for entry in entries where entry.isGroup {
      if let group = groups.find(entry.name, organization: context.organization) {
        count += groups.people(in: group).count - 1
      }
    }
    return max(count, 0)
  }

  private mutating func addGroups(
    _ entries: [MemberEntry], _ context: ListContext, to members: inout [DesiredMember], ranks: inout [Int],
    _ covered: inout [Candidate]
  ) {
    for entry in entries where entry.isGroup {
      let rank = rank(entry.role, context.roles)
      if rank == nil { reportUnknownRole(entry, context) }
      guard let group = groups.find(entry.name, organization: context.organization) else {
        reportUnknownGroup(
          entry.name, at: entry.place, of: context.file, organization: context.organization, scope: context.stops)
        continue
      }
      guard let rank else { continue }
      let isInForce = entry.expires.map { $0 > now } ?? true
      for person in groups.people(in: group) {
        let member = DesiredMember(
          person: person, role: entry.role, expires: entry.expires, protect: entry.protect, reinvite: entry.reinvite,
          group: entry.name, mark: entry.place.mark(context.file), isInForce: isInForce)
        guard let place = slots.place(of: person, new: members.count) else {
          members.append(member)
          ranks.append(rank)
          continue
        }
        let other = (member: members[place], rank: ranks[place])
        let isBetter = wins(member, rank, over: other.member, other.rank)
        if isBetter { (members[place], ranks[place]) = (member, rank) }
        let loser = isBetter ? Candidate(member: other.member, rank: other.rank) : Candidate(member: member, rank: rank)
        if loser.member.isInForce, members[place].ends(before: loser.member) { covered.append(loser) }
      }
    }
  }

  private func wins(_ a: DesiredMember, _ rankA: Int, over b: DesiredMember, _ rankB: Int) -> Bool {
    if a.isInForce != b.isInForce { return a.isInForce }
    if (a.group == nil) != (b.group == nil) { return a.group == nil }
    if rankA != rankB { return rankA > rankB }
    let (endA, endB) = (a.expires?.milliseconds ?? .max, b.expires?.milliseconds ?? .max)
    if endA != endB { return endA > endB }
    // Neither is better; the name decides, since order has no meaning.
    guard let nameA = a.group, let nameB = b.group else { return false }
    return names.precedes(nameA, nameB)
  }

  private func sort(_ members: inout [DesiredMember]) {
    // Symbols are given in reading order, so a list that names its people first is sorted already.
    var isSorted = true
    for i in members.indices.dropFirst() where members[i].person < members[i - 1].person {
      isSorted = false
      break
    }
    if !isSorted { members.sort { $0.person < $1.person } }
  }

  private mutating func reportUnknownRole(_ entry: MemberEntry, _ context: ListContext) {
    guard context.roles.isCertain else { return }
    let known = context.roles.names.map(names.text)
    let kind =
      switch context.scope {
      case .organization: "organization"
      case .workspace: "workspace"
      }
    report(
      "unknown-role", "There is no \(kind) role \(quoted(entry.role)).", at: entry.rolePlace, of: context.file,
      hint: suggestions.hint(for: names.text(entry.role), among: known) ?? "One of: \(known.joined(separator: ", ")).",
      scope: context.stops)
  }

  private mutating func reportLowOwner(_ entry: MemberEntry, _ context: ListContext) {
    guard context.roles.isCertain else { return }
    let top = context.roles.top.map { quoted($0) } ?? ""
    report(
      "owner-below-top-role", "\(quoted(entry.name)) is the owner, which means the role \(top).", at: entry.rolePlace,
      of: context.file, hint: "Write \(top), or leave the entry out: `owner` implies it.", scope: context.stops)
  }
}
