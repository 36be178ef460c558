import Foundation
import InprocExploration
import Testing

@testable import InprocScript

@Suite("Verdicts", .timeLimit(.minutes(2)))
struct VerdictTests {
  /// Two senders: two schedules.
  private static let race =
    "bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nrecv a as m\nobserve $m\n"
  /// Nine schedules and more, none of which fails.
  private static let wide =
    "bind inproc://a as a\nspawn { repeat 3 { send a 1 } }\nspawn { repeat 3 { send a 2 } }\njoin\n"

  private func word(_ result: ScenarioResult) -> String {
    switch result.verdict {
    case .passed: "passed"
    case .incomplete: "incomplete"
    case .failed: "failed"
    case .error: "error"
    }
  }

  @Test("without a finished run nothing passes, whatever else is known")
  func rule() {
    var evidence = ScenarioResult.Evidence(file: "a.scn")
    func verdict() -> String {
      word(ScenarioResult(file: "a.scn", title: nil, verdict: evidence.verdict))
    }
    #expect(verdict() == "error")
    evidence.missing = ["stopped by --timeout 1ms"]
    #expect(verdict() == "error")
    evidence.finishedRuns = 1
    #expect(verdict() == "incomplete")
    evidence.missing = []
    #expect(verdict() == "passed")
    evidence.hindrance = "no thread left"
    #expect(verdict() == "error")
    evidence.failure = Problem(file: "a.scn", line: 1, column: 1, message: "wrong")
    #expect(verdict() == "failed")
  }

