//! Rust's channels as contestants: runs what its arguments say once and prints the figures.

mod arguments;
mod channels;
mod payloads;
mod platform;
mod registry;
mod selecting;
mod shapes;

use arguments::{unsupported, Arguments};
use channels::*;
use payloads::*;

fn main() {
    let arguments = &Arguments::read();
    match arguments.text("shape") {
        "connect" | "bind" => return registry::run(arguments),
        "select" => return selecting::select(arguments),
        _ => {}
    }
    match (arguments.text("payload"), arguments.number("frames", 0)) {
        ("shared", 0) => with::<Shared<64>>(arguments),
        ("bytes", 0) => with::<SharedFrame>(arguments),
        ("shared", 1) => with::<Frames<SharedFrame, 1>>(arguments),
        ("shared", 3) => with::<Frames<SharedFrame, 3>>(arguments),
        ("large", 0) => with::<Shared<1048576>>(arguments),
        ("fresh", 0) => with::<Fresh>(arguments),
        ("fresh", 1) => with::<Frames<FreshFrame, 1>>(arguments),
        ("fresh", 3) => with::<Frames<FreshFrame, 3>>(arguments),
        ("value", 0) => with::<Value>(arguments),
        ("word", 0) => with::<Word>(arguments),
        ("word", 1) => with::<Frames<Word, 1>>(arguments),
        ("word", 3) => with::<Frames<Word, 3>>(arguments),
        _ => unsupported("payload"),
    }
}

fn with<P: Payload>(arguments: &Arguments) {
    match (arguments.text("contestant"), arguments.capacity()) {
        ("std", None) => shape::<Std, P>(arguments),
        ("std", _) => shape::<StdSync, P>(arguments),
        ("crossbeam", _) => shape::<Crossbeam, P>(arguments),
        ("flume", _) => shape::<Flume, P>(arguments),
        ("async-channel", _) => shape::<AsyncChannel, P>(arguments),
        _ => unsupported("contestant"),
    }
}

fn shape<C: Channel<P>, P: Payload>(arguments: &Arguments) {
    match arguments.text("shape") {
        "flow" => shapes::flow::<C, P>(arguments),
        "burst" => shapes::burst::<C, P>(arguments),
        "ping-pong" => shapes::ping_pong::<C, P>(arguments),
        "memory" => shapes::memory::<C, P>(arguments),
        "blocked" => shapes::blocked::<C, P>(arguments),
        _ => unsupported("shape"),
    }
}
