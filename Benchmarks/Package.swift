// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "inproc-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "inproc", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
  ],
  targets: [
    .target(name: "CPlacement"),
    .executableTarget(
      name: "Ours",
      dependencies: [
        "CPlacement", .product(name: "Inproc", package: "inproc"),
        .product(name: "InprocBenchmarks", package: "inproc"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "SwiftPeers",
      dependencies: [
        "CPlacement",
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CPlacement", .product(name: "InprocBenchmarks", package: "inproc"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
  ]
)
