import Model

/// Judges candidate steps one after the other and thereby orders them: a step is done when every rule lets it pass in
/// the state that the steps before it leave. So every prefix of the result keeps every rule, and whatever could not be
/// done in any order is refused with the rules that stood in its way.
struct Admission {
  let steps: [Step]
  let judge: Judge
  private let resting: [Int: Set<RuleName>]
  private(set) var state: TenantState
  /// Indices of steps that pass, in the order in which they are to be done.
  private(set) var admitted: [Int] = []
  /// What withholds each step that does not pass.
  private(set) var verdicts: [Int: Verdict] = [:]
  /// Steps that another one made pointless.
  private(set) var moot: Set<Int> = []

  /// Rules that an override lifted for a step that passes.
  private var lifted: [Int: Set<RuleName>] = [:]

  /// Steps against which nothing but the keeping of owners stood.
  private var awaitedAlone: Set<Int> = []

  /// Every rule that withholds a step.
  private(set) var allRules: Set<RuleName> = []

  struct Verdict {
    /// Its own refusals; empty where it only depends on a refused step.
    var refusals: [(rule: RuleName, reason: Reason)] = []
    var rules: Set<RuleName> = []
  }

  /// - Parameter resting: what other tenants' plans withhold: it is not done, whatever rules would say of it.
  init(
    steps: [Step], order: [Int], refusedAsWhole: (rule: RuleName, steps: Set<Int>)?,
    resting: [Int: Set<RuleName>] = [:], state: TenantState, judge: Judge
  ) {
    self.steps = steps
    self.judge = judge
    self.state = state
    self.resting = resting
    for (index, rules) in resting { verdicts[index] = Verdict(rules: rules) }
    var open = order.filter { resting[$0] == nil }
    if let refusedAsWhole {
      // What ends with a workspace is refused with it, in one line.
      moot = refusedAsWhole.steps.filter { steps[$0].mootAfter.map(refusedAsWhole.steps.contains) ?? false }
      for index in refusedAsWhole.steps.subtracting(moot) {
        verdicts[index, default: Verdict()].rules.insert(refusedAsWhole.rule)
      }
      open.removeAll { verdicts[$0] != nil || moot.contains($0) }
    }
    var done = Set<Int>(minimumCapacity: steps.count)
    while true {
      let before = open.count
      open = open.filter { !pass($0, &done) }
      if open.count == before || open.isEmpty { break }
    }
    settle(open, order, done)
  }

  /// Does the step if nothing stands against it; true when it needs no further look.
  private mutating func pass(_ index: Int, _ done: inout Set<Int>) -> Bool {
    let step = steps[index]
    if let deletion = step.mootAfter, done.contains(deletion) {
      moot.insert(index)
      done.insert(index)
      return true
    }
    if let leaving = step.onlyWith, !canLeave(leaving, done) { return false }
    guard step.requires.allSatisfy(done.contains), state.admits(step), judge.refusals(of: step, in: state).isEmpty
    else {
      return false
    }
    if !judge.overrides.isEmpty { lifted[index] = judge.lifted(for: step, in: state) }
    state.apply(step)
    admitted.append(index)
    done.insert(index)
    return true
  }

  /// The steps that pass, in the order in which they are to be done.
  var done: [Step] {
    admitted.map { index in
      var step = steps[index]
      step.lifted = lifted[index] ?? []
      return step
    }
  }

  /// Whether somebody's leaving of the organization could be done, but for the workspaces that they have to leave first.
  private func canLeave(_ leaving: Int, _ done: Set<Int>) -> Bool {
    guard verdicts[leaving] == nil else { return false }
    return ([leaving] + steps[leaving].requires).allSatisfy { index in
      done.contains(index)
        || judge.refusals(of: steps[index], in: state).allSatisfy { $0.rule == .organizationMemberFirst }
    }
  }

