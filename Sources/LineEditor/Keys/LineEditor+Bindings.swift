internal import CEditLine

extension LineEditor {
  /// Tells libedit the editor's functions, so that `~/.editrc` can name them.
  func addFunctions() {
    for (index, function) in KeyTable.functions.enumerated() {
      let result = cel_add_function(handle, Int32(index), function.name, function.help)
      assert(result == 0, "CEditLine.c has no C function for so many")
    }
  }

  /// Binds the keys of the table, after `~/.editrc` has bound its own.
  func bindKeys() {
    let replaced = Self.replacements(\.replaces)
    let replacedCommands = Self.replacements(\.replacesInViCommands)
    for code in UInt8(1)...255 {
      let key = Unicode.Scalar(code)
      // Both maps are looked at before either is changed.
      let command = replacedCommands[boundFunction(key, inViCommands: true)]
      let function = replaced[boundFunction(key)]
      if let command { bind(key, to: command, inViCommands: true) }
      if let function { bind(key, to: function) }
    }
    for key in InternalKey.allCases { bindEverywhere(key.scalar, to: key.rawValue) }
    for (key, scalar) in KeyTable.sequenceKeys {
      if let name = key.functionName { bindEverywhere(scalar, to: name) }
    }
    for key in KeyTable.keys {
      for letter in key.controls.unicodeScalars {
        if let name = key.functionName { bindEverywhere(.control(letter), to: name) }
      }
    }
  }

  /// Whether Escape does nothing by itself: the next key is one with Meta.
  var escapeIsPrefix: Bool {
    ["em-meta-next", "ed-sequence-lead-in"].contains(boundFunction("\u{1B}"))
  }

  /// The editor's functions by the functions of libedit that they replace.
  private static func replacements(_ replaced: KeyPath<Key, [String]>) -> [String: String] {
    var result: [String: String] = [:]
    for key in KeyTable.keys + KeyTable.viCommands {
      for name in key[keyPath: replaced] { result[name] = key.functionName }
    }
    return result
  }

  /// The function that a key runs: of the main map, or of vi's command mode.
  private func boundFunction(_ key: Unicode.Scalar, inViCommands: Bool = false) -> String {
    String(cString: cel_bound_function(handle, Self.notation(key), inViCommands ? 1 : 0))
  }

  private func bindEverywhere(_ key: Unicode.Scalar, to function: String) {
    bind(key, to: function)
    bind(key, to: function, inViCommands: true)
  }

  private func bind(_ key: Unicode.Scalar, to function: String, inViCommands: Bool = false) {
    cel_bind(handle, Self.notation(key), function, inViCommands ? 1 : 0)
  }

  /// A key as libedit's `bind` reads it: in octal.
  private static func notation(_ key: Unicode.Scalar) -> String {
    let digits = String(key.value, radix: 8)
    return "\\" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
