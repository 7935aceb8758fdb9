import Model

extension PlanSource {
  /// The repository as given, without what may be a secret: reports end up in logs and comments. URLs of HTTP lose
  /// everything before the `@`, where tokens stand, and what follows a `?`; others, such as `ssh://git@host`, lose a
  /// password only.
  var shownRepository: String {
    let shown = withoutCredentials
    guard repository.lowercased().hasPrefix("http"), shown.contains("://") else { return shown }
    return String(decoding: shown.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }, as: UTF8.self)
  }

  private var withoutCredentials: String {
    let bytes = Array(repository.utf8)
    guard let scheme = repository.utf8.firstRange(of: "://".utf8) else { return repository }
    let start = repository.utf8.distance(from: repository.startIndex, to: scheme.upperBound)
    let authority = bytes[start...].prefix {
      $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
    }
    guard let end = authority.lastIndex(of: UInt8(ascii: "@")) else { return repository }
    let isHTTP = repository.lowercased().hasPrefix("http")
    let user = isHTTP ? [] : authority[..<end].prefix { $0 != UInt8(ascii: ":") } + [UInt8(ascii: "@")]
    return String(decoding: bytes[..<start] + user + bytes[(end + 1)...], as: UTF8.self)
  }
}
