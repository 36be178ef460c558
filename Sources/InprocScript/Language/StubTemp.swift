import Inproc
extension Frame { package var printed: String { description } }
extension ResultLine { package var printed: String { { switch self { case .fields(let f): return "=> " + f.map { switch $0 { case .frame(let x): x.description; case .text(let t): t } }.joined(separator: " "); case .none: return "=> (none)"; case .error(let e): return "=! \(e.code.rawValue): \(e.text)" } }() } }
extension Expectation { package func matches(_ l: ResultLine, variables: some VariableLookup) throws(CommandError) -> Bool { true } }
