/// A manifest without the lines that are about other people alone. Two valid files with the same sketch say the same of
/// a person; parsing one of them is enough, and most commits change lines about others.
///
/// Left out are whole lines `EMAIL: ROLE` and `- EMAIL`, plain and indented by spaces. Such a line is an entry by
/// itself: nothing can hang below it, and nothing else is keyed by it. Whatever is written in another way stays.
public enum Sketch {
  /// `people`: the caseless emails that the sketch keeps.
  public static func bytes(of file: [UInt8], keeping people: Set<String>) -> [UInt8] {
    let people = people.map { Array($0.utf8) }
    var result: [UInt8] = []
    result.reserveCapacity(file.count / 2)
    file.withUnsafeBufferPointer { file in
      var start = 0
      while start < file.count {
        var end = start
        while end < file.count, file[end] != newline { end += 1 }
        let line = UnsafeBufferPointer(rebasing: file[start..<end])
        if !isAboutOthers(line, people) {
          result.append(contentsOf: line)
          result.append(newline)
        }
        start = end + 1
      }
    }
    return result
  }

  private static let newline = UInt8(ascii: "\n")

  private static func isAboutOthers(_ line: UnsafeBufferPointer<UInt8>, _ people: [[UInt8]]) -> Bool {
    var start = 0
    while start < line.count, line[start] == space { start += 1 }
    guard start > 0, start < line.count else { return false }
    let isItem = line[start] == hyphen
    if isItem {
      guard start + 1 < line.count, line[start + 1] == space else { return false }
      start += 2
    }
    guard let end = email(in: line, from: start) else { return false }
    if isItem {
      guard end == line.count else { return false }
    } else {
      guard end + 2 < line.count, line[end] == UInt8(ascii: ":"), line[end + 1] == space,
        isWord(line, from: end + 2)
      else { return false }
    }
    for person in people where person.count == end - start {
      if isSame(person, line, from: start) { return false }
    }
    return true
  }

  // Loops, not closures: every byte of every version of a file passes here.

  private static func isWord(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    var index = start
    while index < line.count {
      if !isLetter(line[index]) && line[index] != hyphen { return false }
      index += 1
    }
    return true
  }

  private static func isSame(_ person: [UInt8], _ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    var index = 0
    while index < person.count {
      let byte = line[start + index]
      if person[index] != byte && person[index] != byte | 0x20 { return false }
      index += 1
    }
    return true
  }

  /// Where the email that begins there ends; nil where none does.
  private static func email(in line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var (end, ats) = (start, 0)
    while end < line.count {
      switch line[end] {
      case UInt8(ascii: "@"): ats += 1
      case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "_"), hyphen:
        if end == start { return nil }
      case let byte where isLetter(byte) || (0x30...0x39).contains(byte): break
      default: return ats == 1 ? end : nil
      }
      end += 1
    }
    return ats == 1 ? end : nil
  }

  private static let space = UInt8(ascii: " ")
  private static let hyphen = UInt8(ascii: "-")
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
  }
}
