import Model

/// A diagnostic of a file whose path is known from the context.
struct Finding: Sendable {
  var code: String
  var message: String
  var place: Place
  var hint: String?
  var scope: Diagnostic.Scope
  var severity = Diagnostic.Severity.error
  /// What it is about is no declaration, whatever it was meant to be.
  var isTrifle = false

  /// Errors of what is read all the same.
  private static let plain: Set<String> = [
    "former-email", "former-email-in-use", "owner-below-top-role", "owner-required", "duplicate-rename",
    "rename-cycle", "rename-to-itself", "unknown-api-version", "unknown-role", "unknown-subscription",
  ]

  /// Whether something was left out that may become a declaration once the error is mended.
  var mayHide: Bool { severity == .error && !isTrifle && !Self.plain.contains(code) }
}

/// Turns findings into diagnostics, with the line that each names.
struct DiagnosticList {
  private(set) var diagnostics: [Diagnostic] = []
  private var lines: [Int: SourceLines] = [:]
  private let paths: [String]
  private let text: @Sendable (Int) -> [UInt8]

  init(_ documents: Documents) { (paths, text) = (documents.paths, documents.text) }

  /// Over all files; those of a file alone are bounded where it is read.
  private static let most = 10_000
  private var isFull = false
  private static let mostWarnings = 1000
  private var warnings = 0

  mutating func add(_ finding: Finding, file: Int) {
    if finding.severity == .warning {
      warnings += 1
      if warnings == Self.mostWarnings + 1 {
        diagnostics.append(
          Diagnostic(
            .warning, code: "too-many-warnings",
            message: "There are more than \(Self.mostWarnings) warnings; the rest is not shown.", scope: .nothing))
      }
      guard warnings <= Self.mostWarnings else { return }
    }
    guard finding.severity == .warning || diagnostics.count < Self.most + Self.mostWarnings else {
      if !isFull {
        diagnostics.append(
          Diagnostic(
            code: "too-many-errors", message: "There are more than \(Self.most) errors; the rest is not shown.",
            hint: "Repair these first."))
      }
      isFull = true
      return
    }
    let line = Int(finding.place.line)
    if lines[file] == nil { lines[file] = SourceLines(text(file)) }
    let excerpt = lines[file]?.excerpt(line, around: Int(finding.place.column))
    diagnostics.append(
      Diagnostic(
        finding.severity, code: finding.code, message: finding.message,
        location: SourceLocation(file: paths[file], line: line, column: Int(finding.place.column)),
        hint: finding.hint, excerpt: excerpt, scope: finding.scope))
  }

  mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// By file, line, column; those without a place first.
  func sorted() -> [Diagnostic] {
    func key(_ d: Diagnostic) -> (Int, Int) { (d.location?.line ?? 0, d.location?.column ?? 0) }
    return diagnostics.sorted { a, b in
      let (fileA, fileB) = (a.location?.file ?? "", b.location?.file ?? "")
      if fileA != fileB { return fileA.utf8.lexicographicallyPrecedes(fileB.utf8) }
      if key(a) != key(b) { return key(a) < key(b) }
      return (a.code, a.message) < (b.code, b.message)
    }
  }
}
