internal import Inproc
internal import InprocExploration

extension StableHash {
  /// Adds a line that a command gave.
  mutating func add(_ line: ResultLine) {
    switch line {
    case .none: add(0)
    case .error(let error):
      add(1)
      add(error.code.rawValue)
      add(error.text)
    case .fields(let fields):
      add(2 + fields.count)
      for field in fields {
        switch field {
        case .frame(let frame): add(frame)
        case .text(let text): add(text)
        }
      }
    }
  }
}
