/// Rows under a header in aligned columns, for commands that list things. Cells are made inert.
///
///     TextTable(header: ["person", "role"], rows: [["ada@acme.example", "admin"]]).render()
public struct TextTable: Hashable, Sendable {
  public var header: [String]
  public var rows: [[String]]
  /// Columns of numbers, counted from 0.
  public var rightAligned: Set<Int>

  public init(header: [String], rows: [[String]], rightAligned: Set<Int> = []) {
    (self.header, self.rows, self.rightAligned) = (header, rows, rightAligned)
  }

  /// Every line ends with a newline, the header too where there are no rows. A column without any text is left out.
  public func render(color: Bool = false) -> String {
    let lines = [header.map { Cell(Inert.line($0), .bold) }] + rows.map { row in row.map { Cell(Inert.line($0)) } }
    return aligned(lines, rightAligned: rightAligned, paint: Paint(color)).map { $0 + "\n" }.joined()
  }
}
