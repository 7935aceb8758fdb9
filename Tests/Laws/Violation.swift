/// A law that does not hold.
struct Violation: Hashable, CustomStringConvertible {
  enum Law: String {
    case refusedStaysRefused, silenceMeansEquality, whatIsSaidHolds, nothingFollowsAName, appliesEnd, pastIsWhatWas
    case nobodyGainsAlone
  }
  var law: Law
  /// What a shorter history has to show too, to stand for this one.
  var kind: String
  var detail: String
  var description: String { "\(law.rawValue): \(kind): \(detail)" }

  /// Whether it is found in what is planned after an apply.
  var asksForPlans: Bool {
    switch law {
    case .silenceMeansEquality, .appliesEnd: true
    case .refusedStaysRefused: kind.hasPrefix("the same apply")
    case .whatIsSaidHolds, .nothingFollowsAName, .pastIsWhatWas, .nobodyGainsAlone: false
    }
  }

  init(_ law: Law, _ kind: String, _ detail: String) { (self.law, self.kind, self.detail) = (law, kind, detail) }
}
