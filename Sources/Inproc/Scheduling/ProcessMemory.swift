internal import CInprocPlatform

/// The memory of the process and of the machine, in bytes; nil where the system does not tell.
package enum ProcessMemory {
  /// What the process holds now: its resident set. Asking takes one or two microseconds.
  package static var resident: Int? { known(inproc_resident_bytes()) }

  /// What the machine has.
  package static var machine: Int? { known(inproc_machine_bytes()) }

  /// Asks the allocator to give back to the system what is not used.
  package static func giveBack() { inproc_give_back_memory() }

  private static func known(_ bytes: Int64) -> Int? { bytes < 0 ? nil : Int(bytes) }
}
