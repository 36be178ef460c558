internal import Inproc
internal import InprocExploration
internal import InprocText

/// What the schedule knows of one of its threads. All of it belongs to whoever has the turn, which is
/// what makes the unchecked Sendable right.
final class ThreadRecord: @unchecked Sendable {
  /// What a thread is in the middle of.
  enum Activity {
    case operation(Operation)
    case waiting(String)
  }

  /// In the order of creation, as in a printed schedule.
  let number: Int
  let name: String
  /// It need not end by itself.
  let isBackground: Bool
  var parker: (any ThreadParker)?
  /// Of a task: what runs its jobs.
  var host: TaskHost?
  var activity: Activity?
  var isFinished = false
  /// What it has thrown, and whether someone has been told.
  var error: (any Error)?
  var isErrorKnown = false
  var observed: [String] = []
  /// Who waits for its end.
  var joining: [any ThreadParker] = []
  /// Its last operation, where that found nothing to do and changed nothing.
  var lastPoll: (verb: Operation.Verb, endpoints: [Endpoint])?
  /// How many operations it has begun since the run was ended.
  var operationsTooMany = 0

  init(number: Int, name: String, isBackground: Bool) {
    self.number = number
    self.name = name
    self.isBackground = isBackground
  }

  /// What it does now, for a report.
  var status: String {
    if isFinished {
      guard let error else { return "has ended" }
      return "has ended with the error: \(error)"
    }
    switch activity {
    case .operation(let operation): return "waits in \(operation.text)"
    case .waiting(let text): return "waits in \(text)"
    case nil:
      return host == nil
        ? "can go on" : "is suspended, and nothing of this schedule is to resume it"
    }
  }
}

extension Operation {
  /// As in a report: what is called, where, with what.
  var text: String {
    var words = [verb.rawValue] + endpoints.map(\.description)
    if let message { words.append(message.printed) }
    return words.joined(separator: " ")
  }

  /// Whether it found nothing to do, and changed nothing.
  func isPoll(_ result: Result<any Sendable, InprocError>) -> Bool {
    if isQuery { return true }
    guard case .success(let value) = result else { return false }
    switch verb {
    // Of one message, or of how many.
    case .tryReceive: return !(value is Envelope) && (value as? Int ?? 0) == 0
    case .trySend: return value as? Bool == false || value as? Int == 0
    case .drain: return (value as? [Envelope])?.isEmpty == true || value as? Int == 0
    default: return false
    }
  }
}

extension Result<any Sendable, InprocError> {
  /// As in a report: what came of an operation; nil for nothing worth a word.
  var text: String? {
    switch self {
    case .failure(let error): "throws \(error.code.rawValue)"
    case .success(let envelope as Envelope): envelope.message.printed
    case .success(let envelopes as [Envelope]):
      envelopes.isEmpty ? "nothing" : envelopes.map(\.message.printed).joined(separator: " | ")
    case .success(let value as Bool): "\(value)"
    case .success(let value as Int): "\(value)"
    case .success(is Envelope?): "nil"
    default: nil
    }
  }
}
