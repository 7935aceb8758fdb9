import Manifests
import Model
import Planning
import Reports

/// All there is to say about one rule, in three forms.
struct RulePage {
  private let name: RuleName
  private let words: RuleDocumentation
  /// What each preset sets it to, in SPEC's order.
  private let presets: [(preset: String, setting: String)]

  init(_ name: RuleName) throws {
    self.name = name
    words = Rules.documentation(of: name)
    presets = try Policies.presets.map { preset in
      let key = "protection.\(name.rawValue)\t"
      let leaf = try StoredState.preset(preset).canonical.split(separator: "\n").first { $0.hasPrefix(key) }
      return (preset, leaf.map { String($0.dropFirst(key.count)) } ?? "off")
    }
  }

  static func override(_ words: RuleDocumentation) -> String {
    switch words.override {
    case .never: "never"
    case .no(let instead): "no: \(instead)"
    case .yes: "yes"
    case .flag(let flag): flag
    }
  }

  var text: String {
    """
    \(name.rawValue)

    Refuses:  \(words.refuses)
    Why:      \(words.why)
    Example:  \(words.example)
    Remedy:   \(words.remedy)
    Override: \(Self.override(words))
    Values:   \(Policies.values(of: name))
    Presets:  \(presets.map { "\($0.preset): \($0.setting)" }.joined(separator: ", "))

    """
  }

  var json: JSONValue {
    [
      "rule": .string(name.rawValue), "refuses": .string(words.refuses), "why": .string(words.why),
      "example": .string(words.example), "remedy": .string(words.remedy), "override": .string(Self.override(words)),
      "values": .string(Policies.values(of: name)),
      "presets": .object(presets.map { .init($0.preset, .string($0.setting)) }),
    ]
  }

  var markdown: String {
    let rows = presets.map { "| [`\($0.preset)`](../\($0.preset)) | `\($0.setting)` |" }.joined(separator: "\n")
    return """
      # `\(name.rawValue)`

      Refuses \(words.refuses).

      **Why.** \(words.why)

      **Example of what it refuses.** \(words.example)

      **What to do instead.** \(words.remedy)

      **Override.** \(overrideSentence)

      **Values.** \(Policies.values(of: name))

      | preset | value |
      |---|---|
      \(rows)

      """
  }

  private var overrideSentence: String {
    switch words.override {
    case .never: "Never."
    case .no(let instead): "None: \(instead)."
    case .yes: "`--override \(name.rawValue)[@ORG] --reason TEXT`, for one invocation; it goes into the audit log."
    case .flag(let flag): "`\(flag)`, for one invocation."
    }
  }
}
