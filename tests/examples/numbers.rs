//! Sends as many numbers as you say through the text: `cargo run --release --example numbers -- 100000000`.

use keyholder_tests::numbers::round_trips;

fn main() {
    let count = std::env::args().nth(1).map_or(Ok(1_000_000), |count| count.parse());
    let counts = round_trips(20_261_121, count.expect("a count of numbers"));
    println!("{counts:?}");
    assert_eq!((counts.changed, counts.disputed), (0, 0));
}
