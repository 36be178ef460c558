/// A thread runs until it waits, ends, sleeps or would block; then the next in order of creation.
package final class DefaultPolicy: SchedulePolicy {
  package var isPreemptive: Bool { false }
  package init() {}

  package func choose(_ point: ChoicePoint) -> Int? { point.defaultChoice }
  package func finish(state: UInt64) {}
}
