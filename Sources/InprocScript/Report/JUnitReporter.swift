import Inproc
import InprocDiagram

/// A report in JUnit's XML, which build servers read: one test suite with a test case for each
/// scenario.
package struct JUnitReporter: Reporter {
  private var cases = ""
  private var failures = 0
  private var errors = 0
  private var skipped = 0

  package init() {}

  package func begin() -> String { "" }

  package mutating func add(_ result: ScenarioResult) -> String {
    let name = FileName.last(of: result.shownFile)
    let attributes = [("classname", result.shownFile), ("name", result.title ?? name)]
    var content = ""
    switch result.verdict {
    case .passed: break
    case .incomplete(let why):
      skipped += 1
      content = element("skipped", [("message", "incomplete: \(why)"), ("type", "incomplete")], "")
    case .failed(let problem):
      failures += 1
      let place = "\(problem.file):\(problem.line):\(problem.column): \(problem.message)"
      content = element("failure", [("message", place), ("type", "failure")], problem.text)
    case .error(let text):
      errors += 1
      let first = text.prefix { $0 != "\n" }
      content = element("error", [("message", String(first)), ("type", "error")], text)
    }
    if !result.notes.isEmpty {
      let notes = result.notes.map(\.escapingUnprintable)
      content += element("system-out", [], notes.joined(separator: "\n"))
    }
    cases +=
      content.isEmpty
      ? "    <testcase\(list(attributes))/>\n"
      : "    <testcase\(list(attributes))>\n\(content)    </testcase>\n"
    return ""
  }

  package func end(_ tally: Tally) -> String {
    let counts = [
      ("tests", "\(tally.count)"), ("failures", "\(failures)"), ("errors", "\(errors)"),
    ]
    let leftOut = tally.leftOut.map { "    <system-out>\($0)</system-out>\n" } ?? ""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites\(list([("name", "inproc")] + counts))>
        <testsuite\(list([("name", "inproc replay")] + counts + [("skipped", "\(skipped)")]))>
      \(cases)\(leftOut)  </testsuite>
      </testsuites>

      """
  }

  private func element(_ name: String, _ attributes: [(String, String)], _ text: String) -> String {
    "      <\(name)\(list(attributes))>\(text.escapingXML(keepsLineEnds: true))</\(name)>\n"
  }

  private func list(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\($0.1.escapingXML())\"" }.joined()
  }
}
