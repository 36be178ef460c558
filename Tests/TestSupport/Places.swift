import Foundation

/// The folder of the package.
package let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Where one of the package's programs is built: beside the test bundle.
package func product(_ name: String) -> String {
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  let candidates = [own, CommandLine.arguments[0], Bundle.main.bundlePath]
    .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/" + name }
  return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    ?? packageFolder + "/.build/debug/" + name
}

/// The program.
package let executable = product("inproc")

/// The scenarios that are in no suite: those of the suites are explored, which takes long here.
package func lessons() throws -> [String] {
  let folder = packageFolder + "/scenarios/"
  return try FileManager.default.contentsOfDirectory(atPath: folder)
    .filter { $0.hasSuffix(".scn") }.sorted().map { folder + $0 }
}

/// A page of the documents, on whichever shelf or in whichever catalogue it stands.
///
/// - Parameter name: the last part of its path, such as `prompt.md`.
/// - Returns: its text.
/// - Throws: where there is none.
package func page(_ name: String) throws -> String {
  for folder in ["/docs/", "/Sources/"] {
    let pages = try FileManager.default.subpathsOfDirectory(atPath: packageFolder + folder)
    if let path = pages.first(where: { ($0 as NSString).lastPathComponent == name }) {
      return try contents(of: packageFolder + folder + path)
    }
  }
  return try contents(of: packageFolder + "/docs/" + name)
}

/// What a file holds.
package func contents(of path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}