  /// What is left: steps with refusals of their own, then those that depend on them. A step whose condition is not met
  /// is judged by that alone: rules would speak of a state that it was never meant for.
  private mutating func settle(_ open: [Int], _ order: [Int], _ done: Set<Int>) {
    let isOpen = Set(open)
    for index in order where verdicts[index] != nil || isOpen.contains(index) {
      if resting[index] != nil { continue }
      let isReady = steps[index].requires.allSatisfy(done.contains) && state.admits(steps[index])
      let refusals = isReady ? judge.refusals(of: steps[index], in: state) : blocking(index)
      verdicts[index, default: Verdict()].refusals = refusals
      verdicts[index]?.rules.formUnion(refusals.map(\.rule))
    }
    var changed = true
    while changed {
      changed = false
      for index in open {
        let conditions = steps[index].requires + (steps[index].onlyWith.map { [$0] } ?? [])
        let inherited = conditions.reduce(into: Set<RuleName>()) { $0.formUnion(verdicts[$1]?.rules ?? []) }
        guard !inherited.isSubset(of: verdicts[index]?.rules ?? []) else { continue }
        verdicts[index]?.rules.formUnion(inherited)
        changed = true
      }
    }
    gatherRules()
  }

  /// The refusals of a leaving whose workspace endings wait for it in turn.
  private func blocking(_ index: Int) -> [(rule: RuleName, reason: Reason)] {
    guard steps[index].requires.contains(where: { steps[$0].onlyWith == index }), state.admits(steps[index]) else {
      return []
    }
    return judge.refusals(of: steps[index], in: state).filter { $0.rule != .organizationMemberFirst }
  }

  /// Who answers for a step that is not done, and what the rules about people said of each: that is not asked again.
  func parts(of index: Int) -> [Part] {
    let refusals = verdicts[index]?.refusals ?? []
    return judge.parts(of: steps[index], refusedBy: isJudged.contains(index) ? Set(refusals.map(\.rule)) : nil)
  }

  /// Steps that the rules were asked about: what rests on something that is refused is not judged itself.
  private var isJudged: Set<Int> {
    awaitedAlone.union(admitted).union(verdicts.keys.filter { verdicts[$0]?.refusals.isEmpty == false })
  }

  private mutating func gatherRules() {
    allRules = verdicts.values.reduce(into: []) { $0.formUnion($1.rules) }
  }

  /// The removal of an owner whom nobody replaces yet because the successor has yet to accept: it waits instead of
  /// being refused (SPEC section 9). Asked of steps that nothing but the keeping of owners stands against.
  ///
  /// - Returns: Whose acceptance each of them waits for.
  mutating func awaitSuccessors(_ successors: (Step, TenantState) -> Set<Symbol>) -> [Int: Set<Symbol>] {
    var waiting: [Int: Set<Symbol>] = [:]
    for (index, verdict) in verdicts
    where !verdict.refusals.isEmpty && verdict.rules.isSubset(of: [.lastOwnerKept, .creatorKept]) {
      let found = successors(steps[index], state)
      if !found.isEmpty { waiting[index] = found }
    }
    awaitedAlone = Set(waiting.keys)
    // Whatever has nothing of its own against it and depends on no other refusal waits too.
    while true {
      var more: [Int: Set<Symbol>] = [:]
      for index in verdicts.keys where waiting[index] == nil {
        // What ends only with a leaving waits with it, whatever stands against it alone.
        if let leaving = steps[index].onlyWith, let found = waiting[leaving] {
          more[index] = found
          continue
        }
        guard verdicts[index]?.refusals.isEmpty ?? false else { continue }
        let conditions = steps[index].requires.filter { verdicts[$0] != nil }
        guard !conditions.isEmpty, conditions.allSatisfy({ waiting[$0] != nil }) else { continue }
        more[index] = conditions.reduce(into: []) { $0.formUnion(waiting[$1] ?? []) }
      }
      if more.isEmpty { break }
      waiting.merge(more) { $1 }
    }
    for index in waiting.keys { verdicts[index] = nil }
    gatherRules()
    return waiting
  }
}

