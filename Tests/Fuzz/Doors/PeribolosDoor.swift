import Manifests
import Model
import Reconciling
import TestSupport

extension Door {
  /// The configuration, a teams file made of the same bytes, and the list of emails.
  static let peribolos = Door(
    name: "peribolos", snippets: yaml + ["orgs:", "teams:", "admins: [", "previously: [a]\n"]
  ) {
    bytes, random in
    func parsed(_ path: String) -> ParsedFile {
      parseYAML(Snapshot.File(path: path, objectID: nil, bytes: bytes))
    }
    var sources = [PeribolosImport.Source.configuration(parsed("org.yaml"), organization: "acme")]
    if Bool.random(using: &random) { sources.append(.teams(parsed("teams.yaml"))) }
    let books = [
      EmailBook(domain: "acme.example"), EmailBook(parsed("emails.yaml"), domain: nil),
      EmailBook(csv: bytes, path: "emails.csv", domain: nil),
    ]
    for book in books {
      let diagnostics = PeribolosImport(sources, emails: book).diagnostics + book.diagnostics
      let files = ["org.yaml", "teams.yaml", "emails.yaml", "emails.csv"].map { (path: $0, bytes: bytes) }
      for diagnostic in diagnostics where diagnostic.location != nil {
        if let problem = ManifestAnswer.problem(of: diagnostic, in: files) { return problem }
      }
    }
    return nil
  }
}
