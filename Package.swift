// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "inproc",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Inproc", targets: ["Inproc"]),
    .library(name: "InprocFoundation", targets: ["InprocFoundation"]),
    .library(name: "InprocServices", targets: ["InprocServices"]),
    .library(name: "InprocDiagram", targets: ["InprocDiagram"]),
    .library(name: "InprocTesting", targets: ["InprocTesting"]),
    // For the package `Benchmarks` within this one.
    .library(name: "InprocBenchmarks", targets: ["InprocBenchmarks"]),
    .executable(name: "inproc", targets: ["InprocCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
  ],
  targets: [
    .target(
      name: "Inproc",
      dependencies: [
        "CInprocCore", "CInprocPlatform",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      // A call that need not wait stays on its caller's executor.
      swiftSettings: settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
    ),
    .target(name: "CInprocCore", dependencies: ["CInprocPlatform"]),
    .target(name: "CInprocPlatform"),
    .target(name: "InprocFoundation", dependencies: ["Inproc"], swiftSettings: settings),
    .target(
      name: "InprocServices",
      dependencies: [
        "Inproc", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "WorkerPool", dependencies: ["Inproc"], path: "Sources/Examples/WorkerPool",
      swiftSettings: settings),
    .executableTarget(
      name: "RequestReply", dependencies: ["Inproc"], path: "Sources/Examples/RequestReply",
      swiftSettings: settings),
    .executableTarget(
      name: "Pipeline", dependencies: ["Inproc"], path: "Sources/Examples/Pipeline",
      swiftSettings: settings),
    .target(name: "InprocText", dependencies: ["Inproc"], swiftSettings: settings),
    .target(
      name: "InprocDiagram", dependencies: ["Inproc", "InprocText"], swiftSettings: settings),
    .target(name: "InprocBenchmarks", dependencies: ["Inproc"], swiftSettings: settings),
    .target(
      name: "InprocExploration", dependencies: ["Inproc", "InprocText"], swiftSettings: settings),
    .target(
      name: "InprocScript",
      dependencies: [
        "CInprocPlatform", "Inproc", "InprocDiagram", "InprocExploration", "InprocText",
      ],
      swiftSettings: settings),
    .target(
      name: "InprocTesting", dependencies: ["Inproc", "InprocExploration", "InprocText"],
      swiftSettings: settings),
    .systemLibrary(
      name: "CLibEdit",
      pkgConfig: "libedit",
      providers: [.apt(["libedit-dev"]), .brew(["libedit"])]
    ),
    .target(name: "CEditLine", dependencies: ["CLibEdit"]),
    .target(name: "LineEditor", dependencies: ["CEditLine"], swiftSettings: settings),
    .executableTarget(
      name: "InprocCommand",
      dependencies: [
        "Inproc", "InprocBenchmarks", "InprocDiagram", "InprocExploration", "InprocScript",
        "InprocText", "LineEditor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "InprocTests",
      dependencies: [
        "Inproc", "InprocFoundation", "InprocServices", "CInprocCore", "CInprocPlatform",
        "AllocationCounting", "SystemCallFilter", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .target(name: "AllocationCounting", path: "Tests/AllocationCounting"),
    .target(name: "SystemCallFilter", path: "Tests/SystemCallFilter"),
    .target(
      name: "TestSupport", dependencies: ["Inproc"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "InprocExplorationTests", dependencies: ["Inproc", "InprocExploration", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "InprocTestingTests", dependencies: ["Inproc", "InprocTesting", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "InprocScriptTests",
      dependencies: [
        "Inproc", "InprocCommand", "InprocDiagram", "InprocExploration", "InprocScript",
        "InprocText", "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "InprocCommandTests",
      dependencies: [
        "Inproc", "InprocDiagram", "InprocExploration", "InprocScript", "InprocText",
        "InprocCommand", "LineEditor", "TestSupport", "WorkerPool", "RequestReply", "Pipeline",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "CommandFuzzer",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/CommandFuzzer", swiftSettings: settings),
    .executableTarget(
      name: "LineEditorProbe", dependencies: ["LineEditor"], path: "Tests/LineEditorProbe",
      swiftSettings: settings),
    .testTarget(
      name: "LineEditorTests", dependencies: ["LineEditor", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "PromptTests",
      dependencies: [
        "InprocScript", "LineEditor", "InprocCommand", "LineEditorProbe", "TestSupport",
      ],
      swiftSettings: settings),
  ]
)
