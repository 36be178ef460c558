import Foundation

/// A run of a contestant that gave no figures.
struct LaunchError: Error, CustomStringConvertible {
  var description: String
  /// It has nothing of the kind.
  var isUnsupported = false
}

/// Runs contestants, each in a process of its own.
struct Launcher {
  /// The folder that programs are found in.
  let folder: String
  let cores: [Int]
  /// A run may take this long.
  let limit = 30.0

  /// Runs one once.
  ///
  /// - Parameters:
  ///   - contestant: whom.
  ///   - workload: what.
  ///   - placement: where.
  ///   - count: how many operations.
  /// - Returns: the lines it printed, by their first word.
  /// - Throws: `LaunchError`.
  func run(
    _ contestant: Contestant, _ workload: Workload, _ placement: Placement, count: Int
  ) throws -> [String: Double] {
    let path = folder + "/" + contestant.program.rawValue
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw LaunchError(description: "\(path) is not built; run \(folder)/install")
    }
    var parameters = workload.parameters.merging(placement.parameters(cores)) { $1 }
    parameters.merge(contestant.parameters) { $1 }
    parameters["count"] = "\(count)"
    parameters["contestant"] = contestant.name
    let words = parameters.map { "\($0)=\($1)" }.sorted()

    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = words
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let guardian = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: guardian)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try output.fileHandleForReading.close()
    try errors.fileHandleForReading.close()
    guardian.cancel()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let command = ([contestant.program.rawValue] + words).joined(separator: " ")
      throw LaunchError(
        description: "\(command) ended with \(process.terminationStatus): \(complaint)",
        isUnsupported: process.terminationStatus == 3)
    }
    return figures(text)
  }

  private func figures(_ text: String) -> [String: Double] {
    var figures: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, let value = Double(parts[1]) { figures[String(parts[0])] = value }
    }
    return figures
  }
}
