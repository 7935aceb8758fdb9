import Model
import Planning
import Reconciling
import Reports

/// Saved plans as files. The bytes are bound: another order, another space, one more key is another file than was saved.
extension SavedPlan {
  /// The plan of 100,000 actions takes a fifth of it.
  private static let mostBytes = 256 << 20

  private static let keysBeyondPlan = ["instant", "auditEnd", "tenants", "policies", "options"]

  /// The file's text; it ends with a newline.
  func text(_ plan: Plan) -> String {
    let document = PlanJSON.render(plan, digest: digest)
    let standings = tenants.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, tenant in
      [
        "organization": .string(name), "appliedCommit": JSONValue(tenant.appliedCommit),
        "appliedPolicy": JSONValue(tenant.appliedPolicy), "policy": .string(tenant.policy),
      ] as JSONValue
    }
    let texts = policies.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    let members =
      (document.members ?? []) + [
        .init("instant", .string(instant.description)), .init("auditEnd", .number(auditEnd)),
        .init("tenants", .array(standings)), .init("policies", .object(texts)), .init("options", optionsJSON),
      ]
    return Self.sealed(members)
  }

  private var optionsJSON: JSONValue {
    [
      "only": JSONValue(options.only.map(\.description)), "driftOnly": .bool(options.driftOnly),
      "atomic": .bool(options.atomic), "allowDeletion": .bool(options.allowDeletion),
      "allowMove": .bool(options.allowMove), "actors": JSONValue(actors), "approvedBy": JSONValue(approvers),
      "overrides": .array(
        options.overrides.map {
          [
            "rule": .string($0.rule.rawValue), "organization": JSONValue($0.organization),
            "reason": .string($0.reason),
          ]
        }),
    ]
  }

  private static func sealed(_ members: [JSONValue.Member]) -> String {
    let checksum = "sha256:" + Reconciling.digest(JSONValue.object(members).pretty())
    return JSONValue.object(members + [.init("checksum", .string(checksum))]).pretty() + "\n"
  }

  /// Reads a plan back; refuses what was not written by ``text(_:)`` or was changed since.
  init(contentsOf path: String) throws {
    let again = "tenure plan --out \(path) writes one"
    let bytes = try InputFile.read(path, what: "the plan", most: Self.mostBytes, hint: again)
    guard !bytes.isEmpty else { throw Failure(.failure, "the plan '\(path)' is empty", hint: again) }
    let file: JSONValue
    do {
      file = try JSONValue.parse(bytes)
    } catch {
      throw Failure(.failure, "'\(path)' is no saved plan, or only a part of one: \(error)", hint: again)
    }
    guard let members = file.members, let version = file["formatVersion"]?.integer else {
      throw Failure(.failure, "'\(path)' is no saved plan", hint: again)
    }
    guard version == PlanJSON.formatVersion else {
      throw Failure(
        .failure, "'\(path)' is a plan of format version \(version); this version reads \(PlanJSON.formatVersion)",
        hint: "plan again with this version")
    }
    guard file["checksum"] != nil else {
      throw Failure(
        .failure, "'\(path)' is a plan as JSON, not a saved one", hint: "save it with tenure plan --out FILE")
    }
    guard members.last?.key == "checksum", Self.sealed(members.dropLast()).utf8.elementsEqual(bytes) else {
      throw Failure(
        .failure, "the plan '\(path)' was changed after it was saved; nothing was applied", hint: "plan again")
    }
    guard let plan = Self(file) else {
      throw Failure(
        .failure, "the plan '\(path)' is not as this version saves plans; nothing was applied", hint: "plan again")
    }
    self = plan
  }

  /// Nil where anything is missing, of another type, or not known.
  private init?(_ file: JSONValue) {
    guard let keys = file.members?.map(\.key), Array(keys.suffix(6)) == Self.keysBeyondPlan + ["checksum"],
      let source = file["source"], let commit = source["commit"]?.text, let ref = source["ref"]?.text,
      let manifests = source["manifests"]?.text, let digest = file["digest"]?.text,
      let instant = file["instant"]?.text.flatMap({ Instant(rfc3339: $0) }),
      let auditEnd = file["auditEnd"]?.integer, let list = file["actions"]?.elements,
      let texts = file["policies"]?.members, let tenants = Self.tenants(file), let saved = file["options"],
      let options = Self.options(saved), let actors = PlanJSON.texts(saved["actors"]),
      let approvers = PlanJSON.texts(saved["approvedBy"])
    else { return nil }
    (self.commit, self.ref, self.manifests, self.digest) = (commit, ref, manifests, digest)
    (self.instant, self.auditEnd, self.tenants) = (instant, auditEnd, tenants)
    (self.options, self.actors, self.approvers) = (options, actors, approvers)
    actions = list.compactMap(PlanJSON.readAction)
    policies = Dictionary(texts.compactMap { member in member.value.text.map { (member.key, $0) } }) { a, _ in a }
    guard actions.count == list.count, policies.count == texts.count else { return nil }
  }

  private static func tenants(_ file: JSONValue) -> [String: Standing]? {
    var result: [String: Standing] = [:]
    for entry in file["tenants"]?.elements ?? [] {
      guard let name = entry["organization"]?.text, let policy = entry["policy"]?.text,
        let serial = file["state"]?["serials"]?[name]?.integer
      else { return nil }
      result[name] = Standing(
        serial: serial, appliedCommit: entry["appliedCommit"]?.text, appliedPolicy: entry["appliedPolicy"]?.text,
        policy: policy)
    }
    return result.count == file["state"]?["serials"]?.members?.count ? result : nil
  }

  private static func options(_ saved: JSONValue) -> PlanOptions? {
    guard let only = PlanJSON.texts(saved["only"]), let driftOnly = saved["driftOnly"]?.flag,
      let atomic = saved["atomic"]?.flag, let allowDeletion = saved["allowDeletion"]?.flag,
      let allowMove = saved["allowMove"]?.flag, let overrides = saved["overrides"]?.elements
    else { return nil }
    var options = PlanOptions()
    options.only = only.compactMap { Path($0) }
    (options.driftOnly, options.atomic) = (driftOnly, atomic)
    (options.allowDeletion, options.allowMove) = (allowDeletion, allowMove)
    options.overrides = overrides.compactMap { entry in
      guard let rule = entry["rule"]?.text.flatMap(RuleName.init), let reason = entry["reason"]?.text else {
        return nil
      }
      return Override(rule: rule, organization: entry["organization"]?.text, reason: reason)
    }
    guard options.only.count == only.count, options.overrides.count == overrides.count else { return nil }
    return options
  }
}
