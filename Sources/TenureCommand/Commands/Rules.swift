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
        return [name.rawValue, RulePage.override(words), words.refuses]
      }
      console.out(
        TextTable(header: ["rule", "override", "refuses"], rows: rows).render(color: console.usesColor))
    case .json:
      let rules = try RuleName.allCases.map { try RulePage($0).json }
      console.out((["rules": .array(rules)] as JSONValue).pretty() + "\n")
    }
    return .success
  }
}

struct RulesExplain: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "What one rule refuses, why, and what to do instead.",
    discussion: "EXAMPLE: tenure rules explain last-owner-kept")

  @Argument(help: "Name of a rule.", completion: .rules)
  var rule: String

  @Option(help: "How to show it; markdown is the rule's page below examples/policies/rules.")
  var format = PageFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard let name = RuleName(rawValue: rule) else {
      let near = Nearest.name(to: rule, among: RuleName.allCases.map(\.rawValue))
      throw Failure(
        .usage, "there is no rule '\(rule)'", hint: near.map { "did you mean '\($0)'?" } ?? "tenure rules lists them")
    }
    let page = try RulePage(name)
    switch format {
    case .text: console.out(page.text)
    case .json: console.out(page.json.pretty() + "\n")
    case .markdown: console.out(page.markdown)
    }
    return .success
  }
}
