/// An operand of a command as it was typed.
package enum CommandOperand: Hashable, Sendable {
  /// Names an endpoint, a handle or a thread.
  case name(Template)
  /// Any other word: a variable, a number, a duration, a path.
  case word(Template)
  case frame(FrameExpression)
}

extension [CommandOperand] {
  static func frames(_ frames: [FrameExpression]) -> [CommandOperand] { frames.map { .frame($0) } }
  static func names(_ names: [Template]) -> [CommandOperand] { names.map { .name($0) } }
}

/// What a command accesses that other threads can see, as far as its text says.
enum CommandAccess: Hashable, Sendable {
  /// Nothing that another thread could see or change. No schedule chooses before it.
  case nothing
  /// The endpoint of this name.
  case endpoint(Template)
  /// The endpoints of these handles.
  case handles([Template])
  /// These threads; where none is named, threads that are known only when it runs.
  case threads([Template])
  /// The set of all threads.
  case threadSet
  /// The mutex of this name.
  case mutex(Template)
  /// Shared variables.
  case variables
  /// More than its text says.
  case everything
}

/// The part a command plays in waits: what it waits for, and whose wait it can end.
enum WaitRole: Hashable, Sendable {
  /// It waits for no other thread and ends no wait that a deadlock is explained by.
  case none
  /// It binds an endpoint, which ends the wait of a `connects`.
  case binds(Template)
  case connects(Template)
  /// It waits for room, or for a receiver at the other end of a handle.
  case sends(to: Template)
  case replies(at: Template)
  case receives(at: Template)
  /// It waits for a message at one of several handles.
  case selects([Template])
  /// It takes messages and never waits.
  case drains(Template)
  /// It waits for the end of threads; of all others, where none is named.
  case joins([Template])
  case sleeps(Quantity<Duration>)
  /// It waits for a mutex.
  case locks(Template)
  /// It waits to be notified at a mutex.
  case waits(Template)
  case notifies(Template)
  /// It waits for a condition over shared variables.
  case awaits(Condition)
}
