internal import Inproc

extension Script {
  /// What the text says, whatever its spacing: all of the syntax tree but places and wording.
  package var shape: String {
    var shape = ""
    Script.write(directives, to: &shape)
    Script.write(statements, to: &shape)
    return shape
  }

  private static func write(_ value: Any, to shape: inout String) {
    if value is SourceRange { return }
    if let frame = value as? Frame {
      shape += "\(Array(frame))"
      return
    }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty {
      shape += String(reflecting: value)
      return
    }
    // The case of an enum is the label of its only child.
    shape += "\(type(of: value))("
    for (label, child) in mirror.children {
      if child is String, label == "text" { continue }
      // A ';' at a line's end says nothing.
      if label == "endsLine" { continue }
      shape += (label ?? "") + ":"
      write(child, to: &shape)
      shape += ","
    }
    shape += ")"
  }
}
