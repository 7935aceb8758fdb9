import Model

/// What another tool describes as manifests: the policy and one file for each organization, in byte order throughout.
public struct ImportedManifests: Sendable {
  public let files: [StateExport.File]

  public init(_ organizations: [ImportedOrganization]) {
    files =
      [StateExport.File(name: "policy.yaml", text: Self.policy)]
      + organizations.map { organization in
        let isTaken = organization.name == "policy"
        return StateExport.File(
          name: organization.name + (isTaken ? ".organization.yaml" : ".yaml"), text: Self.text(of: organization))
      }
  }

  /// All files as one stream of documents.
  public var stream: String { files.map(\.text).joined(separator: "---\n") }

  /// People whom the other tool has let in already are added, not invited.
  private static let policy = """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}

    """

  private static func text(of organization: ImportedOrganization) -> String {
    var lines = YAMLLines()
    lines.document("Organization")
    lines.entry(0, "name", organization.name)
    lines.displayName(0, organization.displayName)
    lines.entry(0, "owner", ifThere: organization.owner)
    lines.entry(0, "management", ifThere: organization.management?.rawValue)
    lines.entry(0, "defaultWorkspace", ifThere: organization.defaultWorkspace)
    members(organization.members, 0, &lines)
    guard !organization.workspaces.isEmpty else { return lines.text }
    lines.line(0, "workspaces:")
    for workspace in organization.workspaces {
      lines.line(1, YAMLScalar.text(workspace.name) + ":")
      lines.entry(2, "renamedFrom", ifThere: workspace.renamedFrom)
      members(workspace.members, 2, &lines)
    }
    return lines.text
  }

  private static func members(_ members: [String: String], _ depth: Int, _ lines: inout YAMLLines) {
    guard !members.isEmpty else { return lines.line(depth, "members: {}") }
    lines.line(depth, "members:")
    for email in members.keys.inByteOrder() { lines.entry(depth + 1, email, members[email] ?? "") }
  }
}
