import Foundation
import InprocDiagram
import InprocScript

/// A file for a picture; how its name ends says in which form.
struct PictureFile {
  enum Form: String, CaseIterable { case svg, mmd, txt }
  let path: String
  let form: Form

  /// Nil for a name that ends otherwise.
  init?(_ path: String) {
    guard let form = Form(rawValue: URL(fileURLWithPath: path).pathExtension) else { return nil }
    self.path = path
    self.form = form
  }

  static let usage = "a picture's file ends in .svg, .mmd (Mermaid) or .txt"

  /// Writes it whole or not at all.
  func write(_ picture: Picture) throws(CommandError) {
    let text =
      switch form {
      case .svg: picture.svg
      case .mmd: picture.mermaid
      case .txt: picture.textLines(width: 100).joined(separator: "\n") + "\n"
      }
    try WholeFile.write(Array(text.utf8), to: path)
  }
}
