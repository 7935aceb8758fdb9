import Model

/// How a report writes names and code inside a sentence.
struct Lettering: Sendable {
  /// Names of people, roles, groups and places.
  var name: @Sendable (String) -> String
  /// Emails and rules.
  var code: @Sendable (String) -> String

  static let text = Lettering(name: { Inert.line($0) }, code: { Inert.line($0) })
  static let markdown = Lettering(name: { Markdown.plain($0) }, code: { Markdown.code($0) })
}

extension Effect {
  /// `Grace gains admin in acme/ml through platform (was developer)`; nobody's name is longer than a line takes.
  func sentence(_ letters: Lettering) -> String {
    let who = displayName.map { letters.name($0.clipped(to: 80)) } ?? letters.code(person)
    return "\(who) \(words(letters))"
  }

  /// The email first where the sentence begins with a name: `grace@acme.example: Grace gains …`.
  func line(_ letters: Lettering) -> String {
    displayName == nil ? sentence(letters) : "\(letters.code(person)): \(sentence(letters))"
  }

  /// The sentence without who.
  private func words(_ letters: Lettering) -> String {
    let place = letters.name(path.description)
    let what =
      switch (matter, turn) {
      case (.role, .gains): gain(place, letters)
      case (.role, .loses): loss(place, letters)
      case (.ownership, let turn): "\(turn.rawValue) the ownership of \(place)"
      case (.everything(let former), _): "gains everything that \(letters.code(former)) has, as the same person"
      case (.account, let turn): "\(turn.rawValue) the account"
      }
    let rules = blockedBy.map { letters.code($0.rawValue) }.joined(separator: ", ")
    return what + originWords + (rules.isEmpty ? "" : ", blocked by \(rules)")
  }

  /// | before           | after             | says                                                      |
  /// |------------------|-------------------|-----------------------------------------------------------|
  /// | nothing          | admin             | gains admin in acme/ml                                    |
  /// | developer        | admin             | gains admin in acme/ml (was developer)                    |
  /// | nothing          | an offer of admin | gains admin in acme/ml, once they accept                  |
  /// | an offer, viewer | an offer of admin | gains admin in acme/ml, once they accept (offered viewer) |
  /// | admin until X    | admin until Y     | keeps admin in acme/ml, until Y (was until X)             |
  private func gain(_ place: String, _ letters: Lettering) -> String {
    guard let after else { return "gains access to \(place)" }
    var text = "\(letters.name(after.role)) in \(place)" + through(letters)
    let isLonger = before.map { $0.role == after.role && $0.isOffer == after.isOffer } ?? false
    if isLonger {
      text = "keeps \(text), \(after.expires.map { "until \($0)" } ?? "without end")"
    } else {
      text = "gains \(text)" + (after.expires.map { ", until \($0)" } ?? "")
    }
    if after.isOffer { text += ", once they accept" }
    if opensEveryWorkspace { text += ", and enters every workspace there" }
    guard let before else { return text }
    if isLonger { return text + " (was \(before.end))" }
    let end = before.expires.map { " until \($0)" } ?? ""
    return text + " (\(before.isOffer ? "offered" : "was") \(letters.name(before.role))\(end))"
  }

  /// | before         | after              | says                                                |
  /// |----------------|--------------------|-----------------------------------------------------|
  /// | developer      | nothing            | loses developer in acme/ml                          |
  /// | an offer       | nothing            | loses the offer of developer in acme/ml             |
  /// | admin          | developer          | loses admin in acme/ml, keeps developer             |
  /// | admin          | admin until X      | keeps admin in acme/ml only until X (was without end) |
  private func loss(_ place: String, _ letters: Lettering) -> String {
    guard let before else { return "loses access to \(place)" }
    let role = letters.name(before.role)
    if let after, after.role == before.role, after.isOffer == before.isOffer, let end = after.expires {
      let offer = after.isOffer ? ", once they accept" : ""
      return "keeps \(role) in \(place)\(through(letters)) only until \(end)\(offer) (was \(before.end))"
    }
    var text = "loses \(before.isOffer ? "the offer of " : "")\(role) in \(place)"
    if let after {
      let end = after.expires.map { " until \($0)" } ?? ""
      let verb = after.isOffer ? "is offered" : "keeps"
      text += ", \(verb) \(letters.name(after.role))\(through(letters))\(end)"
    } else if origin == .expiry, let end = before.expires {
      text += ", ended \(end)"
    }
    if endsWithWorkspace { text += ", which is deleted" }
    if opensEveryWorkspace { text += ", enters every workspace there no longer" }
    return text
  }

  private func through(_ letters: Lettering) -> String { group.map { " through \(letters.name($0))" } ?? "" }

  private var originWords: String {
    switch origin {
    case .drift: " (drift)"
    case .expiry: matter == .role && turn == .loses && after == nil && before?.expires != nil ? "" : " (expired)"
    case .change, .first: ""
    }
  }
}

extension Effect.Standing {
  fileprivate var end: String { expires.map { "until \($0)" } ?? "without end" }
}

extension String {
  /// At most `count` characters, with how many are missing.
  func clipped(to count: Int) -> String {
    // Bytes are never fewer than characters.
    guard utf8.count > count, self.count > count else { return self }
    return prefix(count) + "… (\(self.count - count) more characters)"
  }
}
