import CLibGit2

/// What a push brings: until its hooks agree, git keeps its objects in a folder of their own beside those of the
/// repository, and says so in the hooks' environment (git-receive-pack(1), «Quarantine Environment»).
extension RepositoryHandle {
  /// Adds the folders of objects that the environment names, where it speaks of this repository.
  static func addPushedObjects(to database: borrowing Owned, of repository: borrowing Owned) throws(GitError) {
    let folders = objectFolders(CacheFolder.variable)
    guard !folders.isEmpty, let own = git_repository_commondir(repository.pointer).map({ String(cString: $0) }),
      let objects = CacheFolder.realPath(own + "/objects")
    else { return }
    let real = folders.compactMap(CacheFolder.realPath)
    guard real.contains(where: { $0 == objects || $0.hasPrefix(objects + "/") }) else { return }
    for folder in real where folder != objects {
      try check(
        git_odb_add_disk_alternate(database.pointer, folder), "cannot read the objects of a push in '\(folder)'")
    }
  }

  /// Quarantine first; relative to where the process stands.
  static func objectFolders(_ variable: (String) -> String?) -> [String] {
    var folders = ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY"].compactMap(variable)
    folders += (variable("GIT_ALTERNATE_OBJECT_DIRECTORIES") ?? "").split(separator: ":").map(String.init)
    var seen: Set<String> = []
    return folders.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}
