//! One receiver waits on many channels, one sender sends to each in turn.

use crate::arguments::{unsupported, Arguments};
use crate::payloads::{Payload, Shared};
use crate::shapes::{measured, race};
use std::hint::black_box;
use std::sync::Arc;

type Value = Shared<64>;

pub fn select(arguments: &Arguments) {
    match arguments.text("contestant") {
        "crossbeam" => crossbeam(arguments),
        "flume" => flume(arguments),
        _ => unsupported("select"),
    }
}

/// Senders twice, so that no channel is disconnected, which would be selected for ever.
fn kept<T>(senders: Vec<T>) -> (Arc<Vec<T>>, Arc<Vec<T>>) {
    let senders = Arc::new(senders);
    (senders.clone(), senders)
}

fn crossbeam(arguments: &Arguments) {
    measured(arguments.count(), |count| {
        let (txs, rxs): (Vec<_>, Vec<_>) = (0..arguments.receivers())
            .map(|_| crossbeam_channel::unbounded::<Value>()).unzip();
        let (txs, _open) = kept(txs);
        race(vec![
            (arguments.receiver_core(), Box::new(move || {
                let mut selection = crossbeam_channel::Select::new();
                for rx in &rxs { selection.recv(rx); }
                for _ in 0..count {
                    let operation = selection.select();
                    let index = operation.index();
                    black_box(operation.recv(&rxs[index]).unwrap().look());
                }
            })),
            (arguments.sender_core(), Box::new(move || {
                let source = Value::source();
                for number in 0..count {
                    txs[number % txs.len()].send(Value::make(&source, number)).ok().unwrap()
                }
            })),
        ])
    })
}

fn flume(arguments: &Arguments) {
    measured(arguments.count(), |count| {
        let (txs, rxs): (Vec<_>, Vec<_>) = (0..arguments.receivers())
            .map(|_| flume::unbounded::<Value>()).unzip();
        let (txs, _open) = kept(txs);
        race(vec![
            (arguments.receiver_core(), Box::new(move || {
                for _ in 0..count {
                    let mut selector = flume::Selector::new();
                    for rx in &rxs { selector = selector.recv(rx, |value| value.ok().unwrap()) }
                    black_box(selector.wait().look());
                }
            })),
            (arguments.sender_core(), Box::new(move || {
                let source = Value::source();
                for number in 0..count {
                    txs[number % txs.len()].send(Value::make(&source, number)).ok().unwrap()
                }
            })),
        ])
    })
}
