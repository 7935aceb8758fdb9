import Foundation
import Testing

/// SPEC section 2, «Hostile repositories»: credentials go only to a host that a flag or a variable named.
@Suite struct CredentialTests {
  private static let manifests = "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: ada@acme.example\n"
  private static let password = ["TENURE_GIT_USERNAME": "bot", "TENURE_GIT_PASSWORD": "s3cret"]
  private static let basic = "Basic " + Data("bot:s3cret".utf8).base64EncodedString()

  private func run(
    _ line: String, yaml: String? = nil, env: [String: String] = [:]
  ) throws -> Binary.Result {
    let company = try Company(Self.manifests, apply: false)
    if let yaml { try company.write(yaml, to: "tenure.yaml") }
    return try Binary().run(
      line.split(separator: " ").map(String.init), in: company.folder, env: Self.password.merging(env) { $1 })
  }

  @Test(arguments: [
    "plan", "apply --yes", "who acme --at main", "why ada@acme.example --at main", "diff main..main", "replay main",
    "policy show",
  ])
  func `a server that tenure_yaml names is given none, and the error says what to set`(_ line: String) throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    let result = try run(line, yaml: "repo: \(server.url)\n")
    #expect(result.status == 1, "\(result.err)")
    #expect(result.err.contains("withheld"), "\(result.err)")
    #expect(result.err.contains("set TENURE_GIT_HOST=127.0.0.1:\(server.port)"))
    #expect(!server.requests.isEmpty)
    #expect(server.requests.allSatisfy { $0.authorization == nil })
  }

  @Test func `a schedule gives it none either`() throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    let company = try Company(Self.manifests, apply: false)
    try company.write("repo: \(server.url)\n", to: "tenure.yaml")
    let running = Running(out: company.folder + "/out", err: company.folder + "/err")
    try running.start(
      Binary.path, ["run", "--interval", "1s"], in: company.folder,
      environment: Self.password.merging(["HOME": company.folder]) { $1 })
    #expect(running.line { "\($0)".contains("TENURE_GIT_HOST") } != nil, "\(running.output)\(running.errors)")
    running.signal(SIGTERM)
    _ = running.wait()
    #expect(server.requests.allSatisfy { $0.authorization == nil })
  }

  @Test(arguments: ["HOST", "HOST:PORT", "git.acme.example, HOST", "Git.Acme.Example,HOST:PORT"])
  func `one that TENURE_GIT_HOST names is given them`(_ named: String) throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    let host = named.replacing("HOST", with: server.host).replacing("PORT", with: "\(server.port)")
    let result = try run("plan", yaml: "repo: \(server.url)\n", env: ["TENURE_GIT_HOST": host])
    #expect(result.status == 1)
    #expect(server.requests.compactMap(\.authorization) == [Self.basic])
  }

  @Test(arguments: ["git.acme.example", "127.0.0.1:1", "127.0.0", "x127.0.0.1", ""])
  func `another name in TENURE_GIT_HOST is another host`(_ named: String) throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    _ = try run("plan", yaml: "repo: \(server.url)\n", env: ["TENURE_GIT_HOST": named])
    #expect(!server.requests.isEmpty)
    #expect(server.requests.allSatisfy { $0.authorization == nil })
  }

  /// Readers of URLs differ about where the host ends.
  @Test(arguments: ["\\@git.acme.example", "#@git.acme.example", "?@git.acme.example", "@x@git.acme.example"])
  func `a name that can be read as two hosts is none`(_ more: String) throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    _ = try run(
      "plan", yaml: "repo: 'http://127.0.0.1:\(server.port)\(more)/x.git'\n",
      env: ["TENURE_GIT_HOST": "git.acme.example"])
    #expect(server.requests.allSatisfy { $0.authorization == nil })
  }

  @Test(arguments: [true, false])
  func `one that --repo or TENURE_REPO names is given them`(_ isFlag: Bool) throws {
    let server = try HTTPServer(answer: HTTPServer.asking)
    defer { server.stop() }
    let result =
      isFlag
      ? try run("plan --repo \(server.url)") : try run("plan", env: ["TENURE_REPO": server.url])
    #expect(result.status == 1)
    #expect(server.requests.compactMap(\.authorization) == [Self.basic])
  }

  @Test func `a redirect to another host is followed without them`() throws {
    let other = try HTTPServer("127.0.0.2", answer: HTTPServer.asking)
    defer { other.stop() }
    let there = "http://127.0.0.2:\(other.port)"
    let server = try HTTPServer { "302 Found\r\nLocation: \(there)\($0.path)" }
    defer { server.stop() }
    let result = try run("plan --repo \(server.url)", env: ["TENURE_GIT_HOST": "127.0.0.1"])
    #expect(result.status == 1)
    #expect(result.err.contains("sends on to another host") && result.err.contains("TENURE_GIT_HOST"), "\(result.err)")
    #expect(other.requests.count == 1)
    #expect(other.requests.allSatisfy { $0.authorization == nil })
  }

  @Test func `nor is what the URL itself holds sent along`() throws {
    let other = try HTTPServer("127.0.0.2", answer: HTTPServer.asking)
    defer { other.stop() }
    let there = "http://127.0.0.2:\(other.port)"
    let server = try HTTPServer {
      $0.authorization == nil ? HTTPServer.asking(for: $0) : "302 Found\r\nLocation: \(there)\($0.path)"
    }
    defer { server.stop() }
    _ = try run("plan --repo http://eve:secret@127.0.0.1:\(server.port)/x.git")
    #expect(!server.requests.compactMap(\.authorization).isEmpty)
    #expect(other.requests.allSatisfy { $0.authorization == nil })
  }

  @Test func `a redirect on the same host keeps them`() throws {
    let server = try HTTPServer { request in
      request.path.hasPrefix("/x.git")
        ? "302 Found\r\nLocation: /y.git/info/refs?service=git-upload-pack"
        : HTTPServer.asking(for: request)
    }
    defer { server.stop() }
    _ = try run("plan --repo \(server.url)")
    #expect(server.requests.compactMap(\.authorization) == [Self.basic])
  }
}
