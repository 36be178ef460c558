import InprocScript
import LineEditor

/// Files and folders, where a path is an operand.
enum PathCompletion {
  /// Completions of a path that is being typed, with or without a quote before it.
  static func completions(of partial: String, at start: Int) -> [Completion] {
    let quote = partial.unicodeScalars.first.flatMap {
      $0 == "\"" || $0 == "'" ? Character($0) : nil
    }
    guard let path = path(partial, quote) else { return [] }
    let folder = FileName.folder(of: path)
    let name = FileName.last(of: path)
    return FolderEntry.all(of: folder.isEmpty ? "." : folder)
      .filter { entry in
        let isHidden = entry.name.utf8.first == UInt8(ascii: ".")
        return entry.name.utf8.starts(with: name.utf8)
          && (!isHidden || name.utf8.first == UInt8(ascii: "."))
      }
      .map { entry in
        let end = entry.isFolder ? "/" : ""
        let whole = folder + entry.name + end
        return Completion(
          replacingFrom: start,
          with: FileName.languageWord(whole, quote: quote, isWhole: !entry.isFolder),
          label: FileName.shown(entry.name) + end, suffix: entry.isFolder ? "" : " ")
      }
  }

  /// The path that was typed so far, without its quote and with its escapes replaced.
  private static func path(_ partial: String, _ quote: Character?) -> String? {
    guard let quote else { return FileName.text(partial.utf8) }
    return Parser.string(partial + String(quote)).map { FileName.text($0) }
  }
}
