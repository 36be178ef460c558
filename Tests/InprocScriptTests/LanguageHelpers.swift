import Inproc

@testable import InprocScript

/// Variables for a test.
struct Variables: VariableLookup {
  var messages: [String: Message] = [:]
  func message(named name: String) -> Message? { messages[name] }
}

/// What a text parses to, or its findings as `LINE:COLUMN+LENGTH: message; hint`.
func findings(_ text: String, mode: Parser.Mode = .file) -> [String] {
  findings(Array(text.utf8), mode: mode)
}

func findings(_ bytes: [UInt8], mode: Parser.Mode = .file) -> [String] {
  do {
    _ = try Parser.parse(bytes, mode: mode)
    return []
  } catch {
    return error.diagnostics.map { "\($0.line):\($0.column)+\($0.length): \($0.summary)" }
  }
}

func statement(_ text: String) throws -> Statement? {
  try Parser.parse(text).statements.first
}

/// The frames of `echo TEXT`.
func frames(_ text: String, _ variables: Variables = Variables()) throws -> Message {
  guard let echo = try statement("echo " + text)?.command as? EchoCommand else { return [] }
  return try echo.frames.message(variables)
}

/// Whether a line matches the expectation written so.
func matches(
  _ expectation: String, _ line: ResultLine, _ variables: Variables = Variables()
) throws -> Bool {
  guard let first = try statement("echo x\n" + expectation)?.expectations.first else {
    return false
  }
  return try first.matches(line, variables: variables)
}
