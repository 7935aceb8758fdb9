import ArgumentParser
import Model
import Planning
import Reports

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List the protection rules, or explain one.",
    discussion: """
      EXAMPLE: tenure rules
      EXAMPLE: tenure rules explain removal-threshold
      """,
    subcommands: [RulesList.self, RulesExplain.self], defaultSubcommand: RulesList.self)
}

struct RulesList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the protection rules (what `tenure rules` does).",
    discussion: "EXAMPLE: tenure rules --format json")

  @Option(help: "How to show them.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    switch format {
    case .text:
      let rows = RuleName.allCases.map { name in
        let words = Rules.documentation(of: name)
        return [name.rawValue, RuleText.override(words), words.refuses]
      }
      console.out(
        TextTable(header: ["rule", "override", "refuses"], rows: rows).render(color: console.usesColor))
    case .json:
      console.out((["rules": .array(RuleName.allCases.map(RuleText.json))] as JSONValue).pretty() + "\n")
    }
    return .success
  }
}

struct RulesExplain: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "What one rule refuses, why, and what to do instead.",
    discussion: "EXAMPLE: tenure rules explain last-owner-kept")

  @Argument(help: "Name of a rule.")
  var rule: String

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard let name = RuleName(rawValue: rule) else {
      let near = Nearest.name(to: rule, among: RuleName.allCases.map(\.rawValue))
      throw Failure(
        .usage, "there is no rule '\(rule)'", hint: near.map { "did you mean '\($0)'?" } ?? "tenure rules lists them")
    }
    let words = Rules.documentation(of: name)
    switch format {
    case .text:
      console.out(
        """
        \(name.rawValue)

        Refuses:  \(words.refuses)
        Why:      \(words.why)
        Example:  \(words.example)
        Remedy:   \(words.remedy)
        Override: \(RuleText.override(words))

        """)
    case .json: console.out(RuleText.json(name).pretty() + "\n")
    }
    return .success
  }
}

/// A rule's documentation in words.
enum RuleText {
  static func override(_ words: RuleDocumentation) -> String {
    switch words.override {
    case .never: "never"
    case .no(let instead): "no: \(instead)"
    case .yes: "yes"
    case .flag(let flag): flag
    }
  }

  static func json(_ name: RuleName) -> JSONValue {
    let words = Rules.documentation(of: name)
    return [
      "rule": .string(name.rawValue), "refuses": .string(words.refuses),
      "why": .string(words.why), "example": .string(words.example), "remedy": .string(words.remedy),
      "override": .string(override(words)),
    ]
  }
}
