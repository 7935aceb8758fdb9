import Foundation
import Reconciling
import Reports
import TestSupport

extension Door {
  /// Plans in files. JSON that can be read can be written and read again; a plan with its checksum mended is taken
  /// by `apply` or refused.
  static let plans = Door(
    name: "plans",
    snippets: ["\"", "{", "[", "}", "]", ",", ":", "null", "-1", "9223372036854775808", "1e400", "\\ud800"]
  ) { bytes, random in
    guard let value = try? JSONValue.parse(bytes) else { return nil }
    guard (try? JSONValue.parse(Array(value.pretty().utf8))) == value else {
      return "JSON is not read as it was written"
    }
    for action in value["actions"]?.elements ?? [] { _ = PlanJSON.readAction(action) }
    // A process takes a hundred times as long as all of the above.
    guard Int.random(in: 0..<20, using: &random) == 0 else { return nil }
    let changed = replacing(in: value, with: &random)
    guard let members = changed.members else { return nil }
    let repository = try HandmadeRepository()
    try sealed(members).write(toFile: repository.folder + "/plan", atomically: false, encoding: .utf8)
    return try Program.problem("apply plan --yes", in: repository.folder)
  }

  /// With a checksum over what it says now.
  private static func sealed(_ members: [JSONValue.Member]) -> String {
    let rest = members.filter { $0.key != "checksum" }
    let checksum = "sha256:" + digest(JSONValue.object(rest).pretty())
    return JSONValue.object(rest + [.init("checksum", .string(checksum))]).pretty() + "\n"
  }

  /// The value with one of its parts another one.
  private static func replacing(in value: JSONValue, with random: inout SplitMix) -> JSONValue {
    let strange: [JSONValue] = [
      .null, .number(.min), .number(.max), .decimal(1e300), .string(""), .string("~a@b.example"), .array([]),
      .object([]),
      .bool(true),
    ]
    switch value {
    case .object(var members) where !members.isEmpty:
      let index = Int.random(in: members.indices, using: &random)
      members[index].value = replacing(in: members[index].value, with: &random)
      return .object(members)
    case .array(var elements) where !elements.isEmpty:
      let index = Int.random(in: elements.indices, using: &random)
      elements[index] = replacing(in: elements[index], with: &random)
      return .array(elements)
    case .object, .array, .string, .number, .decimal, .bool, .null:
      return strange.randomElement(using: &random) ?? value
    }
  }
}
