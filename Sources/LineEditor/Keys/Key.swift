internal import CEditLine

/// A line of the table of keys: what a terminal sends for a key, what the key does, and what the
/// documents say of it.
struct Key: Sendable {
  /// The function that a key runs.
  enum Action: Sendable {
    /// A function of the editor's own.
    case editor(EditorFunction)
    /// libedit's function of this name.
    case libedit(String)
    /// The terminal turns the key into a signal, and no character arrives.
    case signal
  }

  /// The name of the key for people, with other keys that do the same.
  let label: String
  /// The letters that give the key together with Ctrl, whatever `~/.editrc` says.
  var controls = ""
  /// The escape sequences that terminals send for the key, each without its Escape.
  var sequences: [String] = []
  /// The key as a full-screen view receives it.
  var onScreen: LineEditor.ScreenKey?
  /// The functions of libedit whose keys this one's function takes over.
  var replaces: [String] = []
  /// The functions of vi's command mode whose keys this one's function takes over.
  var replacesInViCommands: [String] = []
  let action: Action
  /// A sentence without a subject, for the documents.
  let does: String

  /// A key that runs a function of the editor's own.
  ///
  /// - Parameters:
  ///   - label: its name for people.
  ///   - controls: letters that give it together with Ctrl.
  ///   - sequences: escape sequences, without Escape.
  ///   - onScreen: the key as a full-screen view receives it.
  ///   - replaces: the functions of libedit whose keys get this function instead.
  ///   - replacesInViCommands: the same in vi's command mode.
  ///   - function: the name that `~/.editrc` may bind.
  ///   - does: its effect, for the documents.
  ///   - run: the function.
  init(
    _ label: String, controls: String = "", sequences: [String] = [],
    onScreen: LineEditor.ScreenKey? = nil, replaces: [String] = [],
    replacesInViCommands: [String] = [], function: String, does: String,
    _ run: @escaping @Sendable (LineEditor) -> cel_answer
  ) {
    self.label = label
    self.controls = controls
    self.sequences = sequences
    self.onScreen = onScreen
    self.replaces = replaces
    self.replacesInViCommands = replacesInViCommands
    action = .editor(EditorFunction(name: function, help: does, run: run))
    self.does = does
  }

  /// A key that is libedit's: bound here only where terminals send a sequence for it.
  init(_ label: String, sequences: [String] = [], libedit function: String, does: String) {
    self.label = label
    self.sequences = sequences
    action = .libedit(function)
    self.does = does
  }

  /// A key of which the terminal makes a signal.
  init(signal label: String, does: String) {
    self.label = label
    action = .signal
    self.does = does
  }

  /// The name of the function that libedit runs for the key; nil for a signal.
  var functionName: String? {
    switch action {
    case .editor(let function): function.name
    case .libedit(let name): name
    case .signal: nil
    }
  }
}

/// A function that the editor adds to libedit's.
struct EditorFunction: Sendable {
  /// The name by which `~/.editrc` may bind it.
  let name: String
  let help: String
  let run: @Sendable (LineEditor) -> cel_answer
}

extension Unicode.Scalar {
  /// The character that a terminal sends for Ctrl and a letter.
  static func control(_ letter: Unicode.Scalar) -> Unicode.Scalar {
    Unicode.Scalar(UInt8(letter.value & 0x1F))
  }
}
