import Model

/// Reads YAML 1.1 as libyaml understands it into ``MarkedTree``s: aliases and merge keys expanded within limits, tags
/// refused, scalars left as text.
public enum YAMLReader {
  /// Reads all documents of a file. The first failure ends it: of a file that does not parse come the documents before
  /// the one that fails, so that what else is wrong can be told in one go.
  public static func read(_ bytes: [UInt8], limits: YAMLLimits = .init()) -> YAMLResult {
    if let documents = PlainReader.documents(of: bytes, limits: limits) { return YAMLResult(documents: documents) }
    return readAnything(bytes, limits: limits)
  }

  /// Reads with libyaml alone: the same result, at a tenth of the speed.
  static func readAnything(_ bytes: [UInt8], limits: YAMLLimits = .init()) -> YAMLResult {
    if let failure = refusal(of: bytes, limits: limits) { return YAMLResult(failure: failure) }
    return bytes.withUnsafeBufferPointer { input in
      var builder = TreeBuilder(limits: limits)
      do throws(YAMLFailure) {
        var parser = try EventParser(input)
        while try parser.next(into: &builder) {}
        return YAMLResult(documents: builder.documents)
      } catch {
        return YAMLResult(documents: builder.documents, failure: error)
      }
    }
  }

  /// What is settled before libyaml sees a byte; it would take UTF-16 and stop at a NUL without saying which.
  private static func refusal(of bytes: [UInt8], limits: YAMLLimits) -> YAMLFailure? {
    if bytes.count > limits.bytes {
      return YAMLFailure(
        code: "file-too-large", message: "The file has \(bytes.count) bytes; at most \(limits.bytes) are read.",
        line: 1, column: 1, hint: "Split it: declarations may be spread over any number of files.")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return YAMLFailure(
        code: "not-utf8", message: "The file is UTF-16; manifests are UTF-8.", line: 1, column: 1,
        hint: "Save it as UTF-8.")
    }
    if let offset = bytes.firstIndex(of: 0) {
      let (line, column) = Position.of(offset, in: bytes)
      return YAMLFailure(
        code: "nul-byte", message: "The file has a NUL byte (at byte \(offset)).", line: line, column: column,
        hint: "Is this a text file, saved as UTF-8?")
    }
    return nil
  }
}
