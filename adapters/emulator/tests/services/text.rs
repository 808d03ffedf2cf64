//! Laws of the parsers: what is written is read back, and no input does harm.

use keyholder_emulator::text::BadText;
use keyholder_emulator::text::filter::{Items, Logs, Moments, Prefix, Values};
use keyholder_emulator::text::mask::Mask;
use keyholder_emulator::text::order::{Direction, Order};
use keyholder_emulator::text::path::{Path, encode, split_revision};
use keyholder_emulator::text::query::Query;
use keyholder_emulator::text::sort::SortKey;
use keyholder_emulator::time::Timestamp;
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn sort_key() -> impl Strategy<Value = SortKey> {
    let number = any::<f64>().prop_filter_map("finite", SortKey::number);
    prop_oneof![number, any::<String>().prop_map(SortKey::Text)]
}

/// Texts that are nearly filters: what is wrong with them is at any place.
fn nearly() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("id"),
        Just("sortKey"),
        Just("entry"),
        Just("user"),
        Just("place"),
        Just("revision_create_time"),
        Just("id.startsWith("),
        Just("("),
        Just(")"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just(" "),
        Just("&&"),
        Just(" && "),
        Just("<="),
        Just(">= "),
        Just("=="),
        Just("1"),
        Just("-"),
        Just("2026-01-01T00:00:00Z"),
        Just("\u{e9}"),
    ];
    prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

/// Every parser refuses at a place of the text, or takes what it writes itself.
fn all_are_total(text: &str) {
    let at = |e: BadText| assert!(e.at <= text.len() && text.is_char_boundary(e.at), "{e} in {text:?}");
    let _ = Prefix::parse(text).map(|it| assert_eq!(Prefix::parse(&it.to_string()), Ok(it))).map_err(at);
    let _ = Moments::parse(text).map(|it| assert_eq!(Moments::parse(&it.to_string()), Ok(it))).map_err(at);
    let _ = Values::parse(text).map(|it| assert_eq!(Values::parse(&it.to_string()), Ok(it))).map_err(at);
    let _ = Items::parse(text).map(|it| assert_eq!(Items::parse(&it.to_string()), Ok(it))).map_err(at);
    let _ = Logs::parse(text).map(|it| assert_eq!(Logs::parse(&it.to_string()), Ok(it))).map_err(at);
    let _ = Mask::parse(text).map(|it| assert_eq!(Mask::parse(&it.to_string()), Ok(it))).map_err(at);
    for order in [Order::ID, Order::VALUE, Order::VALUE_V1] {
        let _ = order.parse(text).map_err(at);
    }
    let _ = (Path::parse(text), Query::parse(text), split_revision(text));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_taken_or_refused(text in any::<String>()) {
        all_are_total(&text);
    }

    #[test]
    fn any_text_that_is_nearly_right_is_taken_or_refused(text in nearly()) {
        all_are_total(&text);
    }

    #[test]
    fn filters_are_read_back(
        prefix in any::<String>(),
        values in any::<(Option<i64>, Option<i64>)>(),
        logs in any::<(Option<u64>, Option<u64>)>(),
        ids in any::<(Option<String>, Option<String>)>(),
        (above, below) in (prop::option::of(sort_key()), prop::option::of(sort_key())),
        (from, to) in (0..253_402_207_200_i64, 0..253_402_207_200_i64),
    ) {
        prop_assert_eq!(Prefix::parse(&Prefix(prefix.clone()).to_string()), Ok(Prefix(prefix)));
        let values = Values { min: values.0, max: values.1 };
        prop_assert_eq!(Values::parse(&values.to_string()), Ok(values));
        let logs = Logs { user: logs.0, place: logs.1 };
        prop_assert_eq!(Logs::parse(&logs.to_string()), Ok(logs));
        let items = Items { after: ids.0, before: ids.1, above, below };
        prop_assert_eq!(Items::parse(&items.to_string()), Ok(items));
        let moment = |seconds| Timestamp::from_second(seconds).ok();
        let moments = Moments { from: moment(from), to: moment(to) };
        prop_assert_eq!(Moments::parse(&moments.to_string()), Ok(moments));
    }

    #[test]
    fn masks_and_orders_are_read_back(paths in prop::collection::vec("[a-z][a-zA-Z0-9]{0,8}(\\.[a-z]{1,4}){0,3}", 1..8)) {
        let text = paths.join(",");
        prop_assert_eq!(Mask::parse(&text).unwrap().to_string(), text);
        for direction in [Direction::Ascending, Direction::Descending] {
            prop_assert_eq!(Order::VALUE.parse(&format!("value {direction}")), Ok(direction));
        }
    }

    #[test]
    fn segments_are_read_back(segments in prop::collection::vec(any::<String>(), 1..16)) {
        let path: String = segments.iter().map(|segment| format!("/{}", encode(segment))).collect();
        let read = Path::parse(&path).unwrap();
        prop_assert_eq!(read.segments, segments);
        prop_assert_eq!(read.verb, None);
    }

    #[test]
    fn a_revision_is_cut_off_at_the_last_at(key in any::<String>(), revision in "[^@]{0,20}") {
        let id = format!("{key}@{revision}");
        prop_assert_eq!(split_revision(&id).0, key);
    }
}

#[test]
fn long_texts_are_refused_at_once() {
    for piece in ["id > \"a\" && ", "(", "a,", "entry <= 1 && ", "\"", "a."] {
        all_are_total(&piece.repeat(1_000_000));
    }
    assert!(Prefix::parse(&format!("id.startsWith(\"{}\")", "x".repeat(9_000))).is_err());
}
