//! The rivals behind one trait, so that all run the same code.

use std::sync::mpsc;

pub trait Channel<T>: 'static {
    type Tx: Clone + Send + 'static;
    type Rx: Send + 'static;
    /// None: unbounded.
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx);
    fn send(to: &Self::Tx, value: T);
    fn receive(from: &Self::Rx) -> T;
    /// A second receiver, where there can be several.
    fn share(_: &Self::Rx) -> Option<Self::Rx> { None }
}

/// The standard library's, unbounded.
pub struct Std;
impl<T: Send + 'static> Channel<T> for Std {
    type Tx = mpsc::Sender<T>;
    type Rx = mpsc::Receiver<T>;
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx) {
        assert!(capacity.is_none());
        mpsc::channel()
    }
    fn send(to: &Self::Tx, value: T) { to.send(value).ok().unwrap() }
    fn receive(from: &Self::Rx) -> T { from.recv().unwrap() }
}

/// The standard library's, bounded.
pub struct StdSync;
impl<T: Send + 'static> Channel<T> for StdSync {
    type Tx = mpsc::SyncSender<T>;
    type Rx = mpsc::Receiver<T>;
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx) {
        mpsc::sync_channel(capacity.unwrap())
    }
    fn send(to: &Self::Tx, value: T) { to.send(value).ok().unwrap() }
    fn receive(from: &Self::Rx) -> T { from.recv().unwrap() }
}

pub struct Crossbeam;
impl<T: Send + 'static> Channel<T> for Crossbeam {
    type Tx = crossbeam_channel::Sender<T>;
    type Rx = crossbeam_channel::Receiver<T>;
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx) {
        capacity.map_or_else(crossbeam_channel::unbounded, crossbeam_channel::bounded)
    }
    fn send(to: &Self::Tx, value: T) { to.send(value).ok().unwrap() }
    fn receive(from: &Self::Rx) -> T { from.recv().unwrap() }
    fn share(rx: &Self::Rx) -> Option<Self::Rx> { Some(rx.clone()) }
}

pub struct Flume;
impl<T: Send + 'static> Channel<T> for Flume {
    type Tx = flume::Sender<T>;
    type Rx = flume::Receiver<T>;
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx) {
        capacity.map_or_else(flume::unbounded, flume::bounded)
    }
    fn send(to: &Self::Tx, value: T) { to.send(value).ok().unwrap() }
    fn receive(from: &Self::Rx) -> T { from.recv().unwrap() }
    fn share(rx: &Self::Rx) -> Option<Self::Rx> { Some(rx.clone()) }
}

pub struct AsyncChannel;
impl<T: Send + 'static> Channel<T> for AsyncChannel {
    type Tx = async_channel::Sender<T>;
    type Rx = async_channel::Receiver<T>;
    fn make(capacity: Option<usize>) -> (Self::Tx, Self::Rx) {
        if capacity == Some(0) { crate::arguments::unsupported("rendezvous") }
        capacity.map_or_else(async_channel::unbounded, async_channel::bounded)
    }
    fn send(to: &Self::Tx, value: T) { to.send_blocking(value).ok().unwrap() }
    fn receive(from: &Self::Rx) -> T { from.recv_blocking().unwrap() }
    fn share(rx: &Self::Rx) -> Option<Self::Rx> { Some(rx.clone()) }
}
