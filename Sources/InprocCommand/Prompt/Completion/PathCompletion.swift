import Foundation
import LineEditor

/// Files and folders for `source`, `explore`, `record` and `diagram`.
enum PathCompletion {
  /// What fits a path that is being typed, with or without a quote before it.
  static func completions(of partial: String, at start: Int) -> [Completion] {
    let quote = partial.first.flatMap { $0 == "\"" || $0 == "'" ? $0 : nil }
    let path = quote == nil ? partial : String(partial.dropFirst())
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    return (found ?? []).sorted()
      .filter { $0.hasPrefix(name) && (name.hasPrefix(".") || !$0.hasPrefix(".")) }
      .map { entry in
        var isFolder: ObjCBool = false
        let whole = folder + entry
        _ = FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder)
        let end = isFolder.boolValue ? "/" : ""
        return Completion(
          replacingFrom: start,
          with: written(whole + end, quote: quote, isWhole: !isFolder.boolValue),
          label: entry + end, suffix: isFolder.boolValue ? "" : " ")
      }
  }

  /// A path as the language writes it: quoted where it has to be.
  private static func written(_ path: String, quote: Character?, isWhole: Bool) -> String {
    let isBare = path.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "+", "@", "%", "~": true
      default: scalar.value > 0xA0 && !scalar.properties.isWhitespace
      }
    }
    if quote == nil, isBare { return path }
    let sign = quote ?? "\""
    var escaped = ""
    for character in path {
      if sign == "\"", "\"\\$".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
    return "\(sign)\(escaped)" + (isWhole ? "\(sign)" : "")
  }
}
