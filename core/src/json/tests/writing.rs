//! The writer's bytes, and that the reader gets the same values from them.

use alloc::string::String;

use super::super::{Reader, Writer, hex64, hex128, parse_hex64, parse_hex128};
use super::of;

fn sample() -> String {
    let mut text = String::new();
    Writer::new(&mut text).object(|fields| {
        fields.field("epoch").u32(u32::MAX);
        fields.field("nonce").hex64(0x0123_4567_89ab_cdef);
        fields.field("receipt").hex128([0xa0; 16]);
        fields.field("total").u64(u64::MAX);
        fields.field("delta").i64(i64::MIN);
        fields.field("lease").null_or(None::<u32>, |value, place| place.u32(value));
        fields.field("lock").null_or(Some(1), |value, place| place.u32(value));
        fields.field("open").bool(false);
        fields.field("list").array(|elements| {
            elements.element().string("a\"\\\u{1}\u{1f}\n\r\t\u{7f}é/");
            elements.element().object(|_| ());
            elements.element().array(|_| ());
        });
        fields.field("kept").raw("{ \"x\" : 1.0 }");
    });
    text
}

#[test]
fn the_bytes_are_these() {
    let expected = concat!(
        r#"{"epoch":4294967295,"nonce":"0123456789abcdef","receipt":"a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0","#,
        r#""total":18446744073709551615,"delta":-9223372036854775808,"lease":null,"lock":1,"open":false,"#,
        r#""list":["a\"\\\u0001\u001f\n\r\t"#,
        "\u{7f}é/",
        r#"",{},[]],"kept":{ "x" : 1.0 }}"#,
    );
    assert_eq!(sample(), expected);
    assert_eq!(sample(), sample());
}

#[test]
fn what_is_written_is_read() {
    let text = sample();
    let mut seen = 0;
    let read = of(&text, |reader| {
        reader.object(|key, reader| {
            seen += 1;
            match &*key {
                "epoch" => assert_eq!(reader.u32()?, u32::MAX),
                "nonce" => assert_eq!(reader.hex64()?, 0x0123_4567_89ab_cdef),
                "receipt" => assert_eq!(reader.hex128()?, [0xa0; 16]),
                "total" => assert_eq!(reader.u64()?, u64::MAX),
                "delta" => assert_eq!(reader.i64()?, i64::MIN),
                "lease" => assert_eq!(reader.null_or(Reader::u32)?, None),
                "lock" => assert_eq!(reader.null_or(Reader::u32)?, Some(1)),
                "open" => assert!(!reader.bool()?),
                "list" => super::walk(reader, &mut alloc::vec![])?,
                "kept" => assert_eq!(reader.raw()?, "{ \"x\" : 1.0 }"),
                _ => return Err(reader.refuse("a field of the sample")),
            }
            Ok(())
        })
    });
    assert_eq!((read, seen), (Ok(()), 10));
}

#[test]
fn the_writer_appends_and_passes_results_on() {
    let mut text = String::from("prefix ");
    let result: Result<(), u8> = Writer::new(&mut text).object(|fields| {
        fields.field("a").null();
        Err(7)
    });
    assert_eq!((result, &*text), (Err(7), "prefix {\"a\":null}"));
}

#[test]
fn identifiers_come_back_and_sort_as_numbers_do() {
    let mut last = String::new();
    for id in [0, 1, 15, 16, 255, u64::from(u32::MAX), 1 << 53, (1 << 53) + 1, u64::MAX] {
        let digits = hex64(id);
        assert_eq!((digits.len(), parse_hex64(&digits)), (16, Some(id)));
        assert!(digits > last);
        last = digits;
    }
    let id = core::array::from_fn(|index| (index as u8) * 17);
    assert_eq!(hex128(id), "00112233445566778899aabbccddeeff");
    assert_eq!(parse_hex128(&hex128(id)), Some(id));
}
