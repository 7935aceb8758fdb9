import GitReader
import Manifests
import Model
import Planning
import Store

/// What a reconciliation has to look at, given what an earlier one found: the tenants whose manifests, groups, stored
/// state or due dates changed, those that were not settled, and the files that speak of them.
///
/// | changed since the memo was made           | looked at                                                           |
/// |-------------------------------------------|---------------------------------------------------------------------|
/// | a file of an organization                 | the organization, in all files that speak of it                     |
/// | a Group for all                           | the organizations in files that name it, or a group that names it   |
/// | a Policy for all, an Account              | everything                                                          |
/// | which accounts `formerly` moves           | everything                                                          |
/// | a tenant's serial, its applied policy …   | that tenant                                                         |
/// | an end has come                           | the tenants that have it                                            |
/// | nothing, and something is to be done      | the tenants that have something to do                               |
///
/// A file with an error, a symbolic link, or a memo from the future: everything.
struct Narrowing {
  /// The tenants to plan, by name.
  private(set) var tenants: Set<String>
  /// The manifests as they are now, with their summaries.
  private(set) var files: [Memo.File]
  /// Files and folders below the manifests folder, itself not counted, and the bytes of the files.
  private(set) var entries: Int
  private(set) var bytes: Int
  private(set) var reach: Reach
  /// From the memo's manifests to these; nil: they are the same.
  private var change: GitRepository.TreeChange?

  /// More tenants than this are read faster with all others.
  static let most = 1000

  /// Nil: everything is to be looked at.
  ///
  /// - Parameters:
  ///   - tree: of the manifests folder now.
  ///   - stored: marks of all organizations and declared accounts, where the store changed since; else nil.
  ///   - isRecording: for an apply, which also notes what is stored already as applied.
  init?(
    _ memo: Memo, tree: String, stored: [TenantMark]?, isRecording: Bool, now: Instant, _ shelf: inout ManifestShelf
  ) throws {
    (tenants, files, entries, bytes, reach) = ([], memo.files, memo.entries, memo.bytes, Reach())
    for tenant in memo.tenants {
      guard let settled = tenant.settled, now < settled.until, settled.isRecorded || !isRecording else {
        tenants.insert(tenant.name)
        continue
      }
    }
    if let stored { addChanged(memo, stored) }
    guard tenants.count <= Self.most else { return nil }
    if tree != memo.tree, try !addChanged(from: memo.tree, to: tree, &shelf) { return nil }
    for name in tenants { reach.insert(name, names: &shelf.names) }
    guard reach.organizations.count + reach.accounts.count <= Self.most else { return nil }
  }

  /// Tenants that are known, of manifests that are read already.
  init(tenants: Set<String>, _ draft: Memo.Draft, names: inout NameTable) {
    (self.tenants, files, entries, bytes) = (tenants, draft.files, draft.entries, draft.bytes)
    reach = Reach(tenants: tenants, names: &names)
  }

  private mutating func addChanged(_ memo: Memo, _ stored: [TenantMark]) {
    let marks = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
    for tenant in memo.tenants {
      guard let settled = tenant.settled, marks[tenant.name]?.isSettled(as: settled.mark) ?? false else {
        tenants.insert(tenant.name)
        continue
      }
    }
  }

  /// What the files that differ concern; false: everything.
  private mutating func addChanged(from old: String, to new: String, _ shelf: inout ManifestShelf) throws -> Bool {
    let repository = shelf.source.repository
    guard repository.contains(object: old) else { return false }
    let change = try repository.change(fromTree: old, toTree: new, folder: shelf.source.manifests)
    self.change = change
    entries += change.entries
    guard !change.hasOddities, change.files.count <= Self.most else { return false }
    var documents: [FileDocuments] = []
    var byPath: [String: Memo.File?] = [:]
    for file in change.files {
      if let before = file.before {
        guard let read = try shelf.documents(ofBlob: before) else { return false }
        documents.append(read)
        bytes -= read.size
      }
      byPath[file.path] = .some(nil)
      guard let id = file.after else { continue }
      guard let read = try shelf.documents(ofBlob: id) else { return false }
      documents.append(read)
      bytes += read.size
      let summary = FileSummary(read, names: shelf.names)
      guard summary.hasOrderlySpellings else { return false }
      byPath[file.path] = Memo.File(path: file.path, id: id, summary: summary)
    }
    let limits = SnapshotLimits()
    guard entries <= limits.entries, bytes <= limits.totalBytes else { return false }
    replace(byPath)
    reach = Reach(changed: documents)
    // Who is named by an email that changed its meaning is known from all documents only.
    guard !reach.isEverything, reach.people.isEmpty else { return false }
    try grow(&shelf)
    tenants.formUnion(reach.organizations.map(shelf.names.text))
    return true
  }

  private mutating func replace(_ changed: [String: Memo.File?]) {
    var rest = changed
    var result: [Memo.File] = []
    result.reserveCapacity(files.count + changed.count)
    for file in files {
      if let new = rest.removeValue(forKey: file.path) {
        if let new { result.append(new) }
      } else {
        result.append(file)
      }
    }
    let new = rest.values.compactMap { $0 }
    if !new.isEmpty {
      result += new
      result.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
    files = result
  }

  /// Adds whoever names a group that changed, in a member list or through another group.
  private mutating func grow(_ shelf: inout ManifestShelf) throws {
    guard !reach.groups.isEmpty else { return }
    repeat {
      let names = Set(reach.groups.map(shelf.names.text))
      let found = files.filter { $0.summary.isForAll || $0.summary.groups.contains(where: names.contains) }
      var documents: [FileDocuments] = []
      for file in found {
        if let read = try shelf.documents(ofBlob: file.id) { documents.append(read) }
      }
      guard reach.grow(by: documents) else { return }
    } while true
  }
}

extension Narrowing {
  /// Whether a file says something about a tenant to plan, or about everybody.
  private func isConcerned(_ file: Memo.File) -> Bool {
    file.summary.isForAll || (!tenants.isEmpty && file.summary.organizations.contains(where: tenants.contains))
  }

  /// For reading the commits that led here: all other files are the same in whatever commit they are found.
  func excerpt(tree: String, before: Memo?) -> ManifestShelf.Excerpt {
    var excerpt = ManifestShelf.Excerpt(reach: reach)
    let concerned = files.filter(isConcerned)
    excerpt.listings[tree] = .init(files: concerned.map { ListedFile(path: $0.path, id: $0.id) }, count: files.count)
    let (narrowing, taken) = (self, Set(concerned.map(\.id)))
    excerpt.present = taken
    excerpt.leftOut = {
      Set(narrowing.files.lazy.filter { !narrowing.isConcerned($0) }.map(\.id)).subtracting(taken)
    }
    if let before, let change {
      let older = change.undone(in: concerned.map { ListedFile(path: $0.path, id: $0.id) })
      excerpt.listings[before.tree] = .init(files: older, count: before.files.count)
    }
    return excerpt
  }

  /// Spellings of people's emails in the files that are left out.
  var spellingsElsewhere: [String] {
    files.lazy.filter { !$0.summary.spellings.isEmpty && !isConcerned($0) }.flatMap(\.summary.spellings)
  }
}

extension TenantMark {
  /// Whether nothing that planning looks at changed.
  fileprivate func isSettled(as known: TenantMark) -> Bool {
    id == known.id && serial == known.serial && policyDigest == known.policyDigest && baseline == known.baseline
      && withheld == 0 && !isSuspended
  }
}
