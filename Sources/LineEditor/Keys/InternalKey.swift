internal import CEditLine

/// A key that nobody has: the editor gives its character to libedit, so that this runs a function.
enum InternalKey: String, CaseIterable {
  /// A bracketed paste begins.
  case paste = "line-paste"
  case cutToEnd = "ed-kill-line"
  case cutAll = "em-kill-line"
  /// Puts back the lines around the one that libedit has cut.
  case restore = "line-restore"
  case viDelete = "vi-delete-meta"
  case viChange = "vi-change-meta"
  case viYank = "vi-yank"
  case viZero = "vi-zero"
  case viInsert = "vi-insert"
  case viCommandMode = "vi-command-mode"
  case viPutAfter = "vi-paste-next"
  case viPutBefore = "vi-paste-prev"
  /// Finds what a command of vi cuts.
  case viTake = "line-vi-take"
  /// Puts what a command of vi has cut.
  case viPut = "line-vi-put"

  /// The first of the characters U+0080 to U+009F, which stand for keys inside the editor. The
  /// decoder lets none of them through.
  static let first: UInt8 = 0x80

  /// The character that libedit is given.
  var scalar: Unicode.Scalar {
    Unicode.Scalar(Self.first + UInt8(Self.allCases.firstIndex(of: self) ?? 0))
  }

  /// The function that it runs, if that is not one of libedit.
  var function: EditorFunction? {
    func own(
      _ help: String, _ run: @escaping @Sendable (LineEditor) -> cel_answer
    ) -> EditorFunction {
      EditorFunction(name: rawValue, help: help, run: run)
    }
    return switch self {
    case .paste: own("takes a bracketed paste") { $0.paste() }
    case .restore: own("puts back the lines around") { $0.restore() }
    case .viTake: own("finds what is cut") { $0.viTake() }
    case .viPut: own("puts what was cut") { $0.viPut() }
    default: nil
    }
  }
}
