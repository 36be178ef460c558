/// A thread or task, as events and errors name it.
public struct ThreadIdentity: Hashable, Sendable {
  /// Its name; `task` for a task that was not given one by `Task(name:)`.
  public let name: String
  /// Tells apart threads of one name. A later thread can get the number of one that has ended.
  public let id: UInt64
  /// Whether it is a task.
  public let isTask: Bool

  package init(name: String, id: UInt64, isTask: Bool = false) {
    self.name = name
    self.id = id
    self.isTask = isTask
  }
}
