import Model
import Reports

/// The instant of every fixture.
let now = Instant(year: 2026, month: 11, day: 22)!

let digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func at(_ line: Int, _ file: String = "manifests/acme.yaml") -> SourceLocation {
  SourceLocation(file: file, line: line, column: 7)
}

func plan(
  _ actions: [Action] = [], blocked: [Refusal] = [], waiting: [Waiting] = [], held: [Held] = [],
  warnings: [PlanWarning] = [], overrides: [Override] = [], invalid: [String] = [], suspended: [SuspendedTenant] = []
) -> Plan {
  Plan(
    source: PlanSource(
      repository: "https://git.acme.example/access.git", ref: "main",
      commit: "1b3c5d7e9f1b3c5d7e9f1b3c5d7e9f1b3c5d7e9f", manifests: "manifests"),
    state: PlanState(engine: "sqlite", serials: ["beta": 7, "acme": 41]), now: now, actions: actions, blocked: blocked,
    waiting: waiting, held: held, warnings: warnings, overrides: overrides, invalid: invalid, suspended: suspended)
}

/// Something of everything that a plan can say.
let fullPlan = plan(
  [
    Action(
      .addMember, organization: "acme", workspace: "ml", subject: "linus@acme.example",
      after: ["role": .text("developer"), "expires": .text("2027-02-01T00:00:00Z"), "protect": .flag(false)],
      origin: .change, actors: ["ada@acme.example", "grace@acme.example"], source: at(24)),
    Action(
      .changeRole, organization: "acme", workspace: "ml", subject: "grace@acme.example",
      before: ["role": .text("developer")], after: ["role": .text("admin")], origin: .drift, actors: ["tenure"],
      source: at(25)),
    Action(
      .removeMember, organization: "acme", workspace: "ml", subject: "barbara@acme.example",
      before: ["role": .text("viewer")], origin: .expiry, actors: ["tenure"]),
    Action(
      .updateAPIKey, organization: "acme", workspace: "ml", subject: "ci-deploy",
      before: ["dailyRateLimit": .null, "monthlyLimit": .number(1000)],
      after: ["dailyRateLimit": .number(50), "monthlyLimit": .number(2000)], origin: .change,
      actors: ["ada@acme.example"], source: at(31)),
    Action(
      .renameWorkspace, organization: "acme", workspace: "research", before: ["name": .text("lab one")],
      after: ["name": .text("research")], origin: .change, actors: ["ada@acme.example"], source: at(40)),
    Action(
      .transferOwnership, organization: "acme", workspace: "labs", subject: "grace@acme.example",
      before: ["owner": .text("ada@acme.example")], after: ["owner": .text("grace@acme.example")], origin: .change,
      actors: ["grace@acme.example"], source: at(44), blockedBy: [.noSelfChange]),
    Action(
      .removeMember, organization: "acme", subject: "joan@acme.example", before: ["role": .text("member")],
      origin: .change, actors: ["ada@acme.example"], source: at(3), blockedBy: [.removalThreshold]),
    Action(
      .removeMember, organization: "acme", subject: "karen@acme.example", before: ["role": .text("member")],
      origin: .change, actors: ["ada@acme.example"], source: at(3),
      blockedBy: [.protectedSubject, .removalThreshold]),
    Action(
      .createOrganization, organization: "beta",
      after: ["displayName": .text("Beta, Inc"), "owner": .text("linus@beta.example")], origin: .first,
      actors: ["linus@beta.example"], source: at(1, "manifests/beta.yaml")),
    Action(
      .moveAccount, organization: "~ada@acme.example", subject: "ada@acme.example",
      before: ["email": .text("ada@old.example")], after: ["email": .text("ada@acme.example")], origin: .change,
      actors: ["ada@acme.example"], source: at(9, "manifests/people.yaml")),
  ],
  blocked: [
    Refusal(
      rule: .noSelfChange, organization: "acme", workspace: "labs", subject: "grace@acme.example",
      message: "grace@acme.example would raise their own access to acme/labs.",
      remedy: "Have somebody who may transfer ownership approve the change with Approved-by.", source: at(44)),
    Refusal(
      rule: .protectedSubject, organization: "acme", subject: "karen@acme.example",
      message: "karen@acme.example is protected in the commit applied before.",
      remedy: "Remove `protect: true` first, in a commit of its own."),
    Refusal(
      rule: .removalThreshold, organization: "acme", message: "2 of 6 members would go, more than 25%.",
      remedy: "Remove fewer at once, or --override removal-threshold@acme --reason TEXT.",
      inReview: "Remove fewer at once."),
  ],
  waiting: [
    Waiting(
      organization: "acme", subject: "edsger@acme.example", for: .acceptInvitation,
      since: Instant(year: 2026, month: 11, day: 1)!, source: at(5)),
    Waiting(
      organization: "acme", workspace: "labs", subject: "karen@acme.example", for: .acceptInvitation, since: nil,
      others: ["edsger@acme.example"]),
    Waiting(organization: "acme", workspace: "ml", subject: "nightly", for: .createAPIKey, since: nil),
  ],
  held: [
    Held(
      organization: "acme", workspace: "ml", subject: "alan@acme.example", because: .left,
      since: Instant(year: 2026, month: 10, day: 30)!, source: at(27))
  ],
  warnings: [
    PlanWarning(code: "unmanaged", message: "acme/old is not declared and stays as it is.", path: "acme/old")
  ],
  overrides: [Override(rule: .freezeWindow, organization: nil, reason: "incident 42")],
  invalid: ["gamma"],
  suspended: [SuspendedTenant(organization: "delta", reason: "audit by #legal", since: now)])

