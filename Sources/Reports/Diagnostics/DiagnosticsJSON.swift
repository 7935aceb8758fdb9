import Model

/// Diagnostics as SPEC section 8 has them for `validate`; what is not known is `null`.
public enum DiagnosticsJSON {
  /// `{"diagnostics": […]}`, by file, line and column.
  public static func render(_ diagnostics: [Diagnostic]) -> JSONValue {
    [
      "diagnostics": .array(
        diagnostics.inReadingOrder.map {
          [
            "severity": .string($0.severity.rawValue), "code": .string($0.code), "message": .string($0.message),
            "file": JSONValue($0.location?.file), "line": JSONValue($0.location?.line),
            "column": JSONValue($0.location?.column), "hint": JSONValue($0.hint),
          ]
        })
    ]
  }
}
