/// Where a value stands in the manifests, compactly: `file` indexes the list of files read, `line` and `column` count
/// from 1, columns in characters.
public struct Mark: Hashable, Sendable {
  public var file: UInt32
  public var line: UInt32
  public var column: UInt32

  public init(file: UInt32, line: UInt32, column: UInt32) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// For values that come from the store or a preset, not from a manifest.
  public static let none = Mark(file: .max, line: 0, column: 0)
}

/// A place in a manifest as people read it: `manifests/acme.yaml:24:7`. `file` is relative to the repository's root.
public struct SourceLocation: Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// Nil for ``Mark/none``.
  public init?(_ mark: Mark, files: [String]) {
    guard mark.file != .max, Int(mark.file) < files.count else { return nil }
    self.init(file: files[Int(mark.file)], line: Int(mark.line), column: Int(mark.column))
  }
}

extension SourceLocation: CustomStringConvertible {
  public var description: String { "\(file):\(line):\(column)" }
}
