//! What is done with a channel. Threads take the times themselves.

use crate::arguments::{unsupported, Arguments};
use crate::channels::Channel;
use crate::payloads::Payload;
use crate::platform::{allocated, cpu_seconds, pin};
use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

type Body = Box<dyn FnOnce() + Send>;

/// Runs threads, each on its core, from one starting line; returns the seconds from the first
/// start to the last end.
pub fn race(bodies: Vec<(i64, Body)>) -> f64 {
    let line = Arc::new(Barrier::new(bodies.len()));
    let threads: Vec<_> = bodies.into_iter().map(|(core, body)| {
        let line = line.clone();
        thread::spawn(move || {
            pin(core);
            line.wait();
            let start = Instant::now();
            body();
            (start, Instant::now())
        })
    }).collect();
    let times: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let start = times.iter().map(|time| time.0).min().unwrap();
    let end = times.iter().map(|time| time.1).max().unwrap();
    (end - start).as_secs_f64()
}

pub fn print(seconds: f64, operations: usize) {
    println!("seconds {}", seconds);
    println!("operations {}", operations);
}

/// Once for a tenth to warm up, once to measure.
pub fn measured(count: usize, run: impl Fn(usize) -> f64) {
    run(count / 10 + 1);
    print(run(count), count);
}

/// Senders send as fast as they can; each receiver takes its share.
pub fn flow<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    let (senders, receivers) = (arguments.senders(), arguments.receivers());
    let count = arguments.count() / (senders * receivers) * senders * receivers;
    let run = |count: usize| {
        let (tx, rx) = C::make(arguments.capacity());
        let mut bodies: Vec<(i64, Body)> = Vec::new();
        for _ in 1..receivers {
            let rx = C::share(&rx).unwrap_or_else(|| unsupported("several receivers"));
            bodies.push((arguments.receiver_core(), receiving::<C, P>(rx, count / receivers)));
        }
        bodies.push((arguments.receiver_core(), receiving::<C, P>(rx, count / receivers)));
        for _ in 0..senders {
            let tx = tx.clone();
            bodies.push((arguments.sender_core(), Box::new(move || {
                let source = P::source();
                for number in 0..count / senders { C::send(&tx, P::make(&source, number)) }
            })));
        }
        drop(tx);
        race(bodies)
    };
    run(senders * receivers * 1000);
    print(run(count), count);
}

fn receiving<C: Channel<P>, P: Payload>(rx: C::Rx, count: usize) -> Body {
    Box::new(move || {
        let mut sum = 0usize;
        for _ in 0..count { sum = sum.wrapping_add(C::receive(&rx).look()) }
        black_box(sum);
    })
}

/// One thread sends 1,000, then receives them.
pub fn burst<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    measured(arguments.count(), |count| {
        let (tx, rx) = C::make(None);
        race(vec![(arguments.sender_core(), Box::new(move || {
            let source = P::source();
            let mut sum = 0usize;
            for _ in 0..count / 1000 {
                for number in 0..1000 { C::send(&tx, P::make(&source, number)) }
                for _ in 0..1000 { sum = sum.wrapping_add(C::receive(&rx).look()) }
            }
            black_box(sum);
        }))])
    })
}

/// A message goes there and back.
pub fn ping_pong<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    measured(arguments.count(), |count| {
        let (there, there_end) = C::make(arguments.capacity());
        let (back, back_end) = C::make(arguments.capacity());
        race(vec![
            (arguments.receiver_core(), Box::new(move || {
                for _ in 0..count { C::send(&back, C::receive(&there_end)) }
            })),
            (arguments.sender_core(), Box::new(move || {
                let source = P::source();
                let mut sum = 0usize;
                for number in 0..count {
                    C::send(&there, P::make(&source, number));
                    sum = sum.wrapping_add(C::receive(&back_end).look());
                }
                black_box(sum);
            })),
        ])
    })
}

/// Bytes that a queued message takes beyond what it shares, and what is left of them afterwards.
pub fn memory<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    let count = arguments.count();
    let (tx, rx) = C::make(None);
    let source = P::source();
    C::send(&tx, P::make(&source, 0));
    black_box(C::receive(&rx).look());
    let before = allocated();
    for number in 0..count { C::send(&tx, P::make(&source, number)) }
    let full = allocated();
    for _ in 0..count { black_box(C::receive(&rx).look()); }
    let after = allocated();
    println!("bytes {}", full.saturating_sub(before) as f64 / count as f64);
    println!("left {}", after.saturating_sub(before) as f64 / count as f64);
}

/// The CPU time that waiting takes.
pub fn blocked<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    let (tx, rx) = C::make(None);
    let core = arguments.receiver_core();
    let thread = thread::spawn(move || {
        pin(core);
        black_box(C::receive(&rx).look());
    });
    thread::sleep(Duration::from_millis(50));
    let (before, start) = (cpu_seconds(), Instant::now());
    thread::sleep(Duration::from_millis(300));
    let (used, waited) = (cpu_seconds() - before, start.elapsed().as_secs_f64());
    C::send(&tx, P::make(&P::source(), 0));
    thread.join().unwrap();
    println!("cpu {}", used / waited);
}
