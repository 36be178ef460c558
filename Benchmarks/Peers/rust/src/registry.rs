//! A registry as Rust programs build it: a DashMap from names to flume's senders.

use crate::arguments::Arguments;
use crate::shapes::{print, race};
use bytes::Bytes;
use dashmap::{mapref::entry::Entry, DashMap};
use std::hint::black_box;
use std::sync::Arc;

type Message = Vec<Bytes>;

#[derive(Default)]
struct Registry { endpoints: DashMap<String, flume::Sender<Message>> }

impl Registry {
    fn name(address: &str) -> &str {
        address.strip_prefix("inproc://").filter(|name| !name.is_empty()).unwrap()
    }

    fn bind(&self, address: &str) -> flume::Receiver<Message> {
        let (tx, rx) = flume::unbounded();
        match self.endpoints.entry(Registry::name(address).to_string()) {
            Entry::Occupied(_) => panic!("in use"),
            Entry::Vacant(entry) => { entry.insert(tx); }
        }
        rx
    }

    fn connect(&self, address: &str) -> flume::Sender<Message> {
        self.endpoints.get(Registry::name(address)).unwrap().clone()
    }

    fn unbind(&self, address: &str) {
        self.endpoints.remove(Registry::name(address)).unwrap();
    }
}

pub fn run(arguments: &Arguments) {
    let registry = Arc::new(Registry::default());
    let endpoints = arguments.number("endpoints", 10) as usize;
    let names: Arc<Vec<String>> = Arc::new(
        (0..endpoints).map(|number| format!("inproc://endpoint-{}", number)).collect());
    let receivers: Vec<_> = names.iter().map(|name| registry.bind(name)).collect();
    let (threads, count) = (arguments.senders(), arguments.count());
    let binds = arguments.text("shape") == "bind";
    let seconds = race((0..threads).map(|thread| {
        let (registry, names) = (registry.clone(), names.clone());
        let core = if thread % 2 == 0 { arguments.sender_core() } else { arguments.receiver_core() };
        let body: Box<dyn FnOnce() + Send> = Box::new(move || {
            if binds {
                let own: Vec<_> =
                    (0..16).map(|number| format!("inproc://own-{}-{}", thread, number)).collect();
                for number in 0..count / threads {
                    let name = &own[number % 16];
                    black_box(registry.bind(name));
                    registry.unbind(name);
                }
            } else {
                // A step that is prime to the usual numbers of endpoints visits them all.
                let mut at = thread;
                for _ in 0..count / threads {
                    at = (at + 7919) % names.len();
                    black_box(registry.connect(&names[at]));
                }
            }
        });
        (core, body)
    }).collect());
    drop(receivers);
    print(seconds, count / threads * threads);
}
