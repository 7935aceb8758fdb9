import Model

/// A plan for the comment on a pull request: the counts, who gains and loses what, refusals with what to do instead,
/// the actions and everything else folded, the digest last.
public enum PlanMarkdown {
  /// The first line, by which a pipeline finds the comment that it wrote before.
  public static let marker = "<!-- tenure-plan -->"

  /// GitHub takes 65,536 characters; bytes are never fewer.
  public static let commentLimit = 65_536

  /// - Parameter limit: at most so many UTF-8 bytes. What does not fit is left out line by line, closing every table
  ///   and fold, and the report says behind the counts how much of which part it was. Gains of a highest role stay
  ///   longest, then refusals, then other gains and losses. Marker, counts, digest and what changes in policies always
  ///   stay, so a limit below some 1,200 bytes and those may be exceeded.
  public static func render(_ review: PlanReview, limit: Int? = nil) -> String {
    let applied = review.appliedLine.map { ["**\($0)**", ""] } ?? []
    let head = [marker, "", "### Tenure", "", "**\(review.plan.closingLine)**", ""] + applied
    let foot = [origin(review), "", "<sub>Digest: \(Markdown.code(review.digest))</sub>"]
    return MarkdownSection.join(head: head, sections(review), foot: foot, limit: limit)
  }

  /// A plan alone.
  public static func render(_ plan: Plan, digest: String, limit: Int? = nil) -> String {
    render(PlanReview(plan, digest: digest), limit: limit)
  }

  private static func sections(_ review: PlanReview) -> [MarkdownSection] {
    let plan = review.plan
    return [
      troubles(review), people(review), errors(review.diagnostics), policies(review), later(plan),
      withheld(review.effects ?? []), refusals(plan), overrides(plan),
      leftAlone(plan),
    ] + actions(plan.actions, "actions") + [waiting(plan), held(plan), warnings(plan)] + besides(review)
  }

  private static func origin(_ review: PlanReview) -> String {
    let source = review.plan.source
    let short = { (text: String) in Markdown.code(text.clipped(to: 200)) }
    let commit = source.commit.map { "commit \(short($0))" } ?? "the working tree"
    let base = review.base.map { " on top of \(short($0))" } ?? ""
    let place = "\(short(source.ref)) of \(short(source.shownRepository))"
    return "<sub>Planned for \(commit)\(base), \(place), at \(review.plan.now).</sub>"
  }

  private static func troubles(_ review: PlanReview) -> MarkdownSection {
    MarkdownSection(
      part: "organizations", before: ["**Not all was applied:**", ""],
      rows: review.troubles.map { outcome in
        let why = outcome.message.map { ": \(Markdown.prose($0.clipped(to: longest)))" } ?? ""
        return .init(
          text: "- \(Markdown.code(pathWords(outcome.organization))) \(outcome.status.rawValue)\(why)", rank: .refusal)
      })
  }

  // MARK: - People

  private static func people(_ review: PlanReview) -> MarkdownSection {
    let done = (review.effects ?? []).filter { $0.blockedBy.isEmpty }
    var rows = done.map(row)
    if review.effects != nil, rows.isEmpty, !review.plan.actions.isEmpty {
      let policies = review.plan.applicable.contains { $0.kind == .updatePolicy }
      let words = policies ? "Nobody gains or loses a role; what roles give changes." : "Nobody gains or loses access."
      rows = [.init(text: words, rank: .grave)]
    }
    return MarkdownSection(part: "gains and losses", before: ["#### Who gains and loses what", ""], rows: rows)
  }

  /// Where nothing can be planned: the errors alone, under the same marker, so that an older comment does not stay.
  public static func render(unusable diagnostics: [Diagnostic], limit: Int? = nil) -> String {
    let head = [marker, "", "### Tenure", "", "**The manifests are invalid: nothing can be planned.**", ""]
    return MarkdownSection.join(head: head, [errors(diagnostics)], foot: [], limit: limit)
  }

