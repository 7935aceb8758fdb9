import Model
import Testing

@testable import Manifests

@Suite struct EmailPatternTests {
  @Test func `the schema knows what an email hides as the reader does`() {
    let hidden = TextPatterns.hiddenInEmails.map { $0.0...$0.1 } + [0x80...0x9F]
    for scalar in (0x80...0xFFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    where scalar.properties.generalCategory != .unassigned {
      let isHidden = hidden.contains { $0.contains(scalar.value) }
      #expect(Email.isValid("a\(scalar)a@b.example") == !isHidden, "\(String(scalar.value, radix: 16))")
      #expect(Email.isValid("a@b\(scalar)b.example") == !isHidden, "\(String(scalar.value, radix: 16))")
    }
  }
}
