import Model

/// A plan for pull requests and chat: the counts, refusals with what to do instead, a table an organization, everything
/// else folded, the digest last.
public enum PlanMarkdown {
  /// The first line, by which a pipeline finds the comment that it wrote before.
  public static let marker = "<!-- tenure-plan -->"

  /// - Parameter limit: at most so many UTF-8 bytes (GitHub takes 65,536 characters). What does not fit is left out
  ///   from the end, line by line, closing every table and fold, and the report says how much it was. Marker, counts
  ///   and digest always stay, so a limit below some 500 bytes may be exceeded.
  public static func render(_ plan: Plan, digest: String, limit: Int? = nil) -> String {
    let head = [marker, "", "### Tenure", "", "**\(plan.closingLine)**", ""]
    let foot = ["<sub>Digest: \(Markdown.code(digest))</sub>"]
    return MarkdownSection.join(head: head, sections(plan), foot: foot, limit: limit)
  }

  private static func sections(_ plan: Plan) -> [MarkdownSection] {
    [source(plan), overrides(plan), leftAlone(plan), refusals(plan)] + plan.groups.compactMap(actions) + [
      waiting(plan), held(plan), warnings(plan),
    ]
  }

  private static func source(_ plan: Plan) -> MarkdownSection {
    let commit = plan.source.commit.map { "commit \(Markdown.code($0))" } ?? "the working tree"
    let place = "\(Markdown.code(plan.source.ref)) of \(Markdown.code(plan.source.shownRepository))"
    return MarkdownSection(rows: ["Planned for \(commit), \(place), at \(plan.now)."])
  }

  private static func overrides(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      before: ["**Overridden for this invocation:**", ""],
      rows: plan.exceptions.map {
        let place = $0.organization.map { " in \(Markdown.code($0))" } ?? ""
        return "- `\($0.rule.rawValue)`\(place): \(Markdown.prose($0.reason))"
      })
  }

  private static func leftAlone(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      before: ["**Left alone:**", ""],
      rows: plan.invalid.map { "- \(Markdown.code($0)): its manifests are invalid" }
        + plan.suspended.map {
          "- \(Markdown.code($0.organization)): suspended since \($0.since): \(Markdown.prose($0.reason))"
        })
  }

  private static func refusals(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      before: ["**Refused:**", ""],
      rows: plan.blocked.map { refusal in
        let path = Path(tenant: refusal.organization, workspace: refusal.workspace).description
        let who = refusal.subject.map { ", \(Markdown.code($0))" } ?? ""
        let remedy = refusal.remedy.isEmpty ? "" : "<br>Instead: \(Markdown.prose(refusal.remedy))"
        return "- `\(refusal.rule.rawValue)` \(Markdown.code(path))\(who): \(Markdown.prose(refusal.message))\(remedy)"
      })
  }

  private static func actions(_ group: PlanGroup) -> MarkdownSection? {
    guard !group.actions.isEmpty else { return nil }
    return MarkdownSection(
      before: ["#### \(Markdown.code(group.organization))", ""]
        + tableHead(["", "action", "where", "who", "what", "why", "by", "declared at"]),
      rows: group.actions.map { action in
        row([
          "`\(action.symbol)`", action.kind.rawValue, Markdown.code(action.path),
          Markdown.code(action.subject ?? ""), Markdown.code(action.changeText),
          action.blockedBy.isEmpty ? action.origin.words : "\(action.origin.words), **\(action.blockText)**",
          action.actors.map(Markdown.code).joined(separator: " "),
          Markdown.code(action.source?.fileAndLine ?? ""),
        ])
      })
  }

  private static func waiting(_ plan: Plan) -> MarkdownSection {
    folded(
      "Waiting", ["where", "who", "what for", "since"],
      plan.waiting.map {
        [Markdown.code($0.path), Markdown.code($0.subject ?? ""), $0.words, $0.since?.description ?? ""]
      })
  }

  private static func held(_ plan: Plan) -> MarkdownSection {
    folded(
      "Held", ["where", "who", "because", "since"],
      plan.held.map {
        [Markdown.code($0.path), Markdown.code($0.subject ?? ""), $0.words, $0.since?.description ?? ""]
      })
  }

  private static func warnings(_ plan: Plan) -> MarkdownSection {
    folded(
      "Warnings", ["code", "where", "message"],
      plan.warnings.map { [Markdown.code($0.code), Markdown.code($0.path ?? ""), Markdown.prose($0.message)] })
  }

  private static func folded(_ title: String, _ header: [String], _ rows: [[String]]) -> MarkdownSection {
    MarkdownSection(
      before: ["<details><summary>\(title) (\(rows.count))</summary>", ""] + tableHead(header),
      rows: rows.map(row), after: ["", "</details>"])
  }

  private static func tableHead(_ header: [String]) -> [String] { [row(header), row(header.map { _ in "---" })] }

  private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
}
