import Model

/// A line that GitHub Actions turns into an annotation.
///
///     ::error file=manifests/acme.yaml,line=3,col=5,title=unknown-key::unknown key `membres`
struct WorkflowCommand {
  /// GitHub shows ten annotations a level and step; the others are only in the log.
  static let mostOfALevel = 10

  enum Level: String, CaseIterable { case error, warning, notice }

  var level: Level
  var location: SourceLocation?
  var title: String
  /// Newlines are kept: write text from outside with ``Inert`` where it must stay on its line.
  var message: String

  init(_ level: Level, at location: SourceLocation? = nil, title: String, _ message: String) {
    (self.level, self.location, self.title, self.message) = (level, location, title, message)
  }

  /// Without a newline at its end.
  var line: String {
    var properties: [String] = []
    if let location {
      properties = ["file=\(Self.property(location.file))", "line=\(location.line)", "col=\(location.column)"]
    }
    properties.append("title=\(Self.property(title))")
    return "::\(level.rawValue) \(properties.joined(separator: ","))::\(Self.data(message))"
  }

  /// GitHub's own escaping for what would end a command; other hostile characters as everywhere (``Inert``).
  private static func data(_ text: String) -> String {
    var result = ""
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      // The command of the line comes first, yet other runners look for this one too.
      case "#" where Inert.startsLegacyCommand(behindFirst: scalars): result += Inert.escaped(scalar)
      case _ where Inert.isHostile(scalar): result += Inert.escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Properties also end at `:` and `,`.
  private static func property(_ text: String) -> String {
    var result = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": result += "%3A"
      case ",": result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
