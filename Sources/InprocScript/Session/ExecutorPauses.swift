internal import Inproc
internal import InprocExploration
internal import Synchronization

extension Executor {
  /// Lets all other threads run until each of them waits, as they do while a person types what stands
  /// behind an `inproc>`.
  func pauseAtPrompt(before statement: Statement) {
    guard thread.isMain, session.pausesAtPrompts.load(ordering: .relaxed),
      session.hasOtherThreads, let parker = thread.status.withLock({ $0.parker })
    else { return }
    let pause = Statement(command: EchoCommand([]), range: statement.range, text: "pause")
    let file = thread.file
    thread.status.withLock { status in
      (status.statement, status.file, status.isPaused) = (pause, file, true)
    }
    session.observer?.pauseBegan(pause, thread)
    let free = session.scheduler as? FreeScheduler
    let end = ContinuousClock.now + .seconds(1)
    repeat {
      // Virtual time advances only when no other thread can run, so after a millisecond of it all
      // others wait.
      let wait = SleepWait()
      parker.park(in: wait, until: session.scheduler.now.adding(.milliseconds(1)))
      if wait.reason == .interrupted {
        // The interruption belongs to the next command, not to this pause.
        parker.interrupt()
        break
      }
    } while free?.othersWait == false && .now < end
    session.observer?.stepEnded(pause, thread, [])
    thread.status.withLock { $0.isPaused = false }
  }
}
