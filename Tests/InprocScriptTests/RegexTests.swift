import Testing

@testable import InprocScript

@Suite struct RegexTests {
  @Test(
    "matches the whole text or some part of it",
    arguments: [
      ("abc", "abc", true, true), ("abc", "xabcx", false, true), ("a.c", "aéc", true, true),
      ("", "", true, true), ("", "a", false, true), ("a|b|", "", true, true),
      ("(ab)+", "ababab", true, true), ("(ab)+", "aba", false, true), ("a?b*c+", "cc", true, true),
      ("[a-c]+", "abcabc", true, true), ("[^a-c]", "d", true, true), ("[^a-c]", "a", false, false),
      (#"[\d-]+"#, "12-3", true, true), (#"\d\w\s"#, "1_ ", true, true),
      (#"\d"#, "٣", false, false),
      (#"\w"#, "é", false, false), ("a{3}", "aaa", true, true), ("a{3}", "aa", false, false),
      ("a{2,}", "aaaa", true, true), ("a{1,2}", "aaa", false, true), ("a{0}b", "b", true, true),
      (#"\/\.\*"#, "/.*", true, true), ("^a", "ba", false, false), ("^a", "ab", false, true),
      ("a$", "ba", false, true), ("a$", "ab", false, false), ("^$", "", true, true),
      (#"[\]]"#, "]", true, true), ("[a-]", "-", true, true), ("(){1000}x", "x", true, true),
      ("((a*)*)*b", "aab", true, true), ("(a|b)*c", "ababc", true, true),
    ])
  func matching(pattern: String, text: String, whole: Bool, somewhere: Bool) throws {
    let regex = try Regex(pattern)
    #expect(regex.matchesWhole(text) == whole)
    #expect(regex.matchesSomewhere(text) == somewhere)
  }

  @Test(
    "refuses what it does not know, at its place",
    arguments: [
      ("a)", 1), ("(a", 0), ("[a", 0), ("[]", 0), ("*a", 0), ("a**", 2), ("a+?", 2), (#"\n"#, 0),
      (#"a\"#, 1), (#"\ "#, 0), ("[b-a]", 1), (#"[\d-z]"#, 1), ("a{", 1), ("a{2", 1), ("a{,2}", 1),
      ("a{3,2}", 1), ("a{1001}", 1), ("((a{1000}){1000})", 0), ("^*", 1), ("(?:a)", 1),
      (String(repeating: "(", count: 51), 50),
    ])
  func errors(pattern: String, offset: Int) {
    let error = #expect(throws: RegexError.self) { try Regex(pattern) }
    #expect(error?.offset == offset)
  }

  @Test("takes linear time where backtracking takes for ever")
  func linear() throws {
    let regex = try Regex("(a*)*b")
    let text = String(repeating: "a", count: 10_000)
    let time = ContinuousClock().measure {
      #expect(!regex.matchesWhole(text))
      #expect(!regex.matchesSomewhere(text))
      #expect(regex.matchesWhole(text + "b"))
    }
    #expect(time < .seconds(2))
  }
}
