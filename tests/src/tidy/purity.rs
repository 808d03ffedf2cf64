//! A program for WebAssembly that calls the core, to be linked and looked at, never to be run.
//!
//! It is no module of this package: `.ci/run wasm` builds it as a package of its own which depends on the core alone.
//! What is not called is not linked, so every new entrance to the core belongs here. `black_box` keeps the optimiser
//! from knowing what goes in and from dropping what comes out.

use keyholder_core::ids::Epoch;
use std::hint::black_box;

fn main() {
    let next: fn(Epoch) -> Option<Epoch> = black_box(Epoch::next);
    black_box(next(black_box(Epoch(1))));
}
