import Model

/// What commands by hand did: one line a change, with the symbols of plans.
///
///     - leave  acme/ml  grace@acme.example  developer →
public enum ActionLines {
  /// Each action under the name that the audit log has for it. Every line ends with a newline.
  public static func render(_ actions: [(name: String, action: Action)], options: TextOptions = TextOptions()) -> String
  {
    let rows = actions.map { name, action in
      let style: Style =
        switch action.kind.tally {
        case .addition: .green
        case .change: .yellow
        case .removal: .red
        }
      return [
        Cell("\(action.symbol) \(Inert.line(name))", style), Cell(Inert.line(action.path)),
        Cell(Inert.line(action.subject ?? "")), Cell(action.changeText),
      ]
    }
    return aligned(rows, paint: Paint(options.color)).map { $0 + "\n" }.joined()
  }

  /// One action without its symbol: `change-role acme/ml grace@acme.example developer → admin`.
  public static func plain(_ action: Action) -> String { "\(action.kind.rawValue) \(action.words)" }
}

extension Action {
  /// Where, whom and what, inert.
  var words: String {
    [Inert.line(path), subject.map(Inert.line) ?? "", changeText].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
