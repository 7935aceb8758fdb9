import Manifests
import Model
import Store

/// What a reconciliation found, so that the next one need not look at it again: which tenants had nothing to do and
/// until when that holds, and which file speaks of whom.
///
/// It chooses the tenants that are planned, and nothing else: what is planned is read from manifests and store as if all
/// of it were. It is made only where nothing was wrong with the manifests. What it says holds for one folder of
/// manifests, by its tree's object id, and one state of one store, by its generation.
///
/// | the plan of a settled tenant depends on           | and is noticed by                                        |
/// |---------------------------------------------------|----------------------------------------------------------|
/// | its manifests, groups for all, policies           | the trees' difference                                    |
/// | its rows, the accounts of its people              | its serial, which the store raises for both              |
/// | ends of access and invitations                    | the first of them                                        |
/// | accounts that `formerly` moves, wherever declared | the moves, which each plan finds anew: others, everything |
///
/// Where else people are matters to steps alone, and a tenant with a step is never settled.
struct Memo: Equatable {
  /// Object id of the tree of the manifests folder.
  var tree: String
  /// Of the store, before it was read.
  var revision: StoreRevision
  /// When it was made: ends were judged then.
  var now: Instant
  /// Files and folders below the manifests folder, and the bytes of the manifests.
  var entries: Int
  var bytes: Int
  /// In byte order of their paths.
  var files: [File]
  /// Declared tenants in byte order of their names.
  var tenants: [Tenant]
  /// Stored organizations that nothing declares; sorted.
  var unmanaged: [String]
  /// Commits that count as applied to a tenant; sorted.
  var commits: [String]
  /// As ``Planned/moves``: what is settled is so once these are done.
  var moves: [String]
  /// As ``Planned/endsAccounts`` and ``Planned/concernsAll``: there is something to do although every tenant is settled.
  var endsAccounts: Bool
  var concernsAll: Bool

  struct File: Equatable {
    var path: String
    /// Object id of its bytes.
    var id: String
    var summary: FileSummary
  }

  struct Tenant: Equatable {
    var name: String
    /// Nil: something is to be done, to wait for or to say; it is planned each time.
    var settled: Settled?
  }

  struct Settled: Equatable {
    /// As reports name it.
    var organization: String
    /// As stored.
    var mark: TenantMark
    /// The first instant that may change its plan.
    var until: Instant
    /// The store notes what is declared as applied, but perhaps for a newer commit.
    var isRecorded: Bool
  }
}

extension Memo {
  /// What looking at all of it found: what is settled, and a proposal for the rest.
  init(
    _ draft: Draft, _ proposal: Reconciliation.Proposal, _ settled: [Tenant], applied: Set<String>,
    revision: StoreRevision
  ) {
    self.init(
      tree: draft.tree, revision: revision, now: proposal.input.now, entries: draft.entries, bytes: draft.bytes,
      files: draft.files, tenants: settled + Self.tenants(of: proposal, applied: applied), unmanaged: [],
      commits: proposal.appliedCommits.sorted(), moves: proposal.planned.moves,
      endsAccounts: proposal.planned.endsAccounts, concernsAll: proposal.planned.concernsAll)
    tenants.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let declared = Set(tenants.map(\.name))
    unmanaged = proposal.input.actual.tenants.filter { $0.account == nil && !declared.contains($0.name) }.map(\.name)
  }

  /// The manifests' part.
  struct Draft {
    var tree: String
    var entries: Int
    var bytes: Int
    var files: [File]

    /// Nil where nothing can be kept.
    init?(_ documents: Documents, _ snapshot: Snapshot, tree: String, names: NameTable) {
      (self.tree, entries, bytes, files) = (tree, snapshot.entries, 0, [])
      files.reserveCapacity(documents.files.count)
      for (index, file) in documents.files.enumerated() {
        let summary = FileSummary(file, names: names)
        guard summary.hasOrderlySpellings, let id = snapshot.files[index].objectID else { return nil }
        bytes += file.size
        files.append(File(path: documents.paths[index], id: id, summary: summary))
      }
    }
  }

  /// Of a proposal's own tenants, in byte order of their names.
  ///
  /// - Parameter applied: commits with these very manifests.
  static func tenants(of proposal: Reconciliation.Proposal, applied: Set<String>) -> [Tenant] {
    let stored = Dictionary(uniqueKeysWithValues: proposal.input.actual.tenants.map { ($0.name, $0) })
    let planned = Dictionary(uniqueKeysWithValues: proposal.planned.tenants.map { ($0.name, $0) })
    return proposal.input.desired.tenants.map { tenant in
      guard let plan = planned[tenant.name], let until = plan.settledUntil,
        let mark = stored[tenant.name].map(TenantMark.init)
      else { return Tenant(name: tenant.name, settled: nil) }
      return Tenant(
        name: tenant.name,
        settled: Settled(
          organization: plan.organization, mark: mark, until: until,
          isRecorded: tenant.isRecorded(mark, applied: applied)))
    }
  }

  /// Notes what an apply left as it is because the store has it already.
  mutating func record(_ recorded: Set<String>) {
    for index in tenants.indices where recorded.contains(tenants[index].name) {
      tenants[index].settled?.isRecorded = true
    }
  }
}

extension FileSummary {
  /// Whether each spelling sorts before its caseless form, as it does in ASCII: then the smallest spelling of all can be
  /// told without knowing who is written caselessly.
  var hasOrderlySpellings: Bool {
    spellings.allSatisfy { $0.utf8.lexicographicallyPrecedes($0.emailKey.utf8) }
  }
}

extension DesiredTenant {
  /// Whether the store is known to have noted all of it as applied: the last apply was of these very manifests, withheld
  /// nothing, and no entry has ended, perhaps since then.
  func isRecorded(_ mark: TenantMark, applied: Set<String>) -> Bool {
    applied.contains(mark.commit) && mark.withheld == 0 && !(members ?? []).contains { !$0.isInForce }
      && !workspaces.contains { ($0.members ?? []).contains { !$0.isInForce } }
  }
}
