import Testing

@testable import InprocScript

/// Loops that let nobody go in between, and end only when another thread does something.
@Suite("Spinning", .timeLimit(.minutes(2)))
struct SpinningTests {
  private static let spin = """
    @explore
    bind inproc://flag as flag
    send flag 0
    spawn p {
      repeat { recv flag as x; send flag $x; if $x == 1 { break } }
      observe seen
    }
    spawn q { recv flag; send flag 1 }
    """

  @Test("that another thread can end is explored to its end, by states")
  func ends() async throws {
    let result = try await replay(Self.spin)
    #expect(result.failure == nil)
    #expect(result.notes.first?.hasSuffix(": all that can differ") == true, "\(result.notes)")
    let exploration = try #require(result.exploration)
    #expect(exploration.isComplete)
    #expect(exploration.states.map { $0 > 10 } == true)
  }

  @Test(
    "as in Peterson's lock lets one thread in at a time, and both where two lines are exchanged")
  func peterson() async throws {
    func lock(_ first: String, _ second: String) -> String {
      """
      @explore
      @acceptable 0 0
      @forbidden 0 0 both ...
      bind inproc://flag0 as flag0; send flag0 0
      bind inproc://flag1 as flag1; send flag1 0
      bind inproc://turn as turn; send turn 0
      bind inproc://inside as inside; send inside 0
      spawn p0 {
        \(first)
        \(second)
        repeat {
          recv flag1 as f; send flag1 $f; if $f == 0 { break }
          recv turn as t; send turn $t; if $t == 0 { break }
        }
        recv inside as n; send inside 1
        if $n == 1 { observe both }
        recv inside; send inside 0
        recv flag0; send flag0 0
      }
      spawn p1 {
        recv flag1; send flag1 1
        recv turn; send turn 0
        repeat {
          recv flag0 as f; send flag0 $f; if $f == 0 { break }
          recv turn as t; send turn $t; if $t == 1 { break }
        }
        recv inside as n; send inside 1
        if $n == 1 { observe both }
        recv inside; send inside 0
        recv flag1; send flag1 0
      }
      join
      observe 0 0
      """
    }
    let (flag, turn) = ("recv flag0; send flag0 1", "recv turn; send turn 1")
    let right = try await replay(lock(flag, turn))
    #expect(right.failure == nil, "\(right.failure ?? "")")
    #expect(right.exploration?.isComplete == true)
    let wrong = try #require(try await replay(lock(turn, flag)).failure)
    #expect(wrong.contains("forbidden outcome: 0 0 both"), "\(wrong)")
  }

  @Test("that nothing ends any more is a livelock: its threads, lines and commands are named")
  func livelock() async throws {
    let text = """
      @explore
      bind inproc://a as a
      send a 0
      bind inproc://b as b
      send b 0
      spawn p {
        repeat {
          recv a as x
          send a $x
          if $x == 1 { break }
        }
        recv b; send b 1
      }
      spawn q { repeat { recv b as y; send b $y; if $y == 1 { break } }; recv a; send a 1 }
      """
    let failure = try #require(try await replay(text).failure)
    #expect(
      failure.contains(
        "livelock: threads go round for ever, and no schedule leads to an end from there"))
    #expect(failure.contains("p at replayed.scn:8 in 'recv a as x'"), "\(failure)")
    #expect(failure.contains("p at replayed.scn:9 in 'send a $x'"), "\(failure)")
  }

  @Test("is no livelock where some schedule leads out of it")
  func escape() async throws {
    // The flag comes down only where `q` runs before `p` has put it up for good.
    let text = """
      @explore
      bind inproc://flag as flag
      send flag 0
      spawn p { repeat { recv flag as x; send flag $x; if $x > 0 { break } } }
      spawn q { recv flag as x; send flag 1 }
      spawn r { recv flag as x; send flag 2 }
      """
    #expect(try await replay(text).failure == nil)
  }

  @Test("with a counter in the loop meets @steps, and the report names the loop")
  func counting() async throws {
    let text = """
      @explore
      @steps 6000
      bind inproc://flag as flag
      send flag 0
      spawn p {
        let n = 0
        repeat { recv flag as x; send flag $x; incr n; if $x == 1 { break } }
      }
      spawn q { recv flag; send flag 1 }
      """
    let failure = try #require(try await replay(text).failure)
    #expect(failure.contains("limit: the run took more than 6000 steps"), "\(failure)")
    #expect(failure.contains("the last of them in the loop at line 7"), "\(failure)")
  }

  @Test("ends where all outcomes are wanted and the scenario observes something")
  func allOutcomes() async throws {
    let result = try await replay(Self.spin) { $0.showsOutcomes = true }
    #expect(result.outcomes.map(\.outcome) == ["seen"])
    #expect(result.exploration?.isComplete == true)
  }

  @Test("is bounded by --preemptions, and then says so")
  func bounded() async throws {
    let result = try await replay(Self.spin) { $0.maximumPreemptions = 1 }
    #expect(result.exploration?.isComplete == false)
    guard case .incomplete(let why) = result.verdict else {
      Issue.record("\(result.verdict)")
      return
    }
    #expect(why.contains("complete for at most 1 preemption"), "\(why)")
  }

  @Test("does not say how many schedules have an outcome, and its schedule repeats it")
  func outcomes() async throws {
    let text = Self.spin.replacing("@explore", with: "@explore\n@acceptable seen")
    let result = try await replay(text)
    #expect(result.outcomes.map(\.outcome) == ["seen"])
    #expect(result.exploration?.isExact == false)
    let schedule = try #require(result.outcomes.first?.schedule)
    let again = try await replay(text) { $0.schedule = schedule }
    #expect(again.outcomes.map(\.outcome) == ["seen"])
    #expect(again.failure == nil)
  }
}
