import Foundation

/// A folder with files, gone when it is released.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  /// - Parameter files: their texts, by names that may lie in further folders.
  /// - Throws: what keeps it from being made.
  package init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "inproc-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and makes the folders that it lies in.
  package func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}
