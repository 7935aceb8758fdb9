import Model

/// `why --format json`: SPEC section 7's conventions.
public enum AccessJSON {
  public static func render(_ explanation: Explanation) -> JSONValue {
    [
      "subject": .string(explanation.subject), "path": JSONValue(explanation.path),
      "commit": JSONValue(explanation.commit), "access": .array(explanation.access.map(access)),
      "ended": .array(explanation.ended.map(ended)),
    ]
  }

  private static func access(_ access: Access) -> JSONValue {
    [
      "path": .string(access.path), "role": .string(access.role), "status": .string(access.status.rawValue),
      "because": JSONValue(access.because?.rawValue), "via": .string(access.via), "owner": .bool(access.isOwner),
      "expires": JSONValue(access.expires?.description), "protect": .bool(access.protect),
      "declaredBy": JSONValue(access.declaredBy), "proof": .array(access.proof.map(link)),
      "next": access.next.map(newer) ?? .null, "invited": time(access.events, "invite"),
      "accepted": time(access.events, "accept-invitation"),
      "applied": access.events.last { $0.commit != nil }.map(event) ?? .null,
      "events": .array(access.events.map(event)),
    ]
  }

  private static func link(_ link: ProofLink) -> JSONValue {
    .object(
      [
        .init("kind", .string(link.kind.rawValue)), .init("text", .string(link.text)),
        .init("source", source(link.source)),
      ] + members(link.introduced) + [.init("since", link.since.map { .object(members($0)) } ?? .null)])
  }

  private static func members(_ introduction: Introduction) -> [JSONValue.Member] {
    [
      .init("commit", .string(introduction.commit)), .init("author", .string(introduction.author)),
      .init("approvers", JSONValue(introduction.approvers)), .init("date", .string(introduction.date.description)),
      .init("message", .string(introduction.message)), .init("cut", .bool(introduction.isCut)),
    ]
  }

  private static func newer(_ next: NewerDeclaration) -> JSONValue {
    [
      "commit": .string(next.commit), "role": JSONValue(next.role), "expires": JSONValue(next.expires?.description),
    ]
  }

  private static func ended(_ ended: EndedAccess) -> JSONValue {
    [
      "path": .string(ended.path), "role": JSONValue(ended.role), "time": JSONValue(ended.time?.description),
      "expired": JSONValue(ended.expired?.description), "event": ended.event.map(event) ?? .null,
      "given": .array(ended.given.map(event)),
      "proof": .array([ended.line].compactMap(\.self).map(link)),
      "removed": ended.removed.map { .object(members($0)) } ?? .null,
    ]
  }

  private static func event(_ event: AccessEvent) -> JSONValue {
    [
      "time": .string(event.time.description), "action": .string(event.action), "role": JSONValue(event.role),
      "actors": JSONValue(event.actors), "approvedBy": JSONValue(event.approvedBy), "commit": JSONValue(event.commit),
      "overrides": JSONValue(event.overrides),
      "reason": JSONValue(event.reason),
    ]
  }

  private static func time(_ events: [AccessEvent], _ action: String) -> JSONValue {
    JSONValue(events.last { $0.action == action }?.time.description)
  }

  static func source(_ location: SourceLocation) -> JSONValue {
    ["file": .string(location.file), "line": JSONValue(location.line), "column": JSONValue(location.column)]
  }
}
