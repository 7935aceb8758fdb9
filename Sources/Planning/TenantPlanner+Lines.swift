import Model

/// What a plan of a tenant says of its steps.
extension TenantPlanner {
  /// Everything that withholds a step: rules against it or what it depends on, and with `--atomic` whatever withholds
  /// another step of the tenant.
  func blockers(_ index: Int, _ step: Step, _ admission: Admission, _ early: [PolicyVerdict]) -> Set<RuleName> {
    var rules = admission.verdicts[index]?.rules ?? []
    if input.options.atomic {
      rules.formUnion(early.reduce(into: admission.allRules) { $0.formUnion($1.hold?.rules ?? []) })
    }
    return rules
  }

  func actions(_ diff: TenantDiff, _ admission: Admission, _ wording: Wording, _ early: [PolicyVerdict]) -> [Action] {
    let refused = admission.verdicts.keys.sorted { precedes(diff.steps[$0], $0, diff.steps[$1], $1) }
    return (admission.admitted + refused).map { index in
      wording.action(diff.steps[index], blockedBy: blockers(index, diff.steps[index], admission, early))
    }
  }

  func refusals(_ diff: TenantDiff, _ mass: MassRefusal?, _ admission: Admission, _ wording: Wording) -> [Refusal] {
    var result: [Refusal] = []
    if let mass {
      result.append(
        Refusal(
          mass.reason, by: mass.rule, organization: wording.organization,
          source: SourceLocation(desired.mark, files: input.desired.files)))
    }
    for index in admission.verdicts.keys.sorted(by: { precedes(diff.steps[$0], $0, diff.steps[$1], $1) }) {
      for refusal in admission.verdicts[index]?.refusals ?? [] {
        result.append(self.refusal(of: diff.steps[index], refusal, wording))
      }
    }
    return result
  }

  func refusal(of step: Step, _ refusal: (rule: RuleName, reason: Reason), _ wording: Wording) -> Refusal {
    Refusal(
      refusal.reason, by: refusal.rule, organization: wording.organization, workspace: step.workspace.map(names.text),
      subject: wording.subject(step), source: SourceLocation(step.mark, files: input.desired.files))
  }
}
