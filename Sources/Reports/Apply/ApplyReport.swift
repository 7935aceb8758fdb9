import Model

/// What applying a plan came to in one organization or personal account.
public struct OrganizationOutcome: Hashable, Sendable {
  /// How it ended; the words of the JSON.
  public enum Status: String, Sendable, CaseIterable {
    case applied, unchanged
    /// Something was withheld, whether or not other actions were applied.
    case blocked
    case invalid, suspended, failed
  }

  /// `acme` or `~EMAIL`.
  public var organization: String
  public var status: Status
  /// How many actions were applied.
  public var applied: Int
  /// Why it failed or was left alone; nil where the status says it all.
  public var message: String?

  public init(organization: String, status: Status, applied: Int, message: String? = nil) {
    self.organization = organization
    self.status = status
    self.applied = applied
    self.message = message
  }
}

/// What applying a plan came to (SPEC section 8, `apply`).
public struct ApplyReport: Hashable, Sendable {
  public var plan: Plan
  public var digest: String
  public var organizations: [OrganizationOutcome]

  public init(plan: Plan, digest: String, organizations: [OrganizationOutcome]) {
    (self.plan, self.digest, self.organizations) = (plan, digest, organizations)
  }

  /// The plan, and a status an organization.
  public func json() -> JSONValue {
    [
      "plan": PlanJSON.render(plan, digest: digest),
      "organizations": .array(
        organizations.map {
          [
            "organization": PlanJSON.organization($0.organization), "status": .string($0.status.rawValue),
            "applied": JSONValue($0.applied), "message": JSONValue($0.message),
          ]
        }),
    ]
  }

  /// A line for each organization that is not unchanged, then `Applied 5 of 6 actions in 2 organizations.`, counting
  /// the organizations that had any. The plan itself is shown before, by ``PlanText``.
  public func text(options: TextOptions = TextOptions()) -> String {
    let paint = Paint(options.color)
    let rows = organizations.filter { $0.status != .unchanged }.map { outcome in
      [
        Cell(Inert.line(pathWords(outcome.organization)), .bold), Cell(outcome.status.rawValue, outcome.status.style),
        Cell(outcome.applied == 0 ? "" : "\(outcome.applied) applied"), Cell(Inert.line(outcome.message ?? "")),
      ]
    }
    return (aligned(rows, paint: paint) + [paint(closingLine, .bold)]).map { $0 + "\n" }.joined()
  }

  var closingLine: String {
    guard !plan.actions.isEmpty else { return "Nothing to apply." }
    let applied = organizations.reduce(0) { $0 + $1.applied }
    // The Policy for all belongs to none.
    let concerned = Set(plan.actions.map(\.organization)).subtracting([""]).count
    let places = concerned == 0 ? "" : " in \(counted(concerned, "organization"))"
    return "Applied \(applied) of \(counted(plan.actions.count, "action"))\(places)."
  }
}

extension OrganizationOutcome.Status {
  fileprivate var style: Style {
    switch self {
    case .applied: .green
    case .unchanged: .dim
    case .blocked, .suspended: .yellow
    case .invalid, .failed: .red
    }
  }
}
