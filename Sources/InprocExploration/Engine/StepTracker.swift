/// What the threads of a run report of their steps to the scheduler that chooses between them, and
/// where they let it choose. Only the thread that has the turn calls it.
///
/// A step is what a thread does from one choice to the next. Two steps that access nothing in common,
/// or only read what they have in common, give the same result in either order.
package protocol StepTracker: AnyObject, Sendable {
  // MARK: Choices

  /// The calling thread is about to do what other threads can see: the schedule chooses who goes on.
  func choose()

  /// The calling thread goes behind every other that can run, once.
  func yield()

  /// The same, of a thread that polls.
  ///
  /// - Parameters:
  ///   - place: the hash of all that its next steps depend on, except what others can change.
  ///   - mayGoOn: whether a schedule that chooses everywhere may let it run on, as a machine may. It
  ///     goes behind the others all the same if it comes back to a place and nothing has changed.
  /// - Returns: whether that can go on for ever: every thread that can run comes back to where it
  ///   was, nothing changes meanwhile, and no timer is left.
  func yield(at place: UInt64, mayGoOn: Bool) -> Bool

  /// The schedule chooses one of so many values for the calling thread, from 0.
  func chooseValue(among count: Int) -> Int

  /// What other threads can see has changed.
  func noteChange()

  // MARK: Lookahead

  /// Whether the policy has a use for ``noteNextAccesses(_:)``.
  var wantsLookahead: Bool { get }
  /// What the calling thread's next command accesses, as far as that is known before it runs.
  func noteNextAccesses(_ resources: [Resource])

  // MARK: Accesses

  /// Whether the policy has a use for the accesses of steps.
  var tracksFootprints: Bool { get }
  /// The calling thread's present step accesses something that other threads can see.
  func access(_ resource: Resource, writes: Bool)
  /// The present step uses the unbounded queue of an endpoint: sends and receives can come in either
  /// order, as long as each receive comes after the send of its message.
  func accessQueue(of endpoint: Resource, _ use: QueueUse)

  // MARK: Steps

  /// Ends the present step. What comes next is nothing that others can see.
  func endStep()

  /// Splits the step at a blocking call: later accesses belong to the resumption, however long the
  /// thread waits before.
  ///
  /// - Parameters:
  ///   - queue: where it waits together with others, if anywhere.
  ///   - expected: what it accesses when it resumes, where that is known.
  func beginBlocking(on queue: Resource?, expecting expected: Resource?)

  /// What the calling thread does next depends on more than footprints show: every order has to be
  /// run.
  func disableReduction()
}
