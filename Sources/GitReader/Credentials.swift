import CLibGit2
import Glibc

/// What a fetch hands to libgit2's callbacks: credentials, each offered once, and the way to report and to stop.
final class FetchSession {
  let access: RemoteAccess
  private let progress: (FetchProgress) -> Bool
  private var offers: [Offer]
  private let environment: (String) -> String?
  private(set) var wasStopped = false
  /// The server asked for credentials that it is not given.
  private var wasWithheld = false

  /// A source of credentials; they are asked in this order.
  private enum Offer: Equatable {
    case environmentPassword
    case agent
    case keyFile(String)
  }

  init(
    _ access: RemoteAccess, environment: @escaping (String) -> String?, progress: @escaping (FetchProgress) -> Bool
  ) {
    (self.access, self.environment, self.progress) = (access, environment, progress)
    offers = []
    if environment("TENURE_GIT_PASSWORD") != nil { offers.append(.environmentPassword) }
    if environment("SSH_AUTH_SOCK")?.isEmpty == false { offers.append(.agent) }
    if let home = environment("HOME") {
      for name in ["id_ed25519", "id_ecdsa", "id_rsa"] where Glibc.access("\(home)/.ssh/\(name)", R_OK) == 0 {
        offers.append(.keyFile("\(home)/.ssh/\(name)"))
      }
    }
  }

  /// The next credential of an allowed kind. libgit2 asks again after each refusal: an offer is never repeated, so
  /// that a wrong password ends instead of going round.
  fileprivate func credential(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?, user: String?, allowed: UInt32
  ) -> Int32 {
    guard case .full = access else {
      wasWithheld = true
      return GIT_EAUTH.rawValue
    }
    func allows(_ kind: git_credential_t) -> Bool { allowed & kind.rawValue != 0 }
    // Only names the user for an ssh URL without one; keys are asked for after it.
    if allows(GIT_CREDENTIAL_USERNAME) { return git_credential_username_new(out, user ?? environment("USER") ?? "git") }
    while !offers.isEmpty {
      let next = offers.removeFirst()
      switch next {
      case .environmentPassword where allows(GIT_CREDENTIAL_USERPASS_PLAINTEXT):
        // Forges take any user with a token.
        let name = environment("TENURE_GIT_USERNAME") ?? user ?? "git"
        return git_credential_userpass_plaintext_new(out, name, environment("TENURE_GIT_PASSWORD") ?? "")
      case .agent where allows(GIT_CREDENTIAL_SSH_KEY):
        return git_credential_ssh_key_from_agent(out, user ?? "git")
      case .keyFile(let path) where allows(GIT_CREDENTIAL_SSH_KEY):
        return git_credential_ssh_key_new(out, user ?? "git", nil, path, nil)
      case .environmentPassword, .agent, .keyFile: continue
      }
    }
    git_error_set_str(
      Int32(GIT_ERROR_NET.rawValue), "the server asks for credentials, and none that Tenure knows were accepted")
    return GIT_EAUTH.rawValue
  }

  /// Why the server was not given the credentials that it asked for; nil where it was, or did not ask.
  func refusal(of url: RemoteURL) -> GitError? {
    guard wasWithheld, case .withheld(let reason) = access else { return nil }
    return reason.refusal(of: url)
  }

  fileprivate func report(_ stats: git_indexer_progress) -> Int32 {
    let now = FetchProgress(
      receivedObjects: Int(stats.received_objects), totalObjects: Int(stats.total_objects),
      receivedBytes: Int(stats.received_bytes))
    if progress(now) { return 0 }
    wasStopped = true
    return GIT_EUSER.rawValue
  }

  /// Callbacks that refer to this session, which must outlive them.
  func callbacks() throws(GitError) -> git_remote_callbacks {
    var callbacks = git_remote_callbacks()
    try check(git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION)), "cannot prepare a fetch")
    callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
    callbacks.credentials = { out, _, user, allowed, payload in
      guard let payload else { return GIT_EAUTH.rawValue }
      return Unmanaged<FetchSession>.fromOpaque(payload).takeUnretainedValue()
        .credential(out, user: user.map { String(cString: $0) }, allowed: allowed)
    }
    callbacks.transfer_progress = { stats, payload in
      guard let payload, let stats else { return 0 }
      return Unmanaged<FetchSession>.fromOpaque(payload).takeUnretainedValue().report(stats.pointee)
    }
    return callbacks
  }
}