  private static func errors(_ diagnostics: [Diagnostic]) -> MarkdownSection {
    let found = diagnostics.inReadingOrder.filter { $0.severity == .error }
    return MarkdownSection(
      part: "errors", before: ["**Errors in the manifests:**", ""],
      rows: found.map { diagnostic in
        let place = diagnostic.location.map { Markdown.code("\($0.file):\($0.line):\($0.column)") + ": " } ?? ""
        let hint = diagnostic.hint.map { " " + Markdown.prose($0.clipped(to: longest)) } ?? ""
        return .init(
          text: "- \(place)\(Markdown.prose(diagnostic.message.clipped(to: longest)))\(hint)", rank: .refusal)
      })
  }

  private static func later(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      part: "what is not in the plan", before: ["#### Declared, and not done by an apply now", ""],
      rows: plan.warnings.filter { $0.code == "not-in-plan" }.map {
        .init(
          text: "- \(Markdown.code($0.path ?? "")): \(Markdown.prose($0.message.clipped(to: longest)))", rank: .grave)
      })
  }

  /// What roles give may matter more than who has them: all of it is said.
  private static func policies(_ review: PlanReview) -> MarkdownSection {
    MarkdownSection(
      part: "changes of policy", before: ["#### What changes in policies", ""],
      rows: (review.plan.actions + review.besides).flatMap { action in
        let place = Markdown.code(action.path)
        let withheld = action.blockedBy.isEmpty ? "" : ", **\(action.blockText)**"
        return action.policyLines.map {
          MarkdownSection.Row(text: "- \(place): \(Markdown.plain($0))\(withheld)", rank: .always)
        }
      })
  }

  private static func withheld(_ effects: [Effect]) -> MarkdownSection {
    let rows = effects.filter { !$0.blockedBy.isEmpty }.map { effect in
      MarkdownSection.Row(text: row(effect).text, rank: .loss)
    }
    return MarkdownSection(part: "withheld gains and losses", before: ["**Withheld by a rule:**", ""], rows: rows)
  }

  private static func row(_ effect: Effect) -> MarkdownSection.Row {
    let isGrave = effect.givesTopRole
    let rank: MarkdownSection.Rank = isGrave ? .grave : effect.turn == .gains ? .gain : .loss
    let mind = isGrave && effect.matter == .role && effect.blockedBy.isEmpty ? ", **the highest role there**" : ""
    return .init(text: "- \(effect.line(.markdown))\(mind)", rank: rank, isGrave: isGrave)
  }

  // MARK: - Refusals and exceptions

  /// So many keep their place before other gains and losses.
  private static let firstRefusals = 40

  private static func refusals(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      part: "refusals", before: ["**Refused:**", ""],
      rows: plan.blocked.enumerated().map { number, refusal in
        let path = pathWords(refusal.organization, refusal.workspace)
        let who = refusal.subject.map { ", \(Markdown.code($0))" } ?? ""
        let instead = refusal.inReview ?? refusal.remedy
        let remedy = instead.isEmpty ? "" : "<br>Instead: \(Markdown.prose(instead.clipped(to: longest)))"
        let message = Markdown.prose(refusal.message.clipped(to: longest))
        return .init(
          text: "- `\(refusal.rule.rawValue)` \(Markdown.code(path))\(who): \(message)\(remedy)",
          rank: number < firstRefusals ? .refusal : .furtherRefusal)
      })
  }

  private static func overrides(_ plan: Plan) -> MarkdownSection {
    MarkdownSection(
      part: "overrides", before: ["**Overridden for this invocation:**", ""],
      rows: plan.exceptions.map {
        let place = $0.organization.map { " in \(Markdown.code($0))" } ?? ""
        let reason = Markdown.prose($0.reason.clipped(to: longest))
        return .init(text: "- `\($0.rule)`\(place): \(reason)", rank: .refusal)
      })
  }

  private static func leftAlone(_ plan: Plan) -> MarkdownSection {
    let invalid = plan.invalid.map { "- \(Markdown.code($0)): its manifests are invalid" }
    let suspended = plan.suspended.map {
      "- \(Markdown.code($0.organization)): suspended since \($0.since): \(Markdown.prose($0.reason.clipped(to: longest)))"
    }
    return MarkdownSection(
      part: "organizations left alone", before: ["**Left alone:**", ""],
      rows: (invalid + suspended).map { .init(text: $0, rank: .refusal) })
  }

  // MARK: - Folds

  /// Longer texts are clipped: one row must not push out all others.
  private static let longest = 600

  private static func actions(_ actions: [Action], _ part: String) -> [MarkdownSection] {
    let groups = Dictionary(grouping: actions, by: \.organization)
    return actions.map(\.organization).uniqued().map { name in
      let rows = (groups[name] ?? []).map(cells)
      return folded(
        "\(Markdown.html(pathWords(name))): \(counted(rows.count, "action"))", part,
        ["", "action", "where", "who", "what", "why", "by", "declared at"], rows, .action)
    }
  }

  private static func cells(_ action: Action) -> [String] {
    let others = action.actors.count - 5
    let actors = action.actors.prefix(5).map(Markdown.code) + (others > 0 ? ["and \(others) more"] : [])
    return [
      "`\(action.symbol)`", action.kind.rawValue, Markdown.code(action.path),
      Markdown.code(action.subject ?? ""), Markdown.code(action.changeText.clipped(to: longest)),
      action.blockedBy.isEmpty ? action.origin.words : "\(action.origin.words), **\(action.blockText)**",
      actors.joined(separator: " "), Markdown.code((action.source?.fileAndLine ?? "").clipped(to: longest)),
    ]
  }

  private static func waiting(_ plan: Plan) -> MarkdownSection {
    folded(
      "Waiting (\(plan.waiting.count))", "waiting", ["where", "who", "what for", "since"],
      plan.waiting.map {
        [Markdown.code($0.path), Markdown.code($0.subject ?? ""), $0.words(Markdown.code), $0.since?.description ?? ""]
      })
  }

  private static func held(_ plan: Plan) -> MarkdownSection {
    folded(
      "Held (\(plan.held.count))", "held", ["where", "who", "because", "since"],
      plan.held.map {
        [Markdown.code($0.path), Markdown.code($0.subject ?? ""), $0.words, $0.since?.description ?? ""]
      })
  }

  private static func warnings(_ plan: Plan) -> MarkdownSection {
    let warnings = plan.warnings.filter { $0.code != "not-in-plan" }
    return folded(
      "Warnings (\(warnings.count))", "warnings", ["code", "where", "message"],
      warnings.map {
        [Markdown.code($0.code), Markdown.code($0.path ?? ""), Markdown.prose($0.message.clipped(to: longest))]
      })
  }

  /// Drift, ends and leftovers, apart from what is under review.
  private static func besides(_ review: PlanReview) -> [MarkdownSection] {
    guard !review.besides.isEmpty else { return [] }
    let part = "lines of what an apply would do besides"
    let heading = ["#### What an apply would do besides", ""]
    let people = MarkdownSection(part: part, before: heading, rows: review.besidesEffects.map(row))
    var tables = actions(review.besides, part)
    if people.rows.isEmpty { tables[0].before = heading + tables[0].before }
    return [people] + tables
  }

  private static func folded(
    _ title: String, _ part: String, _ header: [String], _ rows: [[String]], _ rank: MarkdownSection.Rank = .rest
  ) -> MarkdownSection {
    MarkdownSection(
      part: part, before: ["<details><summary>\(title)</summary>", "", line(header), line(header.map { _ in "---" })],
      rows: rows.map { .init(text: line($0), rank: rank) }, after: ["", "</details>"])
  }

  private static func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
}