/// The full plan as a difference: who gains and loses what by it, and what an apply would do besides.
let fullReview = PlanReview(
  fullPlan, digest: digest,
  effects: [
    Effect(
      .loses, .role, person: "ada@acme.example", displayName: "Ada", path: Path(tenant: "acme"),
      before: .init(role: "super-admin"), after: .init(role: "member"), opensEveryWorkspace: true),
    Effect(
      .loses, .ownership, person: "ada@acme.example", displayName: "Ada", path: Path(tenant: "acme", workspace: "labs"),
      source: at(44), blockedBy: [.noSelfChange]),
    Effect(
      .gains, .everything(of: "ada@old.example"), person: "ada@acme.example", displayName: "Ada",
      path: Path(tenant: "~ada@acme.example"), givesTopRole: true, source: at(9, "manifests/people.yaml")),
    Effect(
      .loses, .role, person: "barbara@acme.example", path: Path(tenant: "acme", workspace: "ml"),
      before: .init(role: "viewer", expires: Instant(year: 2026, month: 11, day: 2)!), origin: .expiry),
    Effect(
      .gains, .role, person: "edsger@acme.example", path: Path(tenant: "acme"),
      before: .init(role: "member", isOffer: true), after: .init(role: "super-admin", isOffer: true),
      givesTopRole: true, opensEveryWorkspace: true, source: at(5)),
    Effect(
      .gains, .role, person: "grace@acme.example", displayName: "Grace", path: Path(tenant: "acme", workspace: "ml"),
      before: .init(role: "developer"), after: .init(role: "admin"), group: "platform", givesTopRole: true,
      origin: .drift, source: at(25)),
    Effect(
      .gains, .ownership, person: "grace@acme.example", displayName: "Grace",
      path: Path(tenant: "acme", workspace: "labs"), givesTopRole: true, source: at(44), blockedBy: [.noSelfChange]),
    Effect(
      .gains, .role, person: "linus@acme.example", path: Path(tenant: "acme", workspace: "ml"),
      after: .init(role: "developer", expires: Instant(year: 2027, month: 2, day: 1)!), source: at(24)),
    Effect(
      .loses, .role, person: "tom@acme.example", path: Path(tenant: "acme", workspace: "old"),
      before: .init(role: "viewer"), endsWithWorkspace: true, source: at(50)),
    Effect(.loses, .account, person: "zoe@acme.example", path: Path(tenant: "~zoe@acme.example"), origin: .drift),
  ],
  besides: [
    Action(
      .removeMember, organization: "acme", workspace: "ml", subject: "mallory@acme.example",
      before: ["role": .text("admin")], origin: .drift, actors: ["tenure"], source: at(20))
  ],
  besidesEffects: [
    Effect(
      .loses, .role, person: "mallory@acme.example", path: Path(tenant: "acme", workspace: "ml"),
      before: .init(role: "admin"), origin: .drift, source: at(20))
  ],
  base: "0a2c4e6f8a0c2e4f6a8c0e2f4a6c8e0f2a4c6e8f")

/// Everything that a hostile author can put into a name.
let hostile = "::error::x\u{1B}[2J\r\n##[error]\u{202E}gpj|`a``b`<!--</details>@bob\u{2028}*_[x](http://y)\u{0}"

let hostilePlan = plan(
  [
    Action(
      .invite, organization: hostile, workspace: hostile, subject: hostile, before: ["role": .text(hostile)],
      after: [hostile: .text(hostile)], origin: .change, actors: [hostile],
      source: SourceLocation(file: hostile, line: 1, column: 1)),
    Action(.deleteWorkspace, organization: hostile, workspace: hostile, origin: .change, blockedBy: [.creatorKept]),
  ],
  blocked: [
    Refusal(rule: .creatorKept, organization: hostile, workspace: hostile, message: hostile, remedy: hostile)
  ],
  waiting: [
    Waiting(
      organization: hostile, workspace: hostile, subject: hostile, for: .acceptInvitation, since: now, others: [hostile]
    )
  ],
  held: [Held(organization: hostile, subject: hostile, because: .left, since: now)],
  warnings: [PlanWarning(code: hostile, message: hostile, path: hostile)],
  overrides: [Override(rule: .creatorKept, organization: hostile, reason: hostile)], invalid: [hostile],
  suspended: [SuspendedTenant(organization: hostile, reason: hostile, since: now)])

let diagnostics = [
  Diagnostic(
    code: "unknown-role", message: "no role `admn`",
    location: SourceLocation(file: "manifests/b.yaml", line: 7, column: 23),
    hint: "did you mean `admin`?", excerpt: "\tada@acme.example:\t{role: admn}\r\n"),
  Diagnostic(
    .warning, code: "symlink", message: "a symlink is not followed",
    location: SourceLocation(file: "manifests/link.yaml", line: 1, column: 1)),
  Diagnostic(
    code: "unknown-key", message: "unknown key `membres`",
    location: SourceLocation(file: "manifests/a.yaml", line: 12, column: 3), hint: "did you mean `members`?",
    excerpt: "  membres: {}"),
  Diagnostic(code: "no-manifests", message: "manifests has no document"),
]
