import Model

/// A replay as JSON; actions, refusals and errors look as in plans and in `validate`.
public enum ReplayJSON {
  /// Raised when a reader of the version before would misread the document.
  public static let formatVersion = 1

  public static func render(_ report: ReplayReport) -> JSONValue {
    [
      "formatVersion": JSONValue(formatVersion),
      "source": [
        "repository": .string(report.source.shownRepository), "range": .string(report.source.ref),
        "manifests": .string(report.source.manifests),
      ],
      "policy": JSONValue(report.policy),
      "start": report.start.map { commit($0, newlyBlocked: $0.tally.blocked) } ?? .null,
      "commits": .array(zip(report.commits, report.newlyWithheld).map(commit)),
      "stops": .array(report.stops.map { stop($0, report) }),
      "summary": [
        "commits": JSONValue(report.commits.count),
        "replayed": JSONValue(report.commits.count { $0.status == .replayed }),
        "unchanged": JSONValue(report.commits.count { $0.status == .unchanged }),
        "invalid": JSONValue(report.commits.count { $0.status == .invalid }),
        "stopped": JSONValue(report.stopped),
        "byRule": .object(report.byRule.map { JSONValue.Member($0.rule.rawValue, JSONValue($0.commits)) }),
      ],
    ]
  }

  private static func commit(_ commit: ReplayedCommit, newlyBlocked: Int) -> JSONValue {
    let tally = commit.tally
    return [
      "commit": .string(commit.id), "time": .string(commit.time.description), "author": .string(commit.author),
      "authorEmail": .string(commit.authorEmail), "subjectLine": .string(commit.subjectLine),
      "status": .string(commit.status.rawValue),
      "actions": .array(commit.actions.map(PlanJSON.action)),
      "blocked": .array(commit.blocked.map(PlanJSON.refusal)),
      "diagnostics": DiagnosticsJSON.render(commit.errors)["diagnostics"] ?? [],
      "failures": .array(
        commit.failures.map { ["organization": .string($0.organization), "message": .string($0.message)] }),
      "summary": [
        "added": JSONValue(tally.additions), "changed": JSONValue(tally.changes),
        "removed": JSONValue(tally.removals), "blocked": JSONValue(tally.blocked),
        "newlyBlocked": JSONValue(newlyBlocked),
      ],
    ]
  }

  /// `commit` null: refused in the state that the replay began with. `until` null: still refused at the end.
  private static func stop(_ stop: RuleStop, _ report: ReplayReport) -> JSONValue {
    [
      "rule": .string(stop.rule.rawValue), "organization": .string(stop.organization),
      "commit": JSONValue(stop.commit.map { report.commits[$0].id }), "refused": JSONValue(stop.refused),
      "until": JSONValue(stop.until.map { report.commits[$0].id }),
    ]
  }
}
