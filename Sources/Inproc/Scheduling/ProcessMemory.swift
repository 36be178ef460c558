internal import CInprocPlatform

/// The memory of the process and of the machine, in bytes; nil if the system does not tell.
package enum ProcessMemory {
  /// The resident set of the process. Reading it takes one or two microseconds.
  package static var resident: Int? { known(inproc_resident_bytes()) }

  /// The memory of the machine.
  package static var machine: Int? { known(inproc_machine_bytes()) }

  /// Asks the allocator to return unused memory to the system.
  package static func giveBack() { inproc_give_back_memory() }

  private static func known(_ bytes: Int64) -> Int? { bytes < 0 ? nil : Int(bytes) }
}
