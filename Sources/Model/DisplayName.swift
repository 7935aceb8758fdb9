/// What people see instead of a name or an email: printable characters (SPEC section 2, «Text»).
///
/// Every way in asks it (manifests, commands, imports), and so does the export: what one of them takes, all can read back.
public enum DisplayName {
  public static func isValid(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } || text.unicodeScalars.allSatisfy(isPrintable)
  }

  /// Neither a control nor something unseen that turns text around. Joiners stay: emoji and scripts need them.
  public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .format: scalar.value == 0x200C || scalar.value == 0x200D
    default: true
    }
  }
}
