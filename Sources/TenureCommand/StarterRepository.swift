/// What `tenure init` writes.
enum StarterRepository {
  static let files: [(path: String, text: String)] = [
    ("manifests/organization.yaml", organization), ("manifests/policy.yaml", policy), ("tenure.yaml", settings),
  ]

  private static let organization = """
    # Who holds which role, in which workspace, and until when. A grant is one line; so is its diff.
    # Check with `tenure validate`, see what would happen with `tenure plan`.
    apiVersion: tenure/v1
    kind: Organization
    name: example                       # lower case; the start of paths such as example/ml
    displayName: Example Inc
    owner: you@example.com              # answerable for it; implies the top role
    members:
      you@example.com: super-admin
      ada@example.com: member
      # With more to say an entry is a mapping:
      # grace@example.com:
      #   role: member
      #   expires: 2027-01-31           # access ends after that day (UTC)
      #   protect: true                 # not removed or demoted by accident
      # platform: member                # everybody in the group below
    # groups:
    #   platform: [linus@example.com]
    workspaces:
      ml:
        displayName: Machine learning
        owner: you@example.com
        members:
          you@example.com: admin
          ada@example.com: developer
      # To delete a workspace say so, with the reason; leaving it out deletes nothing:
      # labs: {removed: merged into ml}

    """

  private static let policy = """
    # The rules of the place: a preset, and whatever differs from it.
    # `tenure policy show` prints the policy in force, complete, with the origin of each value.
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise                 # or single-owner, small-team, self-serve
    # invitations: {expireAfter: 14d, maxSends: 3}
    # operators: [ops@example.com]
    protection:
      removal-threshold: 25%            # a plan that takes more members away stops and asks; see `tenure rules`

    """

  private static let settings = """
    # Settings for this repository; flags and TENURE_... variables win over them.
    manifests: manifests                # the folder with the manifests
    # state: /var/lib/tenure/state.db   # the store; without it tenure/state.db in the git directory
    # ref: main                         # the branch that is planned and applied; without it what HEAD names

    """
}
