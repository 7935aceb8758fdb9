import Model

/// Where the actual state lives. Engines: SQLite now, PostgreSQL for more than one machine; both pass one conformance
/// suite. Calls block; a store may be used from one thread at a time.
///
/// Reading and writing are separate types: only ``StoreTransaction`` writes, and only the applier holds one.
public protocol Store: AnyObject, StoreReader {
  /// `sqlite` or `postgres`.
  var engine: String { get }

  /// Ends the connection, and leaves the store in one file where it is one; calls after that throw. Without it the
  /// connection ends with the value.
  func close() throws

  /// Runs `body` in one write transaction that excludes all other writers; whatever it throws rolls everything back.
  func transaction<R>(_ body: (any StoreTransaction) throws -> R) throws -> R

  /// Runs `body`, whose transactions reach the disk together, before this returns or throws, and not each before the next
  /// begins. A killed process loses none of them all the same; a loss of power may take some from the end, each as a
  /// whole. Not to be called inside a transaction, or inside itself.
  func syncingOnce<R>(_ body: () throws -> R) throws -> R

  /// Takes the exclusive right to apply plans, waiting up to `seconds` for another holder to finish. The right ends
  /// with the value, and with the process, however that ends.
  /// - Throws: ``StoreError`` `.locked` with the holder's host, process and since when.
  func lockForApply(waitingUpTo seconds: Double, onWait: (LockHolder) -> Void) throws -> any ApplyLock
}

/// Who holds the right to apply.
public struct LockHolder: Hashable, Sendable {
  public var host: String
  public var process: Int
  public var since: Instant
  public init(host: String, process: Int, since: Instant) {
    (self.host, self.process, self.since) = (host, process, since)
  }
}

/// The exclusive right to apply, until released.
public protocol ApplyLock: AnyObject { func release() }

/// Which tenants to read.
public enum ReadScope: Hashable, Sendable {
  case everything
  /// All organizations, and these personal accounts by tenant name: most accounts are nobody's manifest.
  case organizations(and: Set<String>)
  /// Tenants by name (`acme`, `~` and a caseless email); unknown ones are simply not in the answer. Whose account
  /// matters without a row that names them yet, such as somebody to be added, is asked for as `~` and their email.
  case tenants(Set<String>)
}

/// What can be read, inside a transaction or outside (then from one consistent snapshot a call).
public protocol StoreReader {
  /// Tenants with their workspaces, rolls and applied commits, the accounts of everybody they name (with
  /// `.everything` and `.organizations`: all accounts), and all policies that baselines may refer to.
  /// - Parameter baselines: whether ``AppliedCommit/baseline`` is read too; they are as long as everything else.
  func read(_ scope: ReadScope, baselines: Bool, names: inout NameTable) throws -> ActualState
  /// The baselines of these tenants by id.
  func baselines(of tenants: [Int64]) throws -> [Int64: [UInt8]]

