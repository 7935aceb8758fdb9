import Model

/// Somebody's part in what changed a declaration.
public struct Part: Hashable, Sendable {
  /// 40 hexadecimal digits; empty: an invocation named the person for all of it.
  public var commit: String
  /// Their email as the commit or the pipeline has it.
  public var email: String
  /// Caseless emails of those who approved; sorted.
  public var approvers: [String]
  /// They changed the entry itself, not only a group or policy through which that gives something.
  public var changesEntry: Bool
  /// An author of the commit. Where commits are not believed, this counts against nobody but themselves.
  public var isAuthor: Bool
  /// They had no right to it when it was first judged, nor had whoever approved it: what these may do later does not count.
  public var isRefused = false
  /// Rules about people that let it pass when it was first judged. They are not asked again.
  public var passed: Set<RuleName> = []

  public init(commit: String, email: String, approvers: [String], changesEntry: Bool, isAuthor: Bool = false) {
    (self.commit, self.email, self.approvers, self.changesEntry) = (commit, email, approvers, changesEntry)
    self.isAuthor = isAuthor
  }

  private var key: [String] { [commit, email.emailKey, isAuthor ? "author" : ""] }

  /// Whether both are the same person's, in the same capacity.
  func isSame(as other: Part) -> Bool { key == other.key }

  /// The same part, as it is known from two sides.
  func joined(with other: Part) -> Part {
    var result = self
    result.approvers = Set(approvers + other.approvers).sorted()
    result.changesEntry = changesEntry || other.changesEntry
    result.isRefused = isRefused || other.isRefused
    result.passed = isRefused || other.isRefused ? [] : passed.union(other.passed)
    return result
  }

  /// Each part as it was judged, where it was.
  static func updated(_ known: [Part], by judged: [Part]) -> [Part] {
    let new = Dictionary(judged.map { ($0.key, $0) }, uniquingKeysWith: { $0.joined(with: $1) })
    let seen = Set(known.map(\.key))
    return known.map { new[$0.key] ?? $0 } + judged.filter { !seen.contains($0.key) }
  }

  /// Each part once, in the order of the first, then of the second.
  static func joined(_ first: [Part], _ second: [Part]) -> [Part] {
    if second.isEmpty { return first }
    var result = first
    var places = Dictionary(first.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { a, _ in a })
    for part in second {
      if let place = places[part.key] {
        result[place] = result[place].joined(with: part)
      } else {
        places[part.key] = result.count
        result.append(part)
      }
    }
    return result
  }
}

extension Part {
  /// Rules that ask who answers for a change.
  static let rules: [RuleName] = [.noSelfChange, .actorAllowed]

  /// One line of fields with a space between: the commit (`-`: none), `e` for the entry itself, `a` for an author of the
  /// commit, `r` for refused, a digit for each of ``rules`` that let it pass; how many approvers, and these; the email, which is the rest.
  var text: String {
    var flags = changesEntry ? "e" : "-"
    if isAuthor { flags += "a" }
    if isRefused { flags += "r" }
    for (index, rule) in Self.rules.enumerated() where passed.contains(rule) { flags += "\(index)" }
    let known = approvers.filter { !$0.contains(" ") && !$0.contains("\n") }
    let fields = [commit.isEmpty ? "-" : commit, flags, "\(known.count)"] + known + [email]
    return fields.joined(separator: " ").replacing("\n", with: " ")
  }

  /// Nil for anything but a ``text``.
  init?(text: Substring) {
    let fields = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 4, let count = Int(fields[2]), count >= 0 else { return nil }
    let rest = fields[3].split(separator: " ", maxSplits: count, omittingEmptySubsequences: false)
    guard rest.count == count + 1 else { return nil }
    self.init(
      commit: fields[0] == "-" ? "" : String(fields[0]), email: String(rest[count]),
      approvers: rest.prefix(count).map(String.init), changesEntry: fields[1].contains("e"),
      isAuthor: fields[1].contains("a"))
    isRefused = fields[1].contains("r")
    for (index, rule) in Self.rules.enumerated() where fields[1].contains("\(index)") { passed.insert(rule) }
  }
}
