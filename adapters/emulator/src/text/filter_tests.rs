use super::{Items, Logs, Moments, Prefix, Values};
use crate::text::sort::SortKey;

#[test]
fn ids_are_filtered_by_their_beginning() {
    assert_eq!(Prefix::parse("id.startsWith(\"foo\")"), Ok(Prefix("foo".into())));
    assert_eq!(Prefix::parse(" id.startsWith( 'a\\'\"\\\\' ) "), Ok(Prefix("a'\"\\".into())));
    assert_eq!(Prefix::parse(""), Ok(Prefix::default()));
    for (text, at) in [
        ("id.startswith(\"a\")", 0),
        ("id.startsWith(a)", 14),
        ("id.startsWith(\"a)", 17),
        ("id.startsWith(\"a\\n\")", 17),
        ("id.startsWith(\"a\") && id.startsWith(\"b\")", 19),
    ] {
        assert_eq!(Prefix::parse(text).unwrap_err().at, at, "{text}");
    }
}

#[test]
fn revisions_are_filtered_by_moments_without_quotes() {
    let documented = "revision_create_time >= 2000-01-01T00:00:00Z && revision_create_time <= 2001-01-01T00:00:00Z";
    let read = Moments::parse(documented).unwrap();
    assert_eq!(read.to_string(), documented);
    assert_eq!(Moments::parse("revision_create_time<=2001-01-01T01:00:00+01:00").unwrap().to, read.to);
    for (text, at) in [
        ("revision_create_time > 2000-01-01T00:00:00Z", 21),
        ("revisionCreateTime >= 2000-01-01T00:00:00Z", 0),
        ("revision_create_time >= \"2000-01-01T00:00:00Z\"", 24),
        ("revision_create_time >= 2000-01-01T00:00:00Z || x", 45),
        ("revision_create_time >= 2000-01-01T00:00:00Z && ", 48),
        ("revision_create_time >= 2000-01-01T00:00:00Z && revision_create_time >= 2001-01-01T00:00:00Z", 69),
    ] {
        assert_eq!(Moments::parse(text).unwrap_err().at, at, "{text}");
    }
}

/// Documentation: Ordered data stores, filters, and the list of bad ones of an older guide.
#[test]
fn values_are_filtered_with_exactly_one_space_between_tokens() {
    assert_eq!(Values::parse("entry <= 10"), Ok(Values { min: None, max: Some(10) }));
    assert_eq!(Values::parse("entry >= 10 && entry <= 30"), Ok(Values { min: Some(10), max: Some(30) }));
    assert_eq!(Values::parse("entry >= -9223372036854775808").unwrap().min, Some(i64::MIN));
    for (text, at) in [
        ("entry<=10", 0),
        ("10 <= entry", 0),
        ("entry <= 10 && entry <= 50", 21),
        ("entry  <= 10", 6),
        ("Entry <= 10", 0),
        ("entry <= 10 ", 11),
        ("entry <= 1.5", 10),
        ("entry <= 9223372036854775808", 9),
        ("entry < 10", 6),
        (" entry <= 10", 0),
    ] {
        assert_eq!(Values::parse(text).unwrap_err().at, at, "{text}");
    }
}

#[test]
fn items_are_filtered_by_exclusive_bounds() {
    let read = Items::parse("id > \"key-001\" && id < \"key-100\"").unwrap();
    assert_eq!((read.after.as_deref(), read.before.as_deref()), (Some("key-001"), Some("key-100")));
    let read = Items::parse("sortKey > 1.5 && sortKey < 'z'").unwrap();
    assert_eq!(read.above, SortKey::number(1.5));
    assert_eq!(read.below, Some(SortKey::Text("z".into())));
    for (text, at) in [("id >= \"a\"", 4), ("id > a", 5), ("sortKey < NaN", 10), ("sortKey < inf", 10), ("key > 1", 0)]
    {
        assert_eq!(Items::parse(text).unwrap_err().at, at, "{text}");
    }
}

#[test]
fn logs_are_filtered_by_user_and_place_in_both_forms() {
    let both = Logs { user: Some(123), place: Some(456) };
    assert_eq!(Logs::parse("user == 'users/123' && place == 'places/456'"), Ok(both));
    assert_eq!(Logs::parse("\"user == 'users/123'\" && \"place == 'places/456'\""), Ok(both));
    for (text, at) in [
        ("user == 'places/1'", 8),
        ("user == '123'", 8),
        ("user == 'users/-1'", 8),
        ("user != 'users/1'", 5),
        ("user == 'users/1' && user == 'users/2'", 21),
        ("\"user == 'users/1'", 18),
    ] {
        assert_eq!(Logs::parse(text).unwrap_err().at, at, "{text}");
    }
}