  func account(email: String) throws -> AccountRow?
  /// Whether the person is a member of anything, or invited to anything.
  func belongsSomewhere(email: String) throws -> Bool
  /// Sorted by caseless email.
  func accounts() throws -> [AccountRow]
  /// Organizations and personal accounts, without their contents, in byte order of names.
  func tenants() throws -> [TenantRow]
  func tenant(named name: String) throws -> TenantRow?
  /// Open invitations, lapsed ones included, optionally of one person; sorted by path and caseless email.
  func invitations(email: String?) throws -> [InvitationRow]
  /// The open invitation whose token has this hash (`invitation accept --token`).
  func invitation(tokenHash: String) throws -> InvitationRow?
  /// The live keys of a workspace, in byte order of their names; none where there is no such workspace.
  func apiKeys(tenant: String, workspace: String) throws -> [APIKeyRow]
  /// Names of the tenants, but the account's own, in which the account made keys that are live; in byte order.
  func tenantsWithKeys(of account: Int64) throws -> [String]
  /// Resources and usage of a workspace, by kind and creator.
  func counters(workspace: Int64) throws -> [CounterRow]
  /// Of a tenant, or of those of its workspaces that have or had this name; oldest first.
  func invoices(tenant: String, workspace: String?) throws -> [InvoiceRow]
  /// Audit entries in order of their sequence, those from `since` on and about `subject` where given.
  func audit(since: Instant?, subject: String?) throws -> [AuditEntry]
  /// Audit entries behind one, in order of their sequence.
  func audit(after sequence: Int64) throws -> [AuditEntry]
  /// Audit entries about accounts that moved to another email or were deleted, in order of their sequence.
  func accountChanges() throws -> [AuditEntry]
  /// What counted as applied when, oldest first: that a commit or a policy is applied is no audit entry by itself.
  func appliedMarks() throws -> [AppliedMark]
  /// The sequence of the last audit entry; 0 where there is none.
  func auditEnd() throws -> Int64
  /// Walks the whole chain.
  func verifyAudit() throws -> AuditVerdict
  /// Canonical text of the Policy for all that the last apply recorded, before any the one that people signed up under;
  /// nil: there is none.
  func policyForAll() throws -> String?
  /// Whether it is an apply's.
  func isPolicyForAllApplied() throws -> Bool
  /// Emails that accounts moved away from; sorted by email, of each the newest move last.
  func formerEmails() throws -> [FormerEmail]
  /// Oldest first.
  func outbox() throws -> [OutboxMessage]
  /// What pipelines said of commits; those of which nothing was said are not in the answer.
  func attestations(of commits: Set<String>) throws -> [String: Attestation]
  /// Those of the commits that counted as applied to anything at any time.
  func everApplied(among commits: Set<String>) throws -> Set<String>
  /// The commit that was applied last in this store, whichever tenants it touched; 40 hexadecimal digits.
  func lastAppliedCommit() throws -> String?
  /// When a reconciliation last came to its end, whether it found something to do or not.
  func lastReconciliation() throws -> Instant?
  /// A number that rises with every write to anything that a plan could depend on, whoever makes it: as long as it is
  /// the same, so is what is stored of that. Nil where an older store, opened for reading only, does not know it.
  func generation() throws -> Int64?
  /// By which a later read can tell what changed in between; nil where the store does not know its generation.
  func revision() throws -> StoreRevision?
  /// A secret of this store, with which to seal what is kept outside of it; nil where an older store, opened for reading
  /// only, has none.
  func sealingKey() throws -> String?
  /// Marks of all organizations in byte order of their names, then of these personal accounts by tenant name; unknown
  /// ones are not in the answer. Nil where the store is not what became of the revision, but a backup put in its place
  /// or another store.
  func marks(accounts: Set<String>, since: StoreRevision) throws -> [TenantMark]?
  /// The accounts of these caseless emails; unknown ones are not in the answer.
  func accounts(of emails: Set<String>, names: inout NameTable) throws -> [AccountRecord]
  /// What accounts have in all tenants but these.
  /// - Parameters:
  ///   - accounts: by id; nil: every account.
  ///   - isInForce: asked of each membership of a workspace.
  func holdings(of accounts: Set<Int64>?, outside tenants: Set<Int64>, isInForce: (HeldMembership) -> Bool) throws
    -> AccountHoldings
  /// Accounts without any membership, open invitation or workspace of their own; by id.
  func accountsWithoutHoldings(names: inout NameTable) throws -> [AccountRecord]
}

extension StoreReader {
  /// With baselines.
  public func read(_ scope: ReadScope, names: inout NameTable) throws -> ActualState {
    try read(scope, baselines: true, names: &names)
  }
}

/// Every write there is. Each to what planning looks at raises the serial of the tenant it concerns; counters, invoices,
/// audit, outbox and the bookkeeping of applies raise none (that bookkeeping, but not the time of a reconciliation, raises
/// ``StoreReader/generation()``). A write to what does not exist throws `.constraint`; what a constraint refuses may be
/// thrown by a later call, at the latest by the end of the transaction, which then leaves nothing.
public protocol StoreTransaction: StoreReader {
  func createOrganization(name: String, displayName: String?, owner: Int64?, subscription: String?, at: Instant) throws
    -> Int64
  /// Sets the attributes that are given; `.some(nil)` clears.
  func updateTenant(_ id: Int64, displayName: String??, owner: Int64??, subscription: String??) throws
  func suspendTenant(_ id: Int64, reason: String?, at: Instant?) throws

  /// Makes the account and its tenant (`~` and the caseless email); returns both ids.
  func createAccount(email: String, displayName: String?, at: Instant) throws -> (account: Int64, tenant: Int64)
  /// Of the account with this email, one that the transaction made included.
  func accountID(email: String) throws -> Int64?
  func updateAccount(_ id: Int64, displayName: String?) throws
  /// Same person, new email: memberships, invitations and their mails, and history come along; the tenant's name
  /// follows, and the old email is remembered as a former one.
  func moveAccount(_ id: Int64, to email: String, at: Instant) throws
  /// The email, which nobody has an account under, is a former one of the account from now on.
  func rememberFormerEmail(_ email: String, of account: Int64, at: Instant) throws
  func deleteAccount(_ id: Int64) throws
  /// Both nil resumes. Raises the serials of all tenants in which the person is a member.
  func suspendAccount(_ id: Int64, reason: String?, at: Instant?) throws

