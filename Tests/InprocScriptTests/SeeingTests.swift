import Foundation
import InprocDiagram
import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whatever scenario one has, it can be looked at in each of the ways there are.
@Suite("Seeing every scenario", .timeLimit(.minutes(1)))
struct SeeingTests {
  @Test(
    "there are a picture in each form, a trace, and a step session to the end and back",
    arguments: ScenarioFile.all(in: "scenarios"))
  func seen(_ file: ScenarioFile) async throws {
    let script = try file.script()
    let seen = try await onThread { [path = file.path] in
      Result { try Seen(script, path) }
    }.get()
    for text in seen.svg {
      let document = try XMLDocument(xmlString: text)
      #expect(document.rootElement()?.name == "svg")
    }
    for text in seen.mermaid {
      #expect(text.contains("\nsequenceDiagram\n") || text.hasPrefix("flowchart "))
    }
    #expect(seen.svg.count == 2 && seen.mermaid.count == 2)
    #expect(seen.text.allSatisfy { $0.count > 2 })
    #expect(seen.hasEvents == script.statements.contains(where: \.isObserved))
    #expect(seen.problem == nil)
    #expect(seen.turns == seen.turnsAgain && seen.steps == min(30, seen.turns))
    #expect(seen.turnsAtStart == 0)
  }
}

/// What was drawn, told and gone through of one scenario.
private struct Seen {
  var svg: [String] = []
  var mermaid: [String] = []
  var text: [[String]] = []
  var hasEvents = false
  var problem: String?
  var turns = 0
  var steps = 0
  var turnsAgain = 0
  var turnsAtStart = 0

  init(_ script: Script, _ path: String) throws {
    let pool = ThreadPool(isPinned: true)
    // Of a search the beginning is enough: what is drawn is one run, or one for each outcome.
    var options = ScenarioRunner.Options()
    options.maximumPreemptions = 1
    options.maximumSchedules = 40
    options.showsOutcomes = true
    let runner = ScenarioRunner(options, pool: pool)
    let result = runner.run(script, file: path)
    draw(try runner.diagram(of: result, script))
    // Of one that explores the default run as well.
    let timeline = try runner.timeline(of: result, script)
    draw(.run(SequenceDiagram(timeline, title: path, problem: nil)))
    hasEvents = !(try runner.trace(script, of: result, isASCII: false)).lines.isEmpty

    var stepper = Stepper(script, file: path, options: options, pool: pool)
    stepper.runToEnd()
    turns = stepper.state.turns
    if case .failed(let found) = stepper.state.ending { problem = found.message }
    // Each turn runs the beginning again: of a long run a part has to do.
    while turns - stepper.state.turns < 10, stepper.back() {}
    stepper.restart()
    turnsAtStart = stepper.state.turns
    while steps < 30, stepper.step() { steps += 1 }
    if !stepper.hasEnded { stepper.runToEnd() }
    turnsAgain = stepper.state.turns
  }

  private mutating func draw(_ picture: RunDiagram?) {
    guard let picture else { return }
    svg.append(picture.svg)
    mermaid.append(picture.mermaid)
    text.append(picture.textLines(width: 100))
  }
}

extension Statement {
  /// Whether a trace has something to say about it.
  fileprivate var isObserved: Bool {
    command is BindCommand || command is JoinCommand || command is SleepCommand
      || command is SourceCommand
      || blocks.contains { $0.statements.contains(where: \.isObserved) }
  }
}
