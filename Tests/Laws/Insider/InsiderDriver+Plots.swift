/// What is done by hand, and what takes several moves.
extension InsiderDriver {
  mutating func command(_ life: InsiderLife) -> Move {
    let place = chance.one(["acme/ml", "acme/web"])
    let who = chance.percent(60) ? People.mallory : People.eve
    let boss = chance.one([People.ada, nil])
    switch chance.number(0..<100) {
    case 0..<22: return .command(.setRole(place, who, role: chance.one(["developer", "viewer"])), by: boss)
    case 22..<30: return .command(.add("acme", who, role: "member"), by: boss)
    case 30..<40: return .command(.add(place, who, role: chance.one(["developer", "viewer"])), by: boss)
    case 40..<50:
      return .command(.setRole("acme", who, role: chance.one(["billing-admin", "member", "member"])), by: boss)
    case 50..<58: return .command(.remove(who == People.eve ? chance.one(["acme", place]) : place, who), by: boss)
    case 58..<66: return .command(.accept(chance.one(["acme", place]), by: who), by: who)
    case 66..<70: return .command(.signUp(who), by: nil)
    case 70..<80: return .command(.setRole(chance.one(["acme", place]), who, role: "member"), by: who)
    case 80..<88: return .command(.invite(chance.one(["acme", place]), People.eve, role: "member"), by: who)
    case 88..<94: return .command(.transfer(place, to: who), by: who)
    default: return .command(.remove("acme", People.bob), by: who)
    }
  }

  /// What somebody once thought of, in several moves.
  mutating func plot(_ life: InsiderLife) -> [Move] {
    let apply = Move.apply(.init())
    func mallory(_ edits: [Edit]) -> Move { .commit(edits, by: [People.mallory], on: "main", approver: nil) }
    func others() -> Move {
      .commit([.displayName("acme/web", "n\(made)")], by: [People.bob], on: "main", approver: nil)
    }
    made += 1
    let raise: [Edit] = [.entry("acme", People.mallory, .init(role: "super-admin"))]
    switch chance.number(0..<12) {
    // A role by hand for a while, declared by its holder.
    case 0:
      return [
        .command(.setRole("acme/ml", People.mallory, role: "developer"), by: People.ada),
        mallory([.entry("acme/ml", People.mallory, .init(role: "developer"))]), apply,
        .command(.setRole("acme/ml", People.mallory, role: "viewer"), by: People.ada), .run,
      ]
    // Somebody without an account is to have been somebody with rights.
    case 1:
      return [
        mallory([.account(chance.one([People.ada, People.bob]), formerly: [People.stranger])]), apply,
        .commit(
          [.entry("acme", People.eve, .init(role: "super-admin"))], by: [People.stranger], on: "main", approver: nil),
        apply,
      ]
    // What was refused is left to the schedule, or to the next pipeline.
    case 2: return [mallory(raise), apply, .run, others(), apply]
    case 3: return [mallory(raise), others(), apply]
    // A policy first.
    case 4: return [mallory(policies(People.mallory)), apply, mallory(raise), apply]
    case 5:
      return [
        mallory(uncovering(People.mallory, chance.one(["acme", "acme/ml"]), life)), apply, .later(days: 8), .run,
      ]
    case 6:
      return [
        .commit([.list("acme", isManaged: false)], by: [People.bob], on: "main", approver: nil), apply,
        mallory([.owner("acme", People.mallory)]), apply,
      ]
    case 7:
      return [
        insiders(life, on: "main", isBroken: true), apply,
        .commit([.broken("acme", false)], by: [People.ada], on: "main", approver: nil), apply,
      ]
    case 8:
      let members: [String: Declared.Entry] = [People.mallory: .init(role: "super-admin")]
      return [
        mallory([.founded(People.beta, owner: People.ada, members: members)]), apply,
        .idle(66, by: People.bob, on: "main"), apply,
      ]
    // Clones that do not reach back.
    case 9:
      return chance.percent(50)
        ? [mallory(raise), apply, others(), apply, others(), .apply(.init(depth: 2))]
        : [mallory(raise), others(), others(), .apply(.init(depth: 2, allowsRewind: true))]
    // What is on main comes into a branch, and this becomes main.
    case 10:
      return [
        .branch("work", from: "main"), mallory(raise), apply,
        .commit([], by: [People.ada], on: "work", approver: nil),
        .merge("main", into: "work", by: People.ada, edits: []), .forward("main", to: "work"), apply,
      ]
    default:
      return [
        .command(.setRole("acme/ml", People.mallory, role: "developer"), by: People.ada),
        mallory([
          chance.one([
            .additive("acme", true), .list("acme/ml", isManaged: false), .state("acme/ml", .released),
            .dropped("acme/ml"), .dropped("acme"),
          ])
        ]),
        apply, .run,
      ]
    }
  }
}
