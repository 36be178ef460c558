/// What one step accesses.
package struct Footprint {
  struct Access {
    var resource: Resource
    var writes: Bool
    /// Nothing but an order that can't be the other way round: a message is received after it was
    /// sent.
    var isOrder: Bool
  }
  private(set) var accesses: [Access] = []

  package init() {}

  /// With room for that many accesses.
  init(reserving count: Int) { accesses.reserveCapacity(count) }

  var isEmpty: Bool { accesses.isEmpty }

  /// Adds an access. O(accesses so far), which are few.
  mutating func add(_ resource: Resource, writes: Bool, isOrder: Bool = false) {
    if let known = accesses.firstIndex(where: { $0.resource == resource }) {
      if writes { accesses[known].writes = true }
    } else {
      accesses.append(Access(resource: resource, writes: writes, isOrder: isOrder))
    }
  }

  mutating func add(_ other: Footprint) {
    for access in other.accesses {
      add(access.resource, writes: access.writes, isOrder: access.isOrder)
    }
  }

  /// How it depends on another step's footprint: nil if both orders give the same result.
  func dependence(on other: Footprint) -> Dependence? {
    var dependence: Dependence?
    for access in accesses {
      for its in other.accesses
      where its.resource == access.resource && (its.writes || access.writes) {
        if !access.isOrder { return .race }
        dependence = .order
      }
    }
    return dependence
  }

  enum Dependence {
    /// One can only come after the other.
    case order
    /// Either can come first.
    case race
  }

  mutating func removeAll() { accesses.removeAll(keepingCapacity: true) }
}
