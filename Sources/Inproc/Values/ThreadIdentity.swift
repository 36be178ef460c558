internal import CInprocPlatform

/// A number that no other living thread has.
package func threadIdentity() -> UInt { UInt(inproc_thread_identity()) }