  func createWorkspace(
    tenant: Int64, name: String, kind: WorkspaceKind, displayName: String?, owner: Int64?, subscription: String?,
    at: Instant
  ) throws -> Int64
  func updateWorkspace(_ id: Int64, displayName: String??, owner: Int64??, subscription: String??) throws
  func renameWorkspace(_ id: Int64, to name: String) throws
  /// Ends its memberships, invitations, keys, resources and usage; people stay.
  func deleteWorkspace(_ id: Int64, at: Instant) throws

  /// Adds the membership or replaces its role, end and protection (`joined` then stays); forgets a departure.
  func putMember(
    _ scope: RollScope, account: Int64, role: String, expires: Instant?, protect: Bool, joined: Instant) throws
  /// Nobody stays owner of record where they are no longer a member.
  func removeMember(_ scope: RollScope, account: Int64) throws

  /// Opens an invitation, or sends the open one again (its new token replaces the old, `sends` counts up); forgets a
  /// departure.
  func putInvitation(_ scope: RollScope, _ invitation: NewInvitation) throws
  /// Changes the open invitation in place.
  func updateInvitation(_ scope: RollScope, email: String, role: String, expires: Instant?, protect: Bool) throws
  func closeInvitation(_ scope: RollScope, email: String, as outcome: InvitationOutcome, at: Instant) throws
  /// `reinvite`: the value that was used up for them last; nil takes that of their last invitation to the place.
  func recordDeparture(_ scope: RollScope, email: String, reason: Departure.Reason, at: Instant, reinvite: Instant?)
    throws

  func createAPIKey(
    workspace: Int64, name: String, hash: String, creator: Int64?, limits: APIKeyLimits, at: Instant) throws
  func updateAPIKey(workspace: Int64, name: String, limits: APIKeyLimits) throws
  func revokeAPIKey(workspace: Int64, name: String, at: Instant) throws
  func addCounter(workspace: Int64, account: Int64?, kind: String, count: Int64) throws
  /// Answers the invoice's number, which is never used twice.
  func writeInvoice(_ invoice: Invoice) throws -> Int64

  /// Records the commit as applied to the tenant, and in the store as the last one; keeps the policy's text. Does not
  /// raise the serial.
  func recordApplied(tenant: Int64, _ applied: AppliedCommit, policy: String) throws
  /// For tenants on which nothing changed: only moves commit and time forward.
  func touchApplied(tenants: [Int64], commit: String, at: Instant) throws

  /// Changes what counts as applied to every tenant whose baseline has these bytes; nil leaves it as it is.
  func rewriteBaselines(with bytes: [UInt8], _ change: ([UInt8]) -> [UInt8]?) throws
  /// Puts another text under another digest in the place of a policy, wherever it counts as applied.
  func replacePolicy(_ digest: String, by text: String, digest new: String) throws
  /// What accounts go by from now on.
  func recordPolicyForAll(_ text: String, digest: String, at: Instant) throws
  /// Up to which commit it is known who changed the Policy for all since it was recorded; and who did, where the change is
  /// withheld (``ActualState/policyForAllWithheld``).
  func recordPolicyForAllStanding(commit: String, withheld: String?) throws
  /// What accounts go by until an apply records a Policy for all.
  func recordSignUpPolicy(_ text: String, digest: String, at: Instant) throws

  /// Keeps what a pipeline said of the commit, besides what was said before.
  func recordAttestation(of commit: String, _ attestation: Attestation, at: Instant) throws

  func recordReconciliation(at: Instant) throws

  /// Appends to the hash chain; sequence and hash are the store's.
  func appendAudit(_ entry: AuditRecord) throws
  /// The message's id. A mail that an invitation names goes by itself with that.
  @discardableResult
  func appendOutbox(kind: String, to: String, token: String?, path: String?, at: Instant) throws -> Int64
  func acknowledgeOutbox(ids: [Int64]) throws -> Int
}

/// Whose roll: an organization's (or account's) or a workspace's, by the store's id.
public enum RollScope: Hashable, Sendable {
  case tenant(Int64)
  case workspace(Int64)
}

public enum InvitationOutcome: String, Sendable, CaseIterable { case accepted, declined, cancelled, expired }
