import InprocText
import Testing

@testable import InprocScript

@Suite("What a failure tells", .timeLimit(.minutes(1)))
struct ExplanationTests {
  private func failure(_ text: String) async throws -> Problem {
    let result = try await replay(text, file: "told.scn")
    guard case .failed(let problem) = result.verdict else {
      Issue.record("the file passed")
      throw CancellationError()
    }
    return problem
  }

  @Test("the run is a table with a column for each thread, and the same in words")
  func table() async throws {
    let problem = try await failure(
      """
      bind inproc://work as work
      spawn a { let job = j1; send work $job; sleep 1s }
      recv work
      => j2
      """)
    let told = problem.explanation.joined(separator: "\n")
    #expect(told.contains("line  main                               | a\n"))
    #expect(told.contains("   3  recv work …                        |\n"))
    #expect(told.contains("      --> a (waits)                      |\n"))
    #expect(told.contains("   2                                     | send work j1\n"))
    #expect(told.contains("   3  … recv work => j1                  |\n"))
    #expect(told.contains("      ^ not as expected                  |"))
    #expect(
      told.contains(
        "`main` binds inproc://work as work, spawns a and waits for a message at work;"))
    #expect(told.contains("then `a` sets job = j1, sends j1 to work"))
  }

  @Test("a long run is folded, and the table fits the terminal")
  func folded() async throws {
    let problem = try await failure(
      """
      bind inproc://a as a capacity=1
      spawn first { repeat 80 as i { send a "a rather long message, number $i of eighty" } }
      spawn second { repeat 80 as i { send a "a rather long message, number $i of eighty" } }
      spawn third { repeat 160 { recv a } }
      join
      fail "end"
      """)
    #expect(problem.explanation.contains { $0.contains("rows left out)") })
    #expect(problem.explanation.contains { $0.contains("turns left out)") })
    #expect(problem.explanation.count < 80)
    #expect(problem.explanation.allSatisfy { $0.unicodeScalars.count <= 104 })
    #expect(problem.explanation.contains { $0.contains("fail \"end\" =! failed") })
  }

  @Test("with one thread the report is short")
  func short() async throws {
    let problem = try await failure("echo x\n=> y\n")
    #expect(problem.explanation == [])
    #expect(problem.text.split(separator: "\n").count <= 10)
  }

  @Test("the field that differs is marked, in what was expected and in what came")
  func marks() async throws {
    let problem = try await failure(
      """
      bind inproc://a as a
      send a hello "wide wörld" z
      recv a
      => short | hello _ y
      """)
    #expect(
      problem.details.dropFirst(2).prefix(4) == [
        "  expected: => short | hello _ y",
        "                               ^",
        "  actual:   => hello \"wide wörld\" z   <- differs",
        "                                  ^",
      ])
    let missing = try await failure("echo a b\n=> a b c")
    #expect(missing.details.contains("                   ^"))
    #expect(missing.expected == ["=> a b c"] && missing.actual == ["=> a b"])
  }

  @Test("of a deadlock the circle is told, and who could end each wait")
  func circle() async throws {
    let problem = try await failure(
      """
      bind inproc://inbox as inbox
      spawn a { recv inbox }
      spawn b { join a; send inbox x }
      join
      """)
    let text = problem.text
    #expect(
      text.contains(
        "a is blocked at told.scn:2 in 'recv inbox': waits for a message at inbox; "
          + "only 'b' sends there"))
    #expect(text.contains("b is blocked at told.scn:3 in 'join a': waits for the end of a"))
    #expect(text.contains("in a circle: 'a' waits for 'b', which waits for 'a'"))
  }

  @Test(
    "who could end a wait is read off what threads have yet to run",
    arguments: [
      (
        "bind inproc://q as q\nspawn w { send q 1; recv q; recv q }\njoin",
        "but no thread that is left sends there"
      ),
      (
        "bind inproc://q as q\nspawn w { repeat { recv q; join u; send q x } }\nspawn u { recv q }\njoin",
        "only 'w' sends there"
      ),
      (
        "bind inproc://q as q capacity=0\nspawn w { join u; recv q }\nspawn u { send q 1 }\njoin",
        "only 'w' receives there"
      ),
      (
        "spawn w { connect inproc://q wait=forever }\nspawn u { join w; bind inproc://q }\njoin",
        "only 'u' binds it"
      ),
      (
        "bind inproc://q as q\nspawn w { if a == a { recv q } else { send q x } }\nrecv q",
        "but no thread that is left sends there"
      ),
    ])
  func enders(_ program: String, _ text: String) async throws {
    let problem = try await failure(program)
    #expect(problem.text.contains(text), "\(problem.text)")
  }

  @Test("the explanation of a failure found by exploring is that of its schedule")
  func explored() async throws {
    let problem = try await failure(
      """
      @explore
      bind inproc://a as a
      spawn w { send a 2 }
      send a 1
      recv a
      => 1
      join w
      """)
    #expect(problem.explanation.contains { $0.contains("--> w (preempted)") })
    #expect(
      problem.explanation.contains { $0.contains("is preempted;") })
  }
}

@Suite("The table of outcomes", .timeLimit(.minutes(1)))
struct OutcomeTableTests {
  private func explored(_ text: String) async throws -> ScenarioResult {
    try await replay(text) {
      $0.explores = true
      $0.showsOutcomes = true
    }
  }

  @Test("every schedule counts, those that deadlock or fail too; its columns are aligned")
  func rows() async throws {
    let result = try await explored(
      """
      @expect deadlock
      @acceptable "日本" ...  # as planned
      @acceptable late
      bind inproc://a as a capacity=1
      spawn w { send a x; send a y; send a z }
      recv a
      try { recv a timeout=now as v } catch { let v = late }
      if $v == y { observe 日本 } else { observe late }
      """)
    let exploration = try #require(result.exploration)
    #expect(result.outcomes.map(\.schedules).reduce(0, +) == exploration.schedules)
    #expect(result.outcomes.contains { $0.outcome == "(deadlock)" && $0.grade == .expected })
    #expect(result.outcomes.contains { $0.comment == "as planned" })
    let table = result.notes.drop { !$0.hasPrefix("schedules ") }
    let starts = table.dropFirst().map { line in
      line.unicodeScalars.prefix { $0 != "-" }.cells
    }
    #expect(Set(starts).count == 1, "\(table.joined(separator: "\n"))")

    let failing = try await explored(
      "bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nrecv a\n=> 1\n")
    #expect(failing.outcomes.contains { $0.outcome == "(failed at 4:1)" && $0.grade == .failed })
    #expect(
      failing.outcomes.map(\.schedules).reduce(0, +) == failing.exploration?.schedules)
  }

  @Test("a forbidden outcome is reported at its own pattern")
  func forbidden() async throws {
    let result = try await explored(
      "@forbidden never\n@forbidden a # not so\n@acceptable b\nobserve a\n")
    guard case .failed(let problem) = result.verdict else {
      Issue.record("it passed")
      return
    }
    #expect(problem.line == 2)
    #expect(problem.message == "forbidden outcome: a (not so)")
  }
}
