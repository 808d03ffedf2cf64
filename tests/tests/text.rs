//! What the text of values promises in figures: no number changes, and reading takes no more memory than it says.

use cap::Cap;
use keyholder_core::codec::text::read;
use keyholder_core::json::Limits;
use keyholder_tests::numbers::{Counts, round_trips};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes of each text whose reading is watched: a bit more than a power of two, where lists that grow have most room to spare.
const TEXT: usize = (1 << 20) + 64;

/// One test, since the allocator counts for all.
#[test]
fn numbers_stay_and_memory_is_bounded() {
    let counts = round_trips(1, 500_000);
    assert_eq!(counts, Counts { numbers: 500_000, ..Counts::default() });
    // The most bytes for a byte are wanted by values of few characters, alone, in arrays and in objects, and by keys.
    let keys = |at: usize| format!("{{\"{}\":1}}", char::from_u32(0x100 + at as u32 % 0x5000).expect("a letter"));
    let worst: [(&str, &dyn Fn(usize) -> String); 14] = [
        ("numbers", &|_| "1".into()),
        ("empty strings", &|_| "\"\"".into()),
        ("empty arrays", &|_| "[]".into()),
        ("empty maps", &|_| "{}".into()),
        ("arrays of one", &|_| "[1]".into()),
        ("arrays in arrays", &|_| "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]".into()),
        ("maps of one", &|_| "{\"\":1}".into()),
        ("maps in maps", &|_| "{\"\":{\"\":{\"\":{\"\":{\"\":{\"\":1}}}}}}".into()),
        ("maps of other keys", &keys),
        ("maps of other orders", &|at| ["{\"b\":1,\"a\":1}", "{\"a\":1,\"b\":1}"][at % 2].into()),
        ("unknown tags", &|_| "\"$\"".into()),
        ("empty sequences", &|_| "\"$cs\"".into()),
        ("empty contents", &|_| "\"$co\"".into()),
        ("arrays and numbers", &|at| ["[1]", "1"][at % 2].into()),
    ];
    let mut most = 0;
    for (name, part) in worst {
        watch(name, "[", part, "]", &mut most);
        watch(name, "[", part, "", &mut most);
    }
    watch("a wide map", "{", &|at| format!("\"{at:06x}\":1"), "}", &mut most);
    println!("at most {most} bytes");
}

/// Reads a text made of parts, which may be refused, and compares with the bound that the codec states. All texts have the
/// same length, since what is known is the most that was ever allocated.
fn watch(name: &str, open: &str, part: &dyn Fn(usize) -> String, close: &str, most: &mut usize) {
    let mut text = String::with_capacity(TEXT);
    text.push_str(open);
    for at in 0.. {
        let part = part(at);
        if text.len() + part.len() + 2 > TEXT {
            break;
        }
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(&part);
    }
    text.push_str(close);
    text.extend(std::iter::repeat_n(' ', TEXT - text.len()));
    let before = ALLOCATOR.allocated();
    let value = read(&text, Limits::default());
    assert_eq!(value.is_ok(), !close.is_empty(), "{name}");
    let taken = ALLOCATOR.max_allocated() - before;
    if taken > *most {
        println!("{name}: {taken} bytes, {:.1} for each", taken as f64 / TEXT as f64);
    }
    *most = taken.max(*most);
    assert!(taken <= 48 * TEXT + (1 << 16), "{name}: {taken} bytes");
}
