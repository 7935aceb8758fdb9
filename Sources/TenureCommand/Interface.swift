import ArgumentParser
import Glibc
import Reports

/// What the command line looks like, as the parser itself describes it: for variables and for suggestions.
struct Interface {
  /// Options that are bound to one invocation and so have no variable (SPEC section 6).
  private static let withoutVariable: Set<String> = [
    "override", "allow-deletion", "allow-move", "allow-rewind", "help", "version",
  ]

  /// Where things are kept, whatever the command: no option's variable.
  private static let cacheFolder = "TENURE_CACHE"

  struct Option {
    /// Long names, the first one gives the variable.
    var names: [String]
    var isFlag: Bool
    var isRepeating: Bool
  }

  /// Wrong names of commands, with the nearest right one.
  func checkCommandNames(_ arguments: [String]) throws {
    var level = TreeNode(type: Tenure.self)
    for argument in arguments {
      guard !level.children.isEmpty else { return }
      if argument.hasPrefix("-") { return }
      if argument == "help" { continue }
      guard let next = level.children.first(where: { $0.name == argument }) else {
        let names = level.children.map(\.name)
        let near = Nearest.name(to: argument, among: names)
        throw Failure(
          .usage, "there is no command '\(argument)'",
          hint: near.map { "did you mean '\($0)'?" } ?? "commands: \(names.joined(separator: ", "))")
      }
      level = next
    }
  }

  /// The arguments with what `TENURE_…` variables add to them.
  func withEnvironment(_ arguments: [String]) throws -> [String] {
    let variables = Self.variables()
    guard !variables.isEmpty, let options = options(of: arguments) else { return arguments }
    let given = Set(
      arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }.map(String.init))
    let bindsReason = options.contains { $0.names.contains("override") }
    var added: [String] = []
    for option in options {
      guard let name = option.names.first, !Self.withoutVariable.contains(name), !(name == "reason" && bindsReason),
        option.names.allSatisfy({ !given.contains("--" + $0) })
      else { continue }
      let named = option.names.map { "TENURE_" + $0.uppercased().replacing("-", with: "_") }
      guard let variable = named.first(where: { variables[$0]?.isEmpty == false }), let value = variables[variable]
      else { continue }
      added += try argumentsFor(option, name, variable, value)
    }
    guard !added.isEmpty else { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return Array(arguments[..<end]) + added + Array(arguments[end...])
  }

  private func argumentsFor(_ option: Option, _ name: String, _ variable: String, _ value: String) throws -> [String] {
    if option.isFlag {
      switch value {
      case "1", "true": return ["--" + name]
      case "0", "false": return []
      default: throw Failure(.usage, "\(variable) is '\(value)'", hint: "a flag takes 1 or true, 0 or false")
      }
    }
    if option.isRepeating { return value.split(separator: ",").flatMap { ["--" + name, String($0)] } }
    return ["--\(name)=\(value)"]
  }

  private static func variables() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee.map({ String(cString: $0) }) {
      if text.hasPrefix("TENURE_"), let equals = text.firstIndex(of: "="), text[..<equals] != Self.cacheFolder {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      entry += 1
    }
    return result
  }

  /// The options of the command that the arguments name, as the parser describes them; nil: they name none.
  private func options(of arguments: [String]) -> [Option]? {
    var node = TreeNode(type: Tenure.self)
    for argument in arguments {
      if node.children.isEmpty { break }
      if let next = node.children.first(where: { $0.name == argument }) {
        node = next
      } else if node.defaultChild != nil {
        break
      } else {
        return nil
      }
    }
    // A description takes time: only of the one that matters, not of all commands.
    let type = (node.defaultChild ?? node).type
    guard let info = try? JSONValue.parse(type._dumpHelp().utf8), let command = info["command"] else { return nil }
    return (command["arguments"]?.elements ?? []).compactMap { argument -> Option? in
      let names = (argument["names"]?.elements ?? []).filter { $0["kind"]?.text == "long" }.compactMap {
        $0["name"]?.text
      }
      guard !names.isEmpty else { return nil }
      return Option(
        names: names, isFlag: argument["kind"]?.text == "flag", isRepeating: argument["isRepeating"]?.flag ?? false)
    }
  }
}

/// A command's name and those below it, without asking the parser for a description.
private struct TreeNode {
  var type: any ParsableCommand.Type
  var name: String { type.configuration.commandName ?? type._commandName }
  var children: [TreeNode] { type.configuration.subcommands.map(TreeNode.init) }
  /// The one that runs where none is named.
  var defaultChild: TreeNode? { type.configuration.defaultSubcommand.map(TreeNode.init) }
}

/// The nearest name by edit distance, close enough to be meant.
enum Nearest {
  static func name(to wanted: String, among names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: distance(Array(wanted), Array($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, wanted.count / 3) else {
      return nil
    }
    return best.name
  }

  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var current = [i + 1]
      for (j, y) in b.enumerated() {
        current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + (x == y ? 0 : 1)))
      }
      previous = current
    }
    return previous[b.count]
  }
}
