/// The ASCII form of a domain's label (RFC 3492, with the prefix of RFC 5890).
enum Punycode {
  /// The label itself where it is ASCII already.
  static func label(_ label: String) -> String {
    let scalars = label.unicodeScalars.map(\.value)
    guard scalars.contains(where: { $0 >= 0x80 }), let encoded = encode(scalars) else { return label }
    return "xn--" + encoded
  }

  private static let (base, tMin, tMax, skew, damp): (UInt32, UInt32, UInt32, UInt32, UInt32) = (36, 1, 26, 38, 700)

  /// Nil where the numbers of the algorithm grow too large: for no label of a domain name.
  private static func encode(_ input: [UInt32]) -> String? {
    var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
    let basic = UInt32(output.count)
    var handled = basic
    if basic > 0 { output.append(UInt8(ascii: "-")) }
    var (n, delta, bias): (UInt32, UInt32, UInt32) = (0x80, 0, 72)
    while handled < UInt32(input.count) {
      guard let next = input.filter({ $0 >= n }).min() else { return nil }
      let (step, isTooLarge) = (next - n).multipliedReportingOverflow(by: handled + 1)
      guard !isTooLarge, delta < UInt32.max / 2, step < UInt32.max / 2 else { return nil }
      delta += step
      n = next
      for scalar in input {
        if scalar < n { delta += 1 }
        guard scalar == n else { continue }
        append(delta, bias, to: &output)
        bias = adapt(delta, handled + 1, isFirst: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      n += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// A number as digits of variable length, the last of which is below its threshold.
  private static func append(_ delta: UInt32, _ bias: UInt32, to output: inout [UInt8]) {
    var (q, k) = (delta, base)
    while true {
      let t = k <= bias ? tMin : min(max(k - bias, tMin), tMax)
      guard q >= t else { break }
      output.append(digit(t + (q - t) % (base - t)))
      q = (q - t) / (base - t)
      k += base
    }
    output.append(digit(q))
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
  }

  private static func adapt(_ delta: UInt32, _ count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / damp : delta / 2
    delta += delta / count
    var k: UInt32 = 0
    while delta > (base - tMin) * tMax / 2 {
      delta /= base - tMin
      k += base
    }
    return k + (base - tMin + 1) * delta / (delta + skew)
  }
}
