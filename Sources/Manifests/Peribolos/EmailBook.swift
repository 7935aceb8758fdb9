import Model

/// Which email belongs to which login; logins are compared without case.
public struct EmailBook: Sendable {
  /// By login in lower case.
  private var emails: [String: String] = [:]
  /// For logins that are not listed; nil: they have none.
  private let domain: String?
  /// What is wrong with the list.
  public private(set) var diagnostics: [Diagnostic] = []

  /// Every login at one domain: `ada` is `ada@acme.example`.
  public init(domain: String?) { self.domain = domain }

  /// A mapping `login: email` as YAML.
  public init(_ file: ParsedFile, domain: String?) {
    self.domain = domain
    var reading = Reading(path: file.path, bytes: file.bytes)
    if let failure = file.failure {
      let place = Place(line: UInt32(clamping: failure.line), column: UInt32(clamping: failure.column))
      reading.report(failure.code, failure.message, at: place, hint: failure.hint)
    }
    for tree in file.documents where !tree.nodes.isEmpty {
      guard tree.nodes[0].kind == .mapping else {
        let isEmpty = tree.nodes[0].kind == .scalar && tree.nodes[0].length == 0
        if !isEmpty {
          reading.report(
            "wrong-type", "A list of emails is a mapping of logins.", at: .start, hint: "Write `ada: ada@acme.example`."
          )
        }
        continue
      }
      var key = 1
      while key < Int(tree.nodes[0].end) {
        let (login, value) = (tree.nodes[key], tree.nodes[key + 1])
        let isText = value.kind == .scalar
        add(
          tree.string(key), Place(line: login.line, column: login.column), isText ? tree.string(key + 1) : "",
          Place(line: value.line, column: value.column), &reading)
        key = Int(value.end)
      }
    }
    diagnostics = reading.list.sorted()
  }

  /// Lines `login,email`; the first may be a header of these words.
  public init(csv bytes: [UInt8], path: String, domain: String?) {
    self.domain = domain
    var reading = Reading(path: path, bytes: bytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      reading.report("not-utf8", "The file is not UTF-8.", at: .start, hint: "Save it as UTF-8.")
      diagnostics = reading.list.sorted()
      return
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let place = Place(line: UInt32(clamping: number + 1), column: 1)
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(Self.field)
      if fields == [""] || number == 0 && fields.map({ $0.lowercased() }) == ["login", "email"] { continue }
      guard fields.count == 2 else {
        reading.report(
          "wrong-type", "A line is a login, a comma and an email.", at: place, hint: "ada,ada@acme.example")
        continue
      }
      add(fields[0], place, fields[1], place, &reading)
    }
    diagnostics = reading.list.sorted()
  }

  /// Nil where there is none, or none that could be one.
  public func email(of login: String) -> String? {
    if let known = emails[login.lowercased()] { return known }
    guard let made = domain.map({ login + "@" + $0 }), Email.isValid(made) else { return nil }
    return made
  }

  private mutating func add(
    _ login: String, _ place: Place, _ email: String, _ emailPlace: Place, _ reading: inout Reading
  ) {
    guard !login.isEmpty else { return reading.report("wrong-type", "Here the login is missing.", at: place) }
    guard Email.isValid(email) else {
      return reading.report(
        "invalid-email", "`\(Shown.text(email))` is no email address.", at: emailPlace,
        hint: "An email address looks like `ada@acme.example`.")
    }
    guard emails.updateValue(email, forKey: login.lowercased()) == nil else {
      return reading.report("duplicate-key", "The login `\(Shown.text(login))` stands here twice.", at: place)
    }
  }

  /// Without outer spaces and quotes.
  private static func field(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    let isQuoted = text.count > 1 && text.first == "\"" && text.last == "\""
    return String(isQuoted ? text.dropFirst().dropLast() : text)
  }

  /// Errors of one file, with the lines they are about.
  private struct Reading {
    var list: DiagnosticList

    init(path: String, bytes: [UInt8]) {
      var documents = Documents(paths: [path], files: [FileDocuments()])
      documents.text = { _ in bytes }
      list = DiagnosticList(documents)
    }

    mutating func report(_ code: String, _ message: String, at place: Place, hint: String? = nil) {
      list.add(Finding(code: code, message: message, place: place, hint: hint, scope: .everything), file: 0)
    }
  }
}