/// Asks every rule about a step, under the policies applied before and declared now.
struct Judge {
  /// The context under the new policy, and under older ones by policy text.
  let contexts: [RuleContext]
  /// Of an organization that is made: under which rules about people are asked too.
  var founding: RuleContext?
  /// The policy in force before for withheld declarations, if it is another.
  let older: [EntryKey: RuleContext]
  let overrides: [Override]

  func refusals(of step: Step, in state: TenantState) -> [(rule: RuleName, reason: Reason)] {
    refusals(of: step, in: state) { !isOverridden($0, for: step) }
  }

  /// Whether a rule refuses the step that no other step could satisfy.
  func withholdsAlone(_ step: Step, in state: TenantState) -> Bool {
    !refusals(of: step, in: state) { Rules.ofStepsAlone.contains($0.name) && !isOverridden($0, for: step) }.isEmpty
  }

  /// Rules that would refuse the step if no override lifted them.
  func lifted(for step: Step, in state: TenantState) -> Set<RuleName> {
    Set(refusals(of: step, in: state) { isOverridden($0, for: step) }.map(\.rule))
  }

  private func refusals(of step: Step, in state: TenantState, _ isWanted: (any ProtectionRule) -> Bool)
    -> [(rule: RuleName, reason: Reason)]
  {
    var found: [(rule: RuleName, reason: Reason)] = []
    if step.isConsequence { return found }
    // Once for all rules: contexts are too large to be copied for each.
    let asked = asked(about: step)
    let askedOfPeople = askedOfPeople(about: step)
    for rule in Rules.all where isWanted(rule) {
      for context in Part.rules.contains(rule.name) ? askedOfPeople : asked {
        guard rule.isAsked(about: step, context.policy.policy.setting(rule.name)) else { continue }
        if let reason = rule.refusal(of: step, in: state, context) {
          found.append((rule.name, reason))
          break
        }
      }
    }
    return found
  }

  /// Who answers for a step, and what the rules about people said of each: that is not asked again.
  ///
  /// - Parameter rules: those that refuse it; nil: nobody judged it.
  func parts(of step: Step, refusedBy rules: Set<RuleName>?) -> [Part] {
    var result: [Part] = []
    for context in askedOfPeople(about: step) {
      let parts = context.accountability.parts(of: step)
      let uncovered = Set(rules?.contains(.actorAllowed) ?? false ? context.uncovered(parts, step).map(\.known) : [])
      let judged = parts.map { part in
        let isOwn = rules?.contains(.noSelfChange) ?? false && part.person.map(step.people.contains) ?? false
        let isUncovered = uncovered.contains(part.known)
        var known = part.known
        guard let rules else { return known }
        known.isRefused = Part.rules.contains(where: rules.contains) && (known.isRefused || isOwn || isUncovered)
        known.passed = known.isRefused ? [] : known.passed.union(Set(Part.rules).subtracting(rules))
        return known
      }
      result = Part.joined(result, judged)
    }
    return result
  }

  /// The policies under which a step is judged.
  func asked(about step: Step) -> [RuleContext] { older[step.entry].map { self.contexts + [$0] } ?? contexts }

  /// Those under which rules about people are asked of it.
  private func askedOfPeople(about step: Step) -> [RuleContext] {
    let asked = asked(about: step)
    return founding.map { asked + [$0] } ?? asked
  }

  func isOverridden(_ rule: any ProtectionRule, for step: Step) -> Bool {
    rule.takesOverride(for: step) && isNamed(rule)
  }

  /// Whether an override names the rule.
  func isNamed(_ rule: any ProtectionRule) -> Bool {
    guard let tenant = contexts.first?.tenant else { return false }
    return overrides.contains { $0.rule == rule.name && ($0.organization ?? tenant) == tenant }
  }
}
