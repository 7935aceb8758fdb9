/// Whether a server is given credentials, which go only where somebody who may use them said.
enum RemoteAccess {
  case full
  case withheld(Reason)

  enum Reason {
    /// A file names the server, and whoever may commit wrote it.
    case unnamedHost
    /// The server that was named sends to another one.
    case redirect
  }

  /// To other servers: only without credentials.
  var followsRedirects: Bool {
    switch self {
    case .full, .withheld(.unnamedHost): false
    case .withheld(.redirect): true
    }
  }
}

extension RemoteAccess.Reason {
  func refusal(of url: RemoteURL) -> GitError {
    let host = url.host ?? "\(url)"
    let purpose = "cannot fetch \(url): "
    return switch self {
    case .unnamedHost:
      GitError(
        .authentication,
        purpose + "the server asks for credentials, and they are withheld: a file of the repository names \(host), and "
          + "credentials go only to a host that a flag or a variable names",
        hint: "if \(host) is to have them, set TENURE_GIT_HOST=\(host), or name the repository with --repo")
    case .redirect:
      GitError(
        .authentication,
        purpose + "\(host) sends on to another host, and credentials are withheld on the way: they go only to a host "
          + "that --repo, TENURE_REPO or TENURE_GIT_HOST names",
        hint: "name the repository with --repo where it is now")
    }
  }
}

/// The hosts that `TENURE_GIT_HOST` names: `HOST` or `HOST:PORT`, several with commas between them.
struct GitHosts {
  private let names: Set<String>

  init(_ text: String) {
    names = Set(text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init))
  }

  static var named: GitHosts { GitHosts(CacheFolder.variable("TENURE_GIT_HOST") ?? "") }

  /// A host named without a port is meant with all of its ports.
  func contains(_ url: RemoteURL) -> Bool {
    guard let host = url.host else { return false }
    return names.contains(host) || names.contains(Self.withoutPort(host))
  }

  private static func withoutPort(_ host: String) -> String {
    guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isNumber) else { return host }
    let name = String(host[..<colon])
    // The colons of an address in brackets are its own.
    return name.hasPrefix("[") && !name.hasSuffix("]") ? host : name
  }
}
