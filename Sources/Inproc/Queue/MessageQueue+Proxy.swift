internal import CInprocCore
internal import CInprocPlatform

// The array proxy: if senders run on another core and messages refer to one array again and again, the
// receivers' end replaces that array by a proxy (`inproc_proxy.h`). A user can notice that only by the
// time it takes, and by when the array is freed: it is kept until messages refer to another one, until a
// receive finds no message and waits or gives up, until the queue is drained, or the receiver is released.

extension MessageQueue {
  private enum ProxyTuning {
    /// How many messages in a row must refer to the same array before a proxy is installed.
    static let sample = 8
    /// After how many messages in a row that do not refer to the array the proxy is dropped.
    static let mostMisses: UInt32 = 32
    /// How many references of the proxy are added at once.
    static let credit: UInt32 = 4096
    /// At the ends of how many blocks in a row more messages must have been sent meanwhile. That shows that
    /// senders run on another core: on the receiver's core they do not run while it receives.
    static let growths: UInt32 = 3
  }

  /// Installs a proxy if the queued messages refer to one array. The caller has seen that they come from
  /// another core.
  @inline(never)
  func installProxyIfWorthwhile() {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    installProxyIfRepeated()
  }

  /// Called at the end of a block. If the receiver never catches up, only the growth of the queue shows that
  /// senders run on another core. In a queue shorter than a yield quantum it does catch up. Under the
  /// receivers' lock.
  func noteGrowth() {
    if limit < Int(INPROC_YIELD_QUANTUM) { return }
    let tail = inproc_load(&cQueue.pointee.tail)
    cQueue.pointee.growths = tail == cQueue.pointee.tail_before ? 0 : cQueue.pointee.growths + 1
    cQueue.pointee.tail_before = tail
    if cQueue.pointee.growths < ProxyTuning.growths { return }
    cQueue.pointee.growths = 0
    installProxyIfRepeated()
  }

  /// Drops the proxy, if there is one. Called by a receive that is about to wait or to give up.
  @inline(__always)
  func dropProxy() {
    if inproc_has_proxy(cQueue) { dropProxySlowly() }
  }

  @inline(never) private func dropProxySlowly() {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    releaseProxy()
  }

  // MARK: Under the receivers' lock

  /// The array that the message in a slot refers to.
  private func array(in slot: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard let layout = ArrayProxyLayout.current,
      slot.load(fromByteOffset: Int(INPROC_SLOT) - 1, as: UInt8.self) == layout.arrayTag
    else { return nil }
    return slot.load(as: UnsafeMutableRawPointer?.self)
  }

  private func installProxyIfRepeated() {
    // Not while receives are announced, nor under a schedule.
    if cQueue.pointee.receive_mask != 0 || count < ProxyTuning.sample { return }
    guard let first = UnsafeMutableRawPointer(cQueue.pointee.head_slot),
      let end = UnsafeMutableRawPointer(cQueue.pointee.head_end),
      end - first >= ProxyTuning.sample * Int(INPROC_SLOT), let array = array(in: first)
    else { return }
    for index in 1..<ProxyTuning.sample
    where self.array(in: first + index * Int(INPROC_SLOT)) != array { return }
    installProxy(for: array, in: first)
  }

  private func installProxy(
    for array: UnsafeMutableRawPointer, in slot: UnsafeMutableRawPointer
  ) {
    guard let layout = ArrayProxyLayout.current,
      case .one(let frame) = slot.assumingMemoryBound(to: Message.self).pointee.storage,
      case .array(let bytes, _) = frame.storage
    else { return }
    let object = Unmanaged.passRetained(ArrayProxy(bytes)).toOpaque()
    swift_retain_n(object, ProxyTuning.credit)
    let proxy = cQueue.pointee.proxy ?? .allocate(capacity: 1)
    cQueue.pointee.proxy = proxy
    proxy.initialize(
      to: inproc_proxy(
        array: array, object: object, credit: ProxyTuning.credit, debt: 0, misses: 0, streak: 0,
        candidate: nil, array_tag: layout.arrayTag, object_tag: layout.objectTag))
    inproc_mask_receivers(cQueue, INPROC_HAS_PROXY, true)
  }

  /// Replaces the array in a message that is about to be taken. Notes a message that refers to something
  /// else.
  func substitute(_ slot: UnsafeMutableRawPointer) {
    guard let proxy = cQueue.pointee.proxy, !inproc_substitute(proxy, slot) else { return }
    let array = array(in: slot)
    if array == proxy.pointee.array {
      settle(proxy)
      _ = inproc_substitute(proxy, slot)
      return
    }
    proxy.pointee.misses += 1
    if let array, array == proxy.pointee.candidate {
      proxy.pointee.streak += 1
    } else {
      proxy.pointee.candidate = array
      proxy.pointee.streak = 1
    }
    if let array, proxy.pointee.streak == ProxyTuning.sample {
      releaseProxy()
      installProxy(for: array, in: slot)
    } else if proxy.pointee.misses == ProxyTuning.mostMisses {
      releaseProxy()
    }
  }

  /// Releases the collected references of the array, and adds new ones of the proxy.
  private func settle(_ proxy: UnsafeMutablePointer<inproc_proxy>) {
    swift_release_n(proxy.pointee.array, proxy.pointee.debt)
    proxy.pointee.debt = 0
    swift_retain_n(proxy.pointee.object, ProxyTuning.credit - proxy.pointee.credit)
    proxy.pointee.credit = ProxyTuning.credit
  }

  /// Drops the proxy, if there is one.
  func releaseProxy() {
    guard inproc_has_proxy(cQueue), let proxy = cQueue.pointee.proxy else { return }
    inproc_mask_receivers(cQueue, INPROC_HAS_PROXY, false)
    if proxy.pointee.debt > 0 { swift_release_n(proxy.pointee.array, proxy.pointee.debt) }
    swift_release_n(proxy.pointee.object, proxy.pointee.credit + 1)
  }
}
