import ArgumentParser

/// How a plan is shown.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, github }

/// How a page of documentation is shown.
enum PageFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

/// How a list is shown.
enum ListFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// How diagnostics are shown.
enum DiagnosticsFormat: String, ExpressibleByArgument, CaseIterable { case text, json, github }
