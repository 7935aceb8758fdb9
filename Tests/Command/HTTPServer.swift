import Foundation
import Synchronization

/// A server on the loopback that answers every request by a function of its path and its `Authorization`, and keeps
/// what came.
final class HTTPServer: Sendable {
  struct Request: Sendable {
    var path: String
    var authorization: String?
  }

  let host: String
  let port: UInt16
  private let socketNumber: Int32
  private let kept = Mutex<[Request]>([])

  var url: String { "http://\(host):\(port)/x.git" }
  var requests: [Request] { kept.withLock { $0 } }

  /// Asks for a password, and knows no repository.
  static func asking(for request: Request) -> String {
    request.authorization == nil
      ? "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"" : "404 Not Found"
  }

  /// - Parameter answer: the status line behind the protocol, and further lines of the head.
  init(_ host: String = "127.0.0.1", answer: @escaping @Sendable (Request) -> String) throws {
    struct NoSocket: Error {}
    self.host = host
    socketNumber = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, host, &address.sin_addr)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let number = socketNumber
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, size) == 0 && listen(number, 8) == 0 && getsockname(number, $0, &size) == 0
      }
    }
    guard isBound else { throw NoSocket() }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(number, nil, nil)
        guard client >= 0 else { return }
        serve(client, answer)
        close(client)
      }
    }
  }

  func stop() {
    shutdown(socketNumber, Int32(SHUT_RDWR))
    close(socketNumber)
  }

  private func serve(_ client: Int32, _ answer: (Request) -> String) {
    var head: [UInt8] = []
    while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      head += buffer[..<count]
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count > 1 else { return }
    let prefix = "authorization: "
    let request = Request(
      path: String(words[1]),
      authorization: lines.first { $0.lowercased().hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
    kept.withLock { $0.append(request) }
    let text = "HTTP/1.1 \(answer(request))\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    _ = text.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
  }
}
