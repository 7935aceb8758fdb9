/// What a push brings: until its hooks agree, git keeps its objects in a folder of their own beside those of the
/// repository, and says so in the hooks' environment (git-receive-pack(1), «Quarantine Environment»).
extension RepositoryHandle {
  /// The folders of objects that the environment names, where it speaks of the repository with these.
  static func pushedObjects(besides own: String) -> [String] {
    let folders = objectFolders(CacheFolder.variable)
    guard !folders.isEmpty, let objects = CacheFolder.realPath(own) else { return [] }
    let real = folders.compactMap(CacheFolder.realPath)
    guard real.contains(where: { $0 == objects || $0.hasPrefix(objects + "/") }) else { return [] }
    return real.filter { $0 != objects }
  }

  /// Quarantine first; relative to where the process stands.
  static func objectFolders(_ variable: (String) -> String?) -> [String] {
    var folders = ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY"].compactMap(variable)
    folders += (variable("GIT_ALTERNATE_OBJECT_DIRECTORIES") ?? "").split(separator: ":").map(String.init)
    var seen: Set<String> = []
    return folders.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}
