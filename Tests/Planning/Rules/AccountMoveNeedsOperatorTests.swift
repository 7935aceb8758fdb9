import Model
import Planning
import Testing

/// `account-move-needs-operator`: `formerly:` without `--allow-move`, or where both emails have accounts.
@Suite struct AccountMoveNeedsOperatorTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "account-move-needs-operator: off")
  private static let before =
    "acme\n  ada@old super-admin\n  bob@x member\nacme/default default\n~ada@old\n~ada@old/Personal personal owner=ada@old\n  ada@old admin"
  private static let blocked = " blocked:account-move-needs-operator"
  private static let move = "move-account ~ada@new ada@new -email=ada@old +email=ada@new first"

  private static func moving(
    _ policy: String = on, members: String = "{ada@new: super-admin, bob@x: member}", account: String = "",
    stored: String = before, isApplied: Bool = false
  ) -> Scenario {
    let manifests =
      acme("members: \(members)", policy: policy)
      + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: ada@new\nformerly: [ada@old]\(account)"
    return Scenario(manifests, stored: stored, applied: isApplied ? manifests : nil)
  }

  /// Both emails have accounts.
  private static let two =
    before.replacing("  ada@old super-admin", with: "  ada@new super-admin")
    + "\n~ada@new\n~ada@new/Personal personal owner=ada@new\n  ada@new admin"

  static let rows = [
    PlanRow(
      "without the operator's flag", moving(), [move + blocked],
      blocked: [
        Refusal(
          rule: .accountMoveNeedsOperator, organization: "~ada@new", subject: "ada@new",
          message: "moving ada@old to ada@new hands over every role held and needs the operator",
          remedy: "check the new address with the person, then run this once with --allow-move",
          inReview: "let an operator check the new address with the person, and apply this with moves allowed",
          source: SourceLocation(file: "manifests/all.yaml", line: 14, column: 12))
      ]),
    PlanRow("with it, memberships go along", moving().allowingMove, [move]),
    PlanRow("an override is no flag", moving().overriding(.accountMoveNeedsOperator), [move + blocked]),
    PlanRow(
      "others leave beside it", moving(members: "{ada@new: super-admin}"),
      [move + blocked, "remove-member acme bob@x -role=member first"]),
    PlanRow(
      "all that rests on it is withheld too",
      moving(account: "\nworkspaces: {Mine: {renamedFrom: Personal}}"),
      [move + blocked, "rename-workspace ~ada@new/Mine -name=Personal +name=Mine first" + blocked]),
    PlanRow(
      "in the organization too", moving(members: "{ada@new: {role: super-admin, protect: true}, bob@x: member}"),
      [move + blocked, "update-member acme ada@new -protect=false +protect=true first" + blocked]),
    PlanRow(
      "two accounts do not become one, whatever is given", moving(stored: two).withEveryOverride,
      [move + blocked],
      blocked: [
        Refusal(
          rule: .accountMoveNeedsOperator, organization: "~ada@new", subject: "ada@new",
          message: "both ada@old and ada@new have accounts, which cannot become one",
          remedy: "delete one of the two accounts, or take `formerly` out",
          source: SourceLocation(file: "manifests/all.yaml", line: 14, column: 12))
      ]),
    PlanRow(
      "once applied it is spent", moving(stored: before.replacing("ada@old", with: "ada@new"), isApplied: true), []),
    PlanRow(
      "an email that nobody has an account under",
      moving(stored: before.replacing("ada@old", with: "ada@new") + "\n@ carl@old"), [move + blocked],
      blocked: [
        Refusal(
          rule: .accountMoveNeedsOperator, organization: "~ada@new", subject: "ada@new",
          message: "whoever acts as ada@old would count as ada@new from now on, which needs the operator",
          remedy: "check the new address with the person, then run this once with --allow-move",
          inReview: "let an operator check the new address with the person, and apply this with moves allowed",
          source: SourceLocation(file: "manifests/all.yaml", line: 14, column: 12))
      ]),
    PlanRow(
      "an email that nobody has an account under, with the flag",
      moving(stored: before.replacing("ada@old", with: "ada@new")).allowingMove, [move]),
    PlanRow("off", moving(off), [move]),
    PlanRow("off: two accounts do not become one", moving(off, stored: two), [move + blocked]),
  ]

  /// Refused by another rule: in the organization it is not taken for done either.
  private static let refusedElsewhere = PlanRow(
    "a move that another rule refuses withholds what rests on it",
    Scenario(
      acme("members: {ada@new: {role: super-admin, protect: true}, bob@x: member}", policy: on)
        + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: ada@new\nformerly: [ada@old]",
      stored: before, applied: acme("members: {ada@old: super-admin, bob@x: member}", policy: on)
    ).allowingMove.commit(by: "ada@new", touching: nil),
    [
      "move-account ~ada@new ada@new -email=ada@old +email=ada@new first blocked:no-self-change",
      "update-member acme ada@new -protect=false +protect=true change blocked:no-self-change",
    ])

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: "ada@old", after: "ada@new\nformerly: [ada@old]", stored: before,
    refused: [move.replacing("first", with: "change") + blocked], passes: [move.replacing("first", with: "change")],
    in: { "apiVersion: tenure/v1\nkind: Policy\n\($1)\n---\napiVersion: tenure/v1\nkind: Account\nemail: \($0)" })

  @Test(arguments: rows + policies + [refusedElsewhere]) func `an email moves with the operator`(_ row: PlanRow) {
    row.check()
  }
}
