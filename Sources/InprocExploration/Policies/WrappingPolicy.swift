/// A policy around another, to which it passes on whatever it does not handle itself. It is asked at
/// every place, those included that the inner one only repeats.
package protocol WrappingPolicy: SchedulePolicy {
  var inner: any SchedulePolicy { get }
}

extension WrappingPolicy {
  package var isPreemptive: Bool { inner.isPreemptive }
  package var wantsLookahead: Bool { inner.wantsLookahead }
  package var asksForProgramState: Bool { inner.asksForProgramState }
  package func finish(state: UInt64) { inner.finish(state: state) }
  package var followsSteps: Bool { inner.followsSteps }
  package func started(_ thread: Int, by parent: Int) { inner.started(thread, by: parent) }
  package func stepped(_ thread: Int, _ footprint: Footprint) { inner.stepped(thread, footprint) }
  package func willBlock(_ thread: Int, _ footprint: Footprint, waitingIn queue: Resource?) {
    inner.willBlock(thread, footprint, waitingIn: queue)
  }
  package func blockedAtEnd(_ thread: Int, _ footprint: Footprint) {
    inner.blockedAtEnd(thread, footprint)
  }
  package func disableReduction() { inner.disableReduction() }
}
