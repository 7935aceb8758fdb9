import Model

extension PlanJSON {
  /// An action as ``action(_:)`` wrote it; nil for anything else.
  public static func readAction(_ value: JSONValue) -> Action? {
    guard let kind = value["action"]?.text.flatMap(Action.Kind.init), let owner = value["organization"],
      let origin = value["origin"]?.text.flatMap(Action.Origin.init), let actors = texts(value["actors"]),
      let names = texts(value["blockedBy"]), let before = value["before"], let after = value["after"],
      let source = value["source"]
    else { return nil }
    let organization = owner.text ?? ""
    // Only the Policy for all has none.
    guard owner.text != nil || (owner == .null && kind == .updatePolicy) else { return nil }
    let rules = names.compactMap(RuleName.init)
    guard rules.count == names.count, let old = fieldsOrNull(before), let new = fieldsOrNull(after),
      let place = location(source)
    else { return nil }
    return Action(
      kind, organization: organization, workspace: value["workspace"]?.text, subject: value["subject"]?.text,
      before: old, after: new, origin: origin, actors: actors, source: place, blockedBy: rules)
  }

  /// The texts of an array; nil for anything else.
  public static func texts(_ value: JSONValue?) -> [String]? {
    guard let elements = value?.elements else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
  }

  private static func fieldsOrNull(_ value: JSONValue) -> Fields?? {
    if case .null = value { return .some(nil) }
    guard let members = value.members else { return nil }
    var entries: [(String, Fields.Value)] = []
    for member in members {
      switch member.value {
      case .string(let text): entries.append((member.key, .text(text)))
      case .number(let number): entries.append((member.key, .number(Int(number))))
      case .bool(let flag): entries.append((member.key, .flag(flag)))
      case .null: entries.append((member.key, .null))
      case .object, .array, .decimal: return nil
      }
    }
    return Fields(entries)
  }

  private static func location(_ value: JSONValue) -> SourceLocation?? {
    if case .null = value { return .some(nil) }
    guard let file = value["file"]?.text, let line = value["line"]?.integer, let column = value["column"]?.integer
    else { return nil }
    return SourceLocation(file: file, line: Int(line), column: Int(column))
  }
}
