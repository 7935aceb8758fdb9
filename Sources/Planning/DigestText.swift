import Model

extension Plan {
  /// What a plan's digest is taken over: the applicable actions as sorted lines of action, path, subject, before and
  /// after, then what else comes to count, then the overrides (SPEC section 8). The same before and after a merge: no
  /// commit, serial or time is in it.
  public var digestText: String {
    let lines = applicable.map { action in
      let path = Path(tenant: action.organization, workspace: action.workspace).description
      return [
        action.kind.rawValue, path, action.subject ?? "", text(action.before), text(action.after),
      ].map(escaped).joined(separator: "\t")
    }
    let adopted = adoptions.map { adoption in
      let path = Path(tenant: adoption.organization, workspace: adoption.workspace).description
      return [
        "adopted", adoption.kind.rawValue, path, adoption.subject ?? "", text(adoption.before), text(adoption.after),
      ].map(escaped).joined(separator: "\t")
    }
    let exceptions = overrides.map { override in
      ["override", override.rule.rawValue, override.organization ?? "", override.reason].map(escaped).joined(
        separator: "\t")
    }
    return (sorted(lines) + sorted(adopted) + sorted(exceptions)).map { $0 + "\n" }.joined()
  }

  private func sorted(_ lines: [String]) -> [String] {
    lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func text(_ fields: Fields?) -> String {
    guard let fields else { return "-" }
    return "{" + fields.entries.map { "\(escaped($0.key))=\(text($0.value))" }.joined(separator: ",") + "}"
  }

  private func text(_ value: Fields.Value) -> String {
    switch value {
    case .text(let text): "\"" + escaped(text) + "\""
    case .number(let number): String(number)
    case .flag(let flag): flag ? "true" : "false"
    case .null: "null"
    }
  }

  /// Keeps separators apart from contents.
  private func escaped(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 != 0x5C && $0 != 0x09 && $0 != 0x0A && $0 != 0x22 }
    if isPlain { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\"": result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
