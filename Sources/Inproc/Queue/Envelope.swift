/// A message on its way and, at a bidirectional endpoint, who sent it.
package struct Envelope: Sendable {
  package var message: Message
  package var origin: Origin?
}
