//! What the runner asks for: words of the form `key=value`.

use std::collections::HashMap;

pub struct Arguments(HashMap<String, String>);

impl Arguments {
    pub fn read() -> Arguments {
        let words = std::env::args().skip(1);
        Arguments(words.filter_map(|word| {
            let (key, value) = word.split_once('=')?;
            Some((key.to_string(), value.to_string()))
        }).collect())
    }

    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |value| value)
    }

    pub fn number(&self, key: &str, otherwise: i64) -> i64 {
        self.0.get(key).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
    }

    pub fn count(&self) -> usize { self.number("count", 1_000_000) as usize }
    pub fn senders(&self) -> usize { self.number("senders", 1) as usize }
    pub fn receivers(&self) -> usize { self.number("receivers", 1) as usize }
    /// The core of senders; negative: left to the kernel.
    pub fn sender_core(&self) -> i64 { self.number("sender-core", -1) }
    pub fn receiver_core(&self) -> i64 { self.number("receiver-core", -1) }

    /// None: unbounded.
    pub fn capacity(&self) -> Option<usize> {
        usize::try_from(self.number("capacity", -1)).ok()
    }
}

/// This contestant has no such thing.
pub fn unsupported(what: &str) -> ! {
    eprintln!("unsupported: {}", what);
    std::process::exit(3)
}
