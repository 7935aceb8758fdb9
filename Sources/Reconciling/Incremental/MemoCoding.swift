import Manifests
import Model
import Store

/// The bytes of a ``Memo``: numbers little-endian, texts with their length before them, lists with their count.
///
/// Whatever is wrong with them, reading gives nil and never traps: the file may be anything.
extension Memo {
  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 128 * (files.count + tenants.count) + 1024)
    writer.text(tree)
    writer.number(revision.generation)
    writer.number(revision.auditEnd)
    writer.text(revision.auditHash)
    writer.number(now.milliseconds)
    writer.number(Int64(entries))
    writer.number(Int64(bytes))
    writer.texts(unmanaged)
    writer.texts(commits)
    writer.texts(moves)
    writer.byte((endsAccounts ? 1 : 0) | (concernsAll ? 2 : 0))
    // Tenants name few commits and policies: by their place in these lists.
    let applied = Index(tenants.compactMap(\.settled?.mark.commit))
    let policies = Index(tenants.compactMap(\.settled?.mark.policyDigest))
    writer.texts(applied.texts)
    writer.texts(policies.texts)
    writer.count(files.count)
    for file in files {
      writer.text(file.path)
      writer.text(file.id)
      writer.byte(file.summary.isForAll ? 1 : 0)
      writer.texts(file.summary.organizations)
      writer.texts(file.summary.groups)
      writer.texts(file.summary.spellings)
    }
    writer.count(tenants.count)
    for tenant in tenants {
      writer.text(tenant.name)
      guard let settled = tenant.settled else {
        writer.byte(0)
        continue
      }
      writer.byte(settled.isRecorded ? 2 : 1)
      writer.text(settled.organization == tenant.name ? "" : settled.organization)
      writer.number(settled.until.milliseconds)
      writer.number(settled.mark.id)
      writer.number(settled.mark.serial)
      writer.number(settled.mark.baseline)
      writer.count(applied[settled.mark.commit])
      writer.count(policies[settled.mark.policyDigest])
    }
    return writer.bytes
  }

  init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let memo = try? Self.decode(&reader), reader.isAtEnd else { return nil }
    self = memo
  }

  private static func decode(_ reader: inout ByteReader) throws(ByteReader.Short) -> Memo {
    var memo = Memo(
      tree: try reader.text(),
      revision: StoreRevision(
        generation: try reader.number(), auditEnd: try reader.number(), auditHash: try reader.text()),
      now: Instant(milliseconds: try reader.number()),
      entries: Int(try reader.number()), bytes: Int(try reader.number()), files: [], tenants: [],
      unmanaged: try reader.texts(),
      commits: try reader.texts(), moves: try reader.texts(), endsAccounts: false, concernsAll: false)
    let pending = try reader.byte()
    (memo.endsAccounts, memo.concernsAll) = (pending & 1 != 0, pending & 2 != 0)
    let applied = try reader.texts()
    let policies = try reader.texts()
    let files = try reader.count()
    memo.files.reserveCapacity(files)
    for _ in 0..<files {
      let (path, id, isForAll) = (try reader.text(), try reader.text(), try reader.byte() == 1)
      let (organizations, groups) = (try reader.texts(), try reader.texts())
      memo.files.append(
        File(
          path: path, id: id,
          summary: FileSummary(
            organizations: organizations, groups: groups, isForAll: isForAll, spellings: try reader.texts())))
    }
    let tenants = try reader.count()
    memo.tenants.reserveCapacity(tenants)
    for _ in 0..<tenants {
      let (name, kind) = (try reader.text(), try reader.byte())
      guard kind > 0 else {
        memo.tenants.append(Tenant(name: name, settled: nil))
        continue
      }
      let organization = try reader.text()
      let until = Instant(milliseconds: try reader.number())
      let (tenant, serial, baseline) = (try reader.number(), try reader.number(), try reader.number())
      let mark = TenantMark(
        id: tenant, name: name, serial: serial, commit: try reader.item(of: applied),
        policyDigest: try reader.item(of: policies), withheld: 0, baseline: baseline, isSuspended: false)
      memo.tenants.append(
        Tenant(
          name: name,
          settled: Settled(
            organization: organization.isEmpty ? name : organization, mark: mark, until: until, isRecorded: kind == 2)))
    }
    return memo
  }
}

extension MemoHead {
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.text(tree)
    writer.number(revision.generation)
    writer.number(revision.auditEnd)
    writer.text(revision.auditHash)
    writer.number(now.milliseconds)
    writer.number(until?.milliseconds ?? .min)
    writer.byte(isRecorded ? 1 : 0)
    writer.number(Int64(tenants))
    writer.number(Int64(organizations))
    writer.number(Int64(files))
    writer.texts(unmanaged)
    writer.texts(commits)
    return writer.bytes
  }

  init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let head = try? Self.decode(&reader), reader.isAtEnd else { return nil }
    self = head
  }

  private static func decode(_ reader: inout ByteReader) throws(ByteReader.Short) -> MemoHead {
    let tree = try reader.text()
    let revision = StoreRevision(
      generation: try reader.number(), auditEnd: try reader.number(), auditHash: try reader.text())
    let (now, until) = (try reader.number(), try reader.number())
    return MemoHead(
      tree: tree, revision: revision, now: Instant(milliseconds: now),
      until: until == .min ? nil : Instant(milliseconds: until), isRecorded: try reader.byte() == 1,
      tenants: Int(try reader.number()), organizations: Int(try reader.number()), files: Int(try reader.number()),
      unmanaged: try reader.texts(), commits: try reader.texts())
  }
}

/// A few texts that are named many times.
private struct Index {
  let texts: [String]
  private let places: [String: Int]

  init(_ texts: [String]) {
    self.texts = Set(texts).sorted()
    places = Dictionary(uniqueKeysWithValues: self.texts.enumerated().map { ($1, $0) })
  }

  subscript(text: String) -> Int { places[text] ?? texts.count }
}

private struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func number(_ value: Int64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func count(_ value: Int) {
    withUnsafeBytes(of: UInt32(value).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func text(_ text: String) {
    count(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func texts(_ texts: [String]) {
    count(texts.count)
    for item in texts { text(item) }
  }
}

private struct ByteReader {
  /// There is less than was announced.
  struct Short: Error {}

  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  private mutating func take(_ count: Int) throws(Short) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else { throw Short() }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func byte() throws(Short) -> UInt8 { try take(1).first ?? 0 }

  mutating func number() throws(Short) -> Int64 {
    let slice = try take(8)
    return slice.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
  }

  /// Of things that take a byte at least: never more than there can be.
  mutating func count() throws(Short) -> Int {
    let slice = try take(4)
    let count = slice.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
    guard count <= bytes.count - offset else { throw Short() }
    return count
  }

  mutating func item(of texts: [String]) throws(Short) -> String {
    let slice = try take(4)
    let index = slice.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
    guard texts.indices.contains(index) else { throw Short() }
    return texts[index]
  }

  mutating func text() throws(Short) -> String {
    let slice = try take(try count())
    return slice.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  mutating func texts() throws(Short) -> [String] {
    let count = try count()
    if count == 0 { return [] }
    var result: [String] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try text()) }
    return result
  }
}
