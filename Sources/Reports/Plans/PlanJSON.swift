import Model

/// A plan as SPEC section 8 has it, key by key. Beyond it: `invalid` and `suspended` at the top level, and for
/// differences `source.base` and `besides`, actions in the same shape. A password or token in the repository's URL is
/// left out.
public enum PlanJSON {
  /// Raised when a reader of the version before would misread the document.
  public static let formatVersion = 1

  /// A review: the plan, and with a `base` or something besides it those too.
  public static func render(_ review: PlanReview) -> JSONValue {
    var members = render(review.plan, digest: review.digest, base: review.base).members ?? []
    if review.base != nil || !review.besides.isEmpty {
      members.append(.init("besides", .array(review.besides.map(action))))
    }
    return .object(members)
  }

  /// A plan alone.
  /// - Parameter digest: `sha256:` and 64 hexadecimal digits, over what would be applied.
  public static func render(_ plan: Plan, digest: String) -> JSONValue { render(plan, digest: digest, base: nil) }

  private static func render(_ plan: Plan, digest: String, base: String?) -> JSONValue {
    [
      "formatVersion": JSONValue(formatVersion),
      "digest": .string(digest),
      "source": source(plan.source, base: base),
      // A difference without a store has none.
      "state": [
        "engine": plan.state.engine.isEmpty ? .null : .string(plan.state.engine),
        "serials": serials(plan.state.serials),
      ],
      "actions": .array(plan.actions.map(action)),
      "blocked": .array(plan.blocked.map(refusal)),
      "waiting": .array(plan.waiting.map(waiting)),
      "held": .array(plan.held.map(held)),
      "warnings": .array(
        plan.warnings.map {
          ["code": .string($0.code), "message": .string($0.message), "path": JSONValue($0.path)]
        }),
      "overrides": .array(
        plan.exceptions.map {
          [
            "rule": .string($0.rule), "organization": JSONValue($0.organization), "reason": .string($0.reason),
          ]
        }),
      "invalid": JSONValue(plan.invalid),
      "suspended": .array(
        plan.suspended.map {
          [
            "organization": .string($0.organization), "reason": .string($0.reason),
            "since": .string($0.since.description),
          ]
        }),
      "summary": summary(plan),
    ]
  }

  /// Attributes before or after an action; `null` where there are none. The audit log shows them the same way.
  public static func fields(_ fields: Fields?) -> JSONValue {
    guard let fields else { return .null }
    return .object(
      fields.entries.map { entry in
        switch entry.value {
        case .text(let text): JSONValue.Member(entry.key, .string(text))
        case .number(let number): JSONValue.Member(entry.key, JSONValue(number))
        case .flag(let flag): JSONValue.Member(entry.key, .bool(flag))
        case .null: JSONValue.Member(entry.key, .null)
        }
      })
  }

  /// One action, as in `actions`.
  public static func action(_ action: Action) -> JSONValue {
    [
      "action": .string(action.kind.rawValue),
      "organization": organization(action.organization),
      "workspace": JSONValue(action.workspace),
      "subject": JSONValue(action.subject),
      "before": fields(action.before),
      "after": fields(action.after),
      "origin": .string(action.origin.rawValue),
      "actors": JSONValue(action.actors),
      "source": source(action.source),
      "blockedBy": JSONValue(action.blockedBy.map(\.rawValue)),
    ]
  }

  /// `null` for the Policy for all.
  static func organization(_ name: String) -> JSONValue { name.isEmpty ? .null : .string(name) }

  /// One refusal, as in `blocked`; commands that a rule refuses show it the same way.
  public static func refusal(_ refusal: Refusal) -> JSONValue {
    [
      "rule": .string(refusal.rule.rawValue),
      "organization": organization(refusal.organization),
      "workspace": JSONValue(refusal.workspace),
      "subject": JSONValue(refusal.subject),
      "message": .string(refusal.message),
      "remedy": .string(refusal.remedy),
    ]
  }

  private static func source(_ source: PlanSource, base: String?) -> JSONValue {
    let start = base.map { [JSONValue.Member("base", .string($0))] } ?? []
    return .object(
      [
        .init("repository", .string(source.shownRepository)), .init("ref", .string(source.ref)),
        .init("commit", JSONValue(source.commit)), .init("manifests", .string(source.manifests)),
      ] + start)
  }

  private static func source(_ location: SourceLocation?) -> JSONValue {
    guard let location else { return .null }
    return ["file": .string(location.file), "line": JSONValue(location.line), "column": JSONValue(location.column)]
  }

  private static func serials(_ serials: Serials) -> JSONValue {
    .object(serials.entries.map { JSONValue.Member($0.tenant, .number($0.serial)) })
  }

  private static func waiting(_ waiting: Waiting) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("organization", organization(waiting.organization)), .init("workspace", JSONValue(waiting.workspace)),
      .init("subject", JSONValue(waiting.subject)), .init("for", .string(waiting.event.rawValue)),
      .init("since", JSONValue(waiting.since?.description)),
    ]
    if !waiting.others.isEmpty { members.append(.init("others", .array(waiting.others.map { .string($0) }))) }
    return .object(members)
  }

  private static func held(_ held: Held) -> JSONValue {
    [
      "organization": .string(held.organization), "workspace": JSONValue(held.workspace),
      "subject": JSONValue(held.subject), "because": .string(held.because.rawValue),
      "since": JSONValue(held.since?.description),
    ]
  }

  /// `blocked` counts actions, not refusals; `byAction` counts what is planned, blocked or not, by name.
  private static func summary(_ plan: Plan) -> JSONValue {
    let counts = Dictionary(plan.actions.map { ($0.kind.rawValue, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    return [
      "actions": JSONValue(plan.actions.count),
      "blocked": JSONValue(plan.actions.count { !$0.blockedBy.isEmpty }),
      "waiting": JSONValue(plan.waiting.count),
      "held": JSONValue(plan.held.count),
      "byAction": .object(counts.map { JSONValue.Member($0.key, JSONValue($0.value)) }),
    ]
  }
}
