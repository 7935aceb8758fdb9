import Foundation
import Testing

@Suite("tenure schema") struct SchemaCommandTests {
  @Test func `prints JSON Schema 2020-12, the same bytes every time`() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let (first, second) = (try Binary().run(["schema"], in: folder), try Binary().run(["schema"], in: folder))
    #expect(first.status == 0 && first.err.isEmpty)
    #expect(first.out == second.out && first.out.hasSuffix("}\n"))
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(first.out.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect((schema["$id"] as? String)?.hasPrefix("https://") == true)
    #expect(schema["title"] as? String == "Tenure manifest")
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    let rules = try #require(definitions["protection"]?["properties"] as? [String: [String: Any]])
    #expect(rules.count == 20)
    #expect((rules["creator-kept"]?["description"] as? String)?.contains("owner of record") == true)
  }

  @Test func `takes no argument`() throws {
    #expect(try Binary().run(["schema", "x"], in: FileManager.default.temporaryDirectory.path).status == 64)
  }
}
