// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", exclude: exclude,
    swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "tenure",
  products: [.executable(name: "tenure", targets: ["TenureCommand"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    library("Model"),
    library("Planning", ["Model"]),
    library("Manifests", ["Model"], resources: [.embedInCode("Presets")]),
    library("Reports", ["Model"]),
    library("YAMLReader", ["Model", "CLibYAML"]),
    library("GitReader", ["Model", "CLibGit2", "CZlib"]),
    library("Store", ["Model"]),
    library("SQLiteStore", ["Model", "Store", grdb, crypto]),
    library("Scheduling", ["Model"]),
    library(
      "Reconciling", ["Model", "Planning", "Manifests", "YAMLReader", "GitReader", "Store", crypto]),
    .executableTarget(
      name: "TenureCommand",
      dependencies: [
        "Model", "Planning", "Manifests", "Reports", "YAMLReader", "GitReader", "Store", "SQLiteStore", "Scheduling",
        "Reconciling", argumentParser, logging,
      ],
      swiftSettings: strict),
    .target(name: "TestSupport", dependencies: ["CZlib", crypto], path: "Tests/Support", swiftSettings: strict),
    tests("Model", ["Model"]),
    tests("Planning", ["Planning", "Model", "Manifests", "YAMLReader"]),
    tests("Manifests", ["Manifests", "YAMLReader", "Model"], exclude: ["Schema/validate.py"]),
    tests("Reports", ["Reports", "Model"], exclude: ["Golden"]),
    tests("YAMLReader", ["YAMLReader", "Model"]),
    tests("GitReader", ["GitReader", "Model"]),
    tests("Store", ["Store", "SQLiteStore", "Model", grdb]),
    tests("Scheduling", ["Scheduling", "Model"]),
    tests(
      "Reconciling",
      ["Reconciling", "Planning", "Manifests", "YAMLReader", "GitReader", "Store", "SQLiteStore", "Model"]),
    tests(
      "Laws", ["Reconciling", "Planning", "Manifests", "GitReader", "Store", "SQLiteStore", "Model"]),
    tests(
      "Fuzz", ["Reconciling", "Reports", "Manifests", "YAMLReader", "Store", "Model"], exclude: ["Corpus"]),
    tests("Command", []),
    tests("Architecture", []),
  ]
)
