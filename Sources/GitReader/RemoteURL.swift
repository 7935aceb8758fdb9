import CLibGit2

/// The URL of a repository that is read through a cached clone: `https://`, `http://`, `ssh://`, `file://`, or
/// `user@host:path`.
public struct RemoteURL: Hashable, Sendable, CustomStringConvertible {
  /// As given, a password included: for the connection only, never to be printed or stored.
  let full: String
  /// Without password; for https without user too, since tokens stand there. Safe to print.
  public let description: String

  /// Nil for what is a path.
  public init?(_ text: String) {
    if let scheme = text.firstRange(of: "://") {
      guard ["https", "http", "ssh", "file"].contains(text[..<scheme.lowerBound].lowercased()) else { return nil }
      full = text
      description = RemoteURL.withoutSecrets(text, afterScheme: scheme.upperBound)
      return
    }
    guard let at = text.firstIndex(of: "@"), let colon = text.firstIndex(of: ":"), at < colon, text.startIndex < at,
      text.index(after: at) < colon, !text[..<colon].contains("/"), text.index(after: colon) < text.endIndex
    else { return nil }
    (full, description) = (text, text)
  }

  /// The server in lower case, with its port where one is said; nil for a file, and for what two readers of URLs could
  /// take for different servers.
  var host: String? {
    let authority: Substring
    if let scheme = full.firstRange(of: "://") {
      authority = full[scheme.upperBound...].prefix { $0 != "/" }
    } else {
      authority = full.prefix { $0 != ":" }
    }
    let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
    guard let host = parts.last, !host.isEmpty, parts.count <= 2 else { return nil }
    func isPlain(_ text: Substring, besides others: String) -> Bool {
      text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || $0.properties.numericType != nil || others.unicodeScalars.contains($0))
      }
    }
    guard isPlain(host, besides: "-.:[]_"), parts.count < 2 || isPlain(parts[0], besides: "-._~%!$&'()*+,;=:") else {
      return nil
    }
    return host.lowercased()
  }

  /// The same repository, asked for by nobody in particular.
  var anonymous: String { full.firstRange(of: "://") == nil ? full : description }

  private static func withoutSecrets(_ text: String, afterScheme start: String.Index) -> String {
    let end = text[start...].firstIndex(of: "/") ?? text.endIndex
    guard let at = text[start..<end].lastIndex(of: "@") else { return text }
    let user = text[start..<at].prefix { $0 != ":" }
    let keepsUser = text[..<start].lowercased() == "ssh://"
    return text[..<start] + (keepsUser ? "\(user)@" : "") + text[text.index(after: at)...]
  }

  /// The name of its clone in a cache folder: the description escaped, so that two URLs never share one; long ones end
  /// with a hash.
  var cacheName: String {
    var name = ""
    for byte in description.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."):
        name.unicodeScalars.append(UnicodeScalar(byte))
      case UInt8(ascii: "/"): name += "_"
      default:
        let hex = String(byte, radix: 16)
        name += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    guard name.utf8.count > 180 else { return name }
    var id = git_oid()
    _ = git_odb_hash(&id, name, name.utf8.count, GIT_OBJECT_BLOB)
    return "\(name.prefix(120))%\(id.hex)"
  }
}