  @Test("a search that a limit has cut short is incomplete; all of it that there is passes")
  func cutShort() async throws {
    let text = "@explore\n" + Self.wide
    #expect(word(try await replay(text)) == "passed")
    let few = try await replay(text) { $0.maximumSchedules = 3 }
    #expect(
      few.failure == "incomplete: explored 2 schedules, NOT all, complete for at most 0 "
        + "preemptions; stopped by --max-schedules 3 after 3 runs")
    #expect(few.exploration?.isComplete == false)
    #expect(few.exploration?.runs == 3)
    let bounded = try await replay(text) { $0.maximumPreemptions = 0 }
    #expect(word(bounded) == "incomplete")
    #expect(bounded.failure?.contains("which is all that --preemptions 0 asks for") == true)
  }

  @Test("--complete makes a failure of what is incomplete, and of nothing else")
  func complete() async throws {
    let text = "@explore\n" + Self.wide
    let few = try await replay(text) {
      $0.maximumSchedules = 3
      $0.demandsComplete = true
    }
    #expect(word(few) == "failed")
    #expect(few.failure?.contains("--complete demands all: explored 2 schedules") == true)
    #expect(word(try await replay(text) { $0.demandsComplete = true }) == "passed")
    let none = try await replay(text) {
      $0.maximumSchedules = 0
      $0.demandsComplete = true
    }
    #expect(word(none) == "error")
  }

  @Test("what is expected of some schedule is not claimed of a search that has not seen it")
  func unseen() async throws {
    let deadlock = "@explore\n@expect deadlock\n" + Self.wide
    let cut = try await replay(deadlock) { $0.maximumSchedules = 2 }
    #expect(word(cut) == "incomplete")
    #expect(
      cut.failure?.contains("'@expect deadlock': none of these schedules ended in one") == true)
    #expect(word(try await replay(deadlock)) == "failed")
    let sampled = try await replay(deadlock) {
      $0.strategy = .random
      $0.runs = 3
    }
    #expect(word(sampled) == "incomplete")
    let single = try await replay(deadlock) { $0.seed = 1 }
    #expect(word(single) == "incomplete")

    let graded = "@explore\n@acceptable 1\n@acceptable 2\n@interesting 3\n" + Self.race
    #expect(word(try await replay(graded)) == "failed")
    let some = try await replay(graded) { $0.maximumSchedules = 1 }
    #expect(word(some) == "incomplete")
    #expect(
      some.failure?.contains("none of these schedules has the interesting outcome: 3") == true)
    let picked = try await replay(graded) {
      $0.strategy = .random
      $0.runs = 5
    }
    #expect(word(picked) == "incomplete")
  }

  @Test("one run that grades an outcome passes on it, and says that it is one run")
  func oneRun() async throws {
    let graded = "@acceptable 1\n@acceptable 2\n" + Self.race
    let result = try await replay(graded)
    #expect(word(result) == "passed")
    #expect(
      result.notes.first
        == "one schedule was run, not all; '--explore' runs every schedule that can differ")
    let seeded = try await replay("@explore\n" + graded) { $0.seed = 4 }
    #expect(
      seeded.notes.first
        == "'@explore' was not followed, because of --seed: one schedule was run, not all")
  }

  @Test("a free run is graded like any other")
  func free() async throws {
    let forbidden = try await replay("@forbidden z\nobserve z") { $0.isFree = true }
    #expect(word(forbidden) == "failed")
    #expect(forbidden.failure?.contains("forbidden outcome: z") == true)
    let unmatched = try await replay("@acceptable a\nobserve z") { $0.isFree = true }
    #expect(unmatched.failure?.contains("outcome that no pattern matches: z") == true)
    let good = try await replay("@acceptable z\nobserve z") { $0.isFree = true }
    #expect(word(good) == "passed")
    #expect(good.outcomes.map(\.outcome) == ["z"])
    #expect(good.outcomes.first?.schedule == nil)
    #expect(good.notes.first?.hasPrefix("one free run was made, not all") == true)
  }

  @Test("seven threads that each send once have 7! orders, and just so many are counted")
  func exactCount() async throws {
    let text =
      "@explore\nbind inproc://a as a\n" + String(repeating: "spawn { send a 1 }\n", count: 7)
    let result = try await replay(text + "join")
    #expect(result.notes == ["explored 5040 schedules: all that can differ"])
  }

  @Test("one run of a scenario that chooses says that the other frames were not tried")
  func untriedChoices() async throws {
    let text = "choose answer yes no\necho $answer\n=> yes\nchoose only one"
    let result = try await replay(text)
    #expect(
      result.notes == [
        "'choose' at line 1 took the first frame, and the others were not tried; "
          + "'--explore' tries each"
      ])
    let explored = try await replay(
      "@explore\n@acceptable yes\n@acceptable no\n" + """
        choose answer yes no
        observe $answer
        """)
    #expect(!explored.notes.contains { $0.contains("not tried") })
  }

  @Test("runs that end early are counted once for each order that differs")
  func earlyEnds() async throws {
    let text = """
      @explore
      bind inproc://a as a
      bind inproc://b as b
      spawn x { send a 1 }
      spawn y { send b 1 }
      join x y
      quit
      """
    let result = try await replay(text) { $0.showsOutcomes = true }
    #expect(result.notes.first == "explored 1 schedule: all that can differ")
    #expect(result.outcomes.map(\.schedules) == [1])
  }

  @Test("the probability that is claimed rests on runs that were picked among all places")
  func probability() async throws {
    let result = try await replay(Self.wide) {
      $0.strategy = .priorities(depth: 1)
      $0.runs = 4
    }
    let note = try #require(result.notes.first)
    #expect(note.contains("a probability of at least "))
    #expect(note.contains("if no run has more than 3 threads and "))
    // Each of four runs meets it with 1/3: 1 - (2/3)^4 = 0.8024…, rounded down.
    #expect(note.contains("at least 80.2 % (1 in 3 each)"))
  }

  @Test("what is wrong with a directive is marked where it stands")
  func directivePlaces() async throws {
    let forbidden = try await replay("  # x\n\t@forbidden  z # never\nobserve z")
    #expect(forbidden.failure?.hasPrefix("replayed.scn:2:2: error: forbidden outcome: z") == true)
    #expect(forbidden.failure?.contains("@forbidden  z # never\n  ^~~~~~~~~~~~~\n") == true)
    let deadlock = try await replay("# '@expect' is below\n  @expect deadlock\necho x")
    let missing = "replayed.scn:2:3: error: the file expects a deadlock"
    #expect(deadlock.failure?.hasPrefix(missing) == true)
  }

  @Test("what a run came to are its results and its errors, also that of a file that is missing")
  func unobservedOutcome() async throws {
    let text = "try { source \"no-such-file.scn\" }\nbind inproc://a as a\nsend a x\nrecv a"
    let result = try await replay(text) { $0.showsOutcomes = true }
    let outcome = try #require(result.outcomes.first).outcome
    #expect(outcome.hasPrefix("main: =! io: can't read") && outcome.hasSuffix(", => x"))
  }
}
