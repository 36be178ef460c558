internal import CInprocCore
internal import CInprocPlatform

// Where senders run on another core and one array comes again and again, an object stands in for it:
// `inproc_proxy.h`. Nothing of that shows but in the time it takes, and in when the array is
// freed: it is kept until another one has come, until a receive has found nothing and waits or gives
// up, until the queue was drained, or the receiver is released.

extension MessageQueue {
  private enum ProxyTuning {
    /// So many messages in a row show the same array.
    static let sample = 8
    /// So many show something else.
    static let mostMisses: UInt32 = 32
    /// So many references are counted at once.
    static let credit: UInt32 = 4096
    /// At the ends of so many blocks in a row more messages had been sent meanwhile: another core is
    /// at work. Where senders share the receiver's they stand still while it receives.
    static let growths: UInt32 = 3
  }

  /// Lets an object stand in, if the messages that are there say that it is worthwhile. For who has
  /// seen them come from another core.
  @inline(never)
  func installProxyIfWorthwhile() {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    installProxyIfRepeated()
  }

  /// At the end of a block: where the receiver does not catch up, nothing else shows that senders
  /// run on another core. In a shorter queue than a stint it does. Under the receivers' lock.
  func noteGrowth() {
    if limit < Int(INPROC_YIELD_QUANTUM) { return }
    let tail = inproc_load(&cQueue.pointee.tail)
    cQueue.pointee.growths = tail == cQueue.pointee.tail_before ? 0 : cQueue.pointee.growths + 1
    cQueue.pointee.tail_before = tail
    if cQueue.pointee.growths < ProxyTuning.growths { return }
    cQueue.pointee.growths = 0
    installProxyIfRepeated()
  }

  /// Gives back what was kept. For who is about to wait, or to give up.
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

  /// The array that the message in a slot shows.
  private func array(in slot: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard let layout = ArrayProxyLayout.current,
      slot.load(fromByteOffset: Int(INPROC_SLOT) - 1, as: UInt8.self) == layout.arrayTag
    else { return nil }
    return slot.load(as: UnsafeMutableRawPointer?.self)
  }

  private func installProxyIfRepeated() {
    // Nobody changes messages for who is told of each, nor under a schedule.
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

  /// Changes the message in a slot that is about to be taken.
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

  /// Gives back the array's references, and counts new ones of the object.
  private func settle(_ proxy: UnsafeMutablePointer<inproc_proxy>) {
    swift_release_n(proxy.pointee.array, proxy.pointee.debt)
    proxy.pointee.debt = 0
    swift_retain_n(proxy.pointee.object, ProxyTuning.credit - proxy.pointee.credit)
    proxy.pointee.credit = ProxyTuning.credit
  }

  /// Gives back what was kept, where an object stands in.
  func releaseProxy() {
    guard inproc_has_proxy(cQueue), let proxy = cQueue.pointee.proxy else { return }
    inproc_mask_receivers(cQueue, INPROC_HAS_PROXY, false)
    if proxy.pointee.debt > 0 { swift_release_n(proxy.pointee.array, proxy.pointee.debt) }
    swift_release_n(proxy.pointee.object, proxy.pointee.credit + 1)
  }
}
