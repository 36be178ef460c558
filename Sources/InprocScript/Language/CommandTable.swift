/// The statements of the language, each described once.
package enum CommandTable {
  /// All descriptions, in the order of help.
  package static let all: [CommandDescription] = endpoints + messages + threads + control + session

  /// All keywords, in the order of help.
  package static let keywords: [String] = all.map(\.keyword)

  /// The description of a statement.
  package static func description(of keyword: String) -> CommandDescription? { byKeyword[keyword] }

  package static func isKeyword(_ word: String) -> Bool { byKeyword[word] != nil }

  static let longestKeyword = keywords.map(\.utf8.count).max() ?? 0

  private static let byKeyword: [String: CommandDescription] =
    Dictionary(all.map { ($0.keyword, $0) }, uniquingKeysWith: { first, _ in first })
}

extension OptionDescription {
  static let timeout = OptionDescription("timeout", .duration(orWord: "now"), "DURATION|now")
  static let asVariable = OptionDescription("as", .name, "VAR")
  static let asName = OptionDescription("as", .name, "NAME")
}

extension OperandDescription {
  static let endpoint = OperandDescription(.endpoint, "ENDPOINT")
  static let handle = OperandDescription(.handle, "HANDLE")
  static let frames = OperandDescription(.frame, "FRAME", .several)
  static let variable = OperandDescription(.variable, "VAR")
}
