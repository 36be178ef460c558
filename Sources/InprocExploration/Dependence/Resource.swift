/// Something that several threads can access. Two steps that access nothing in common, or only read
/// what they have in common, give the same result in either order.
///
/// Kept as a hash: two resources that share one only make steps depend on each other that do not.
package struct Resource: Hashable, Sendable {
  let key: UInt64

  /// Which threads there are.
  package static var threads: Resource { Resource(key: 2) }
  package static var clock: Resource { Resource(key: 3) }
  /// All there is: `list` sees it, a timer ends waits anywhere.
  package static var everything: Resource { Resource(key: 1) }

  /// An endpoint: its binding, its queue, who waits there.
  package static func endpoint(_ name: String) -> Resource { Resource(1, name) }
  /// A name in the table of handles and threads.
  package static func name(_ name: String) -> Resource { Resource(2, name) }
  /// The lowest free default name with that prefix.
  package static func counter(_ prefix: String) -> Resource { Resource(3, prefix) }
  /// A thread: that it lives, its interruption, its end.
  package static func thread(_ name: String) -> Resource { Resource(4, name) }

  private init(key: UInt64) { self.key = key }

  private init(_ kind: UInt64, _ name: String) {
    var hash = mix64(kind)
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    key = mix64(hash)
  }

  /// A variable that all threads of a session see.
  package static func variable(_ name: String) -> Resource { Resource(5, name) }
  /// A mutex: its holder, and who stands in line for it.
  package static func mutex(_ name: String) -> Resource { Resource(6, name) }

  /// A part of it, which others can access without accessing the rest.
  func part(_ number: UInt64) -> Resource { Resource(key: mix64(key &+ number)) }
}
