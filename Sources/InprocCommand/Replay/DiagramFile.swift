import Inproc
import InprocDiagram
import InprocScript

/// The file of a diagram; the extension of its name decides the format.
struct DiagramFile {
  enum Form: String, CaseIterable {
    case svg, mmd, txt

    /// The format of a name; nil where its extension is none of these, or nothing stands before it.
    fileprivate init?(of path: String) {
      let name = FileName.last(of: path)
      let found = Form.allCases.first { FileName.hasSuffix(name, ".\($0.rawValue)") }
      guard let found, name.utf8.count > found.rawValue.utf8.count + 1 else { return nil }
      self = found
    }
  }
  let path: String
  let form: Form

  /// Nil where the name has another extension.
  init?(_ path: String) {
    guard let form = Form(of: path) else { return nil }
    self.path = path
    self.form = form
  }

  static let usage = "a picture's file ends in .svg, .mmd (Mermaid) or .txt"

  /// Writes the diagram completely or not at all.
  func write(
    _ diagram: RunDiagram, streams: AtomicFile.Streams = .allowed
  ) throws(CommandError) {
    let text =
      switch form {
      case .svg: diagram.svg
      case .mmd: diagram.mermaid
      case .txt: diagram.textLines(width: 100).joined(separator: "\n") + "\n"
      }
    try AtomicFile.write(Array(text.utf8), to: path, streams: streams)
  }
}
