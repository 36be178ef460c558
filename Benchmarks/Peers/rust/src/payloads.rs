//! What is sent.

use bytes::Bytes;
use std::sync::Arc;

pub trait Payload: Send + Sized + 'static {
    /// What a sender makes its messages from.
    type Source;
    fn source() -> Self::Source;
    fn make(source: &Self::Source, number: usize) -> Self;
    /// Something of its content, so that reading it is no dead code.
    fn look(&self) -> usize;
}

/// One counted buffer of `SIZE` bytes that all messages share. `Arc<[u8]>`, since channels carry it
/// faster than the larger `Bytes`.
pub struct Shared<const SIZE: usize>(Arc<[u8]>);
impl<const SIZE: usize> Payload for Shared<SIZE> {
    type Source = Arc<[u8]>;
    fn source() -> Arc<[u8]> { vec![7u8; SIZE].into() }
    fn make(source: &Arc<[u8]>, _: usize) -> Self { Shared(source.clone()) }
    fn look(&self) -> usize { self.0.len() }
}

/// A counted buffer of 64 bytes of its own.
pub struct Fresh(Arc<[u8]>);
impl Payload for Fresh {
    type Source = [u8; 64];
    fn source() -> [u8; 64] { [7; 64] }
    fn make(source: &[u8; 64], _: usize) -> Self { Fresh(source[..].into()) }
    fn look(&self) -> usize { self.0.len() }
}

/// A frame as Rust programs have it, for vectors of them.
pub struct SharedFrame(Bytes);
impl Payload for SharedFrame {
    type Source = Bytes;
    fn source() -> Bytes { Bytes::from(vec![7u8; 64]).slice(..) }
    fn make(source: &Bytes, _: usize) -> Self { SharedFrame(source.clone()) }
    fn look(&self) -> usize { self.0.len() }
}

/// The same, with 64 bytes of its own.
pub struct FreshFrame(Bytes);
impl Payload for FreshFrame {
    type Source = [u8; 64];
    fn source() -> [u8; 64] { [7; 64] }
    fn make(source: &[u8; 64], _: usize) -> Self { FreshFrame(Bytes::copy_from_slice(source)) }
    fn look(&self) -> usize { self.0.len() }
}

/// A bare integer.
pub struct Word(u64);
impl Payload for Word {
    type Source = ();
    fn source() {}
    fn make(_: &(), number: usize) -> Self { Word(number as u64) }
    fn look(&self) -> usize { self.0 as usize }
}

/// A value of 40 bytes.
pub struct Value(u64, [u64; 4]);
impl Payload for Value {
    type Source = ();
    fn source() {}
    fn make(_: &(), number: usize) -> Self { Value(number as u64, [1, 2, 3, 4]) }
    fn look(&self) -> usize { self.0 as usize + self.1[3] as usize }
}

/// A vector of `COUNT` of them.
pub struct Frames<P, const COUNT: usize>(Vec<P>);
impl<P: Payload, const COUNT: usize> Payload for Frames<P, COUNT> {
    type Source = P::Source;
    fn source() -> P::Source { P::source() }
    fn make(source: &P::Source, number: usize) -> Self {
        let mut frames = Vec::with_capacity(COUNT);
        for _ in 0..COUNT { frames.push(P::make(source, number)) }
        Frames(frames)
    }
    fn look(&self) -> usize { self.0[0].look() + self.0.len() }
}
