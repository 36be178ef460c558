import InprocScript
import LineEditor

/// Scans text that is being typed or was pasted, line by line, for whether a block is open in it.
struct TypedText: BlockScanner {
  private var transcript = Transcript()
  /// The blocks that are open where the text is no transcript.
  private var blocks = OpenBlocks()
  private var isTranscript = false

  mutating func take(_ line: String) {
    let line = TranscriptLine(line[...])
    if line.prompt == .first { isTranscript = true }
    transcript.take(line)
    if line.kind != .report { blocks.take(line.text) }
  }

  var isComplete: Bool { isTranscript ? !transcript.isOpen : !blocks.areOpen }
  var indentation: Int { 2 * blocks.count }
  var closingIndentation: Int { 2 * max(0, blocks.count - 1) }
}
