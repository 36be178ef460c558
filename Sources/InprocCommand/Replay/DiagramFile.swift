import Inproc
import InprocDiagram
import InprocScript

/// A file for a picture; how its name ends says in which form.
struct DiagramFile {
  enum Form: String, CaseIterable {
    case svg, mmd, txt

    /// By how a name ends; nil where it ends in nothing of the kind, or is nothing else.
    fileprivate init?(of path: String) {
      let name = FileName.last(of: path)
      let found = Form.allCases.first { FileName.hasSuffix(name, ".\($0.rawValue)") }
      guard let found, name.utf8.count > found.rawValue.utf8.count + 1 else { return nil }
      self = found
    }
  }
  let path: String
  let form: Form

  /// Nil for a name that ends otherwise.
  init?(_ path: String) {
    guard let form = Form(of: path) else { return nil }
    self.path = path
    self.form = form
  }

  static let usage = "a picture's file ends in .svg, .mmd (Mermaid) or .txt"

  /// Writes it whole or not at all.
  func write(
    _ picture: RunDiagram, streams: WholeFile.Streams = .allowed
  ) throws(CommandError) {
    let text =
      switch form {
      case .svg: picture.svg
      case .mmd: picture.mermaid
      case .txt: picture.textLines(width: 100).joined(separator: "\n") + "\n"
      }
    try WholeFile.write(Array(text.utf8), to: path, streams: streams)
  }
}
