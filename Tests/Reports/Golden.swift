import Foundation
import Testing

/// Compares a report with a file of `Tests/Reports/Golden`, byte for byte. `TENURE_RECORD=1 swift test` writes the files
/// instead: read their diff before committing it.
func expectGolden(
  _ report: String, _ name: String, file: String = #filePath, sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden")
  let golden = folder.appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["TENURE_RECORD"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(report.utf8).write(to: golden)
    return
  }
  let expected = String(decoding: try Data(contentsOf: golden), as: UTF8.self)
  #expect(report == expected, "differs from Golden/\(name)", sourceLocation: sourceLocation)
}
