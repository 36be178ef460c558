internal import CEditLine

/// The context that libedit hands to its callbacks: a reference to the editor that does not keep it
/// alive.
final class Callbacks {
  unowned(unsafe) var editor: LineEditor?
}

/// Called by libedit for each character.
func nextCharacter(_ owner: UnsafeMutableRawPointer?, _ character: UnsafeMutablePointer<wchar_t>?)
  -> Int32
{
  guard let owner, let character else { return -1 }
  let callbacks = Unmanaged<Callbacks>.fromOpaque(owner).takeUnretainedValue()
  guard let editor = callbacks.editor else { return -1 }
  switch editor.nextScalar() {
  case .scalar(let scalar):
    character.pointee = wchar_t(bitPattern: scalar.value)
    return 1
  case .end: return 0
  case .giveUp: return -1
  }
}

/// Called by libedit for a key that one of ``KeyTable/functions`` is bound to.
func runFunction(_ owner: UnsafeMutableRawPointer?, _ index: Int32) -> Int32 {
  guard let owner else { return Int32(CEL_NORMAL.rawValue) }
  let callbacks = Unmanaged<Callbacks>.fromOpaque(owner).takeUnretainedValue()
  guard let editor = callbacks.editor else { return Int32(CEL_NORMAL.rawValue) }
  return Int32(KeyTable.functions[Int(index)].run(editor).rawValue)
}
