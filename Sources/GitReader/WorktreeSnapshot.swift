import Glibc
import Model

extension GitRepository {
  /// Every `*.yaml` and `*.yml` below `folder` (`.`: the root) of a working tree as it lies on disk, committed or not;
  /// `root` need not be a repository.
  ///
  /// As for a commit, symbolic links and submodules are skipped with a warning. FIFOs, devices, sockets and what cannot
  /// be read are error diagnostics; nothing of that is ever opened in a way that waits.
  public static func worktreeSnapshot(
    root: String, folder: String = "manifests", limits: SnapshotLimits = .init()
  ) throws(GitError) -> FolderSnapshot {
    let folder = try ManifestFolder(folder)
    guard let start = FileDescriptor(Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
      throw GitError(
        errno == EACCES ? .permission : .notARepository, "cannot read the folder '\(root)': \(systemError())")
    }
    var reader = FolderReader(builder: SnapshotBuilder(limits: limits))
    let state = reader.read(folder.components[...], in: start, at: [])
    return FolderSnapshot(snapshot: reader.builder.finish(commit: nil), folder: state)
  }
}

/// Walks folders by descriptor, never by path: nobody can put a symbolic link in the way meanwhile.
private struct FolderReader {
  var builder: SnapshotBuilder

  /// Goes down to the manifests folder, and reads it.
  mutating func read(
    _ components: ArraySlice<String>, in folder: borrowing FileDescriptor, at path: [UInt8]
  ) -> FolderSnapshot.Folder {
    guard let first = components.first else {
      readAll(folder, at: path, depth: 0)
      return .present
    }
    let deeper = append(Array(first.utf8), to: path)
    var info = stat()
    guard fstatat(folder.value, first, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return .missing }
      builder.error("unreadable-folder", "the folder cannot be read: \(systemError())", deeper)
      return .present
    }
    switch info.st_mode & S_IFMT {
    case S_IFDIR: break
    case S_IFLNK: return .notAFolder("a symbolic link")
    default: return components.count == 1 ? .notAFolder("a file") : .missing
    }
    guard let next = open(first, in: folder) else {
      builder.error("unreadable-folder", "the folder cannot be read: \(systemError())", deeper)
      return .present
    }
    return read(components.dropFirst(), in: next, at: deeper)
  }

  private mutating func readAll(_ folder: borrowing FileDescriptor, at path: [UInt8], depth: Int) {
    guard let names = folder.names() else {
      builder.error("unreadable-folder", "the folder cannot be read: \(systemError())", path)
      return
    }
    if !path.isEmpty, names.contains(Array(".git".utf8)) {
      builder.skipped(submodule: path)
      return
    }
    for name in names where !name.elementsEqual(".git".utf8) {
      let path = append(name, to: path)
      guard builder.enter(path, depth: depth) else { return }
      readEntry(
        name.map { CChar(bitPattern: $0) } + [0], isManifest: SnapshotBuilder.isManifest(name), in: folder, at: path,
        depth)
    }
  }

  private mutating func readEntry(
    _ name: [CChar], isManifest: Bool, in folder: borrowing FileDescriptor, at path: [UInt8], _ depth: Int
  ) {
    var info = stat()
    guard fstatat(folder.value, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno != ENOENT { builder.error("unreadable-file", "it cannot be read: \(systemError())", path) }
      return
    }
    switch info.st_mode & S_IFMT {
    case S_IFDIR:
      guard let inner = FileDescriptor(openat(folder.value, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
      else {
        builder.error("unreadable-folder", "the folder cannot be read: \(systemError())", path)
        return
      }
      readAll(inner, at: path, depth: depth + 1)
    case S_IFLNK: builder.skipped(symlink: path)
    case S_IFREG:
      if isManifest { readFile(name, in: folder, at: path) }
    default:
      if isManifest { notAFile(path) }
    }
  }

  private mutating func readFile(_ name: [CChar], in folder: borrowing FileDescriptor, at path: [UInt8]) {
    guard let text = builder.manifestPath(path) else { return }
    // O_NONBLOCK: should it have become a FIFO since it was looked at, opening it does not wait for a writer.
    guard let file = FileDescriptor(openat(folder.value, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) else {
      builder.error("unreadable-file", "the file cannot be read: \(systemError())", path, hint: "let this user read it")
      return
    }
    var info = stat()
    guard fstat(file.value, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return notAFile(path) }
    guard builder.admits(size: Int(info.st_size), path) else { return }
    guard let bytes = file.read(atMost: builder.limits.fileBytes + 1, expecting: Int(info.st_size)) else {
      builder.error("unreadable-file", "the file cannot be read: \(systemError())", path)
      return
    }
    // It may have grown since.
    if bytes.count > builder.limits.fileBytes {
      _ = builder.admits(size: bytes.count, path)
    } else {
      builder.add(Snapshot.File(path: text, objectID: nil, bytes: bytes))
    }
  }

  private mutating func notAFile(_ path: [UInt8]) {
    builder.error("not-a-file", "a FIFO, device or socket is no manifest", path, hint: "remove it")
  }

  private func open(_ name: String, in folder: borrowing FileDescriptor) -> FileDescriptor? {
    FileDescriptor(openat(folder.value, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  private func append(_ name: [UInt8], to path: [UInt8]) -> [UInt8] {
    path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
  }
}
