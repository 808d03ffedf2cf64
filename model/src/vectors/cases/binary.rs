//! The binary form of values.

use super::values::{self, Named};
use crate::vectors::described::Described;
use crate::vectors::file::File;
use crate::vectors::hex::Bytes;
use crate::vectors::kinds::{Binary, BinaryRefused, ReadAs};
use crate::vectors::sheet::{Sheet, meant};
use keyholder_core::codec::binary;

const ABOUT: &str = "A value and its bytes. Writing the value gives the bytes, reading the bytes gives the value.";

pub(super) fn numbers() -> Result<File, String> {
    both("binary-numbers.json", values::numbers())
}

pub(super) fn strings() -> Result<File, String> {
    both("binary-strings.json", values::strings())
}

pub(super) fn tables() -> Result<File, String> {
    both("binary-tables.json", values::tables())
}

pub(super) fn roblox() -> Result<File, String> {
    both("binary-roblox.json", values::roblox())
}

fn both(name: &'static str, values: Vec<Named>) -> Result<File, String> {
    let mut sheet = Sheet::new(name, "binary", ABOUT, []);
    for it in values {
        let mut bytes = Vec::new();
        binary::write(&it.value, &mut bytes);
        let described = Described::of(&it.value)?;
        let case = Binary { value: described.clone(), bytes: Bytes(bytes) };
        sheet.add(&format!("binary-{}", it.name), it.tells, case, |case| meant(&case.value, &described));
    }
    sheet.file()
}

/// Name, bytes in hex, and why they are refused.
const REFUSED: &[(&str, &str, &str)] = &[
    ("empty", "", "ended"),
    ("version-0", "00c0", "version"),
    ("version-2", "02c0", "version"),
    ("version-alone", "01", "ended"),
    ("unknown-tag-cc", "01cc", "unknown_tag"),
    ("unknown-tag-cf", "01cf", "unknown_tag"),
    ("unknown-tag-ec", "01ec", "unknown_tag"),
    ("unknown-tag-ff", "01ff", "unknown_tag"),
    ("two-values", "01c0c0", "trailing_bytes"),
    ("string-cut", "014261", "ended"),
    ("string-long-cut", "01c63061", "ended"),
    ("string-of-four-gigabytes", "01c6ffffffff0f", "ended"),
    ("string-of-all-bits", "01c6ffffffffffffffffff01", "ended"),
    ("string-long-that-is-short", "01c60161", "not_shortest"),
    (
        "string-long-of-47",
        "01c62f6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161",
        "not_shortest",
    ),
    ("length-padded", "01c6b0800061", "not_shortest"),
    ("integer-that-fits-the-tag", "01c300", "not_shortest"),
    ("integer-63", "01c37e", "not_shortest"),
    ("integer-padded", "01c3808100", "not_shortest"),
    ("integer-cut", "01c380", "ended"),
    ("integer-beyond-53-bits", "01c382808080808080 20", "out_of_range"),
    ("integer-beyond-64-bits", "01c3ffffffffffffffffff03", "out_of_range"),
    ("integer-of-all-bits", "01c3ffffffffffffffffff01", "out_of_range"),
    ("integer-of-eleven-bytes", "01c38080808080808080808001", "out_of_range"),
    ("single-cut", "01c40000", "ended"),
    ("single-one", "01c40000803f", "not_shortest"),
    ("single-nan", "01c40000c07f", "not_shortest"),
    ("single-zero", "01c400000000", "not_shortest"),
    ("double-cut", "01c50000", "ended"),
    ("double-one", "01c5000000000000f03f", "not_shortest"),
    ("double-half", "01c5000000000000e03f", "not_shortest"),
    ("double-minus-zero", "01c50000000000000080", "not_shortest"),
    ("double-infinity", "01c5000000000000f07f", "not_shortest"),
    ("array-cut", "017201", "ended"),
    ("array-promises-too-much", "017501", "ended"),
    ("array-long-of-15", "01c70f000000000000000000000000000000", "not_shortest"),
    ("array-of-four-gigabytes", "01c7ffffffff0f00", "ended"),
    ("array-of-all-bits", "01c7ffffffffffffffffff0100", "ended"),
    ("array-in-array-promise-the-same-bytes", "0176740102030405060708", "ended"),
    ("array-33-deep", "0171717171717171717171717171717171717171717171717171717171717171717100", "too_deep"),
    ("map-without-keys-as-new", "01c900", "not_shortest"),
    ("map-keys-descend", "01c9020162016101 01", "key_order"),
    ("map-key-twice", "01c902016101610101", "key_order"),
    ("map-key-cut", "01c9010561", "ended"),
    ("map-keys-of-four-gigabytes", "01c9ffffffff0f0161", "ended"),
    ("map-value-nil", "01c9010161c0", "nil_in_map"),
    ("map-value-nil-of-a-known-list", "0172c90101610180c0", "nil_in_map"),
    ("map-list-behind-the-last", "0172c9010161018101", "unknown_keys"),
    ("array-empty-33-deep", "01717171717171717171717171717171717171717171717171717171717171717170", "too_deep"),
    ("map-empty-33-deep", "017171717171717171717171717171717171717171717171717171717171717171c8", "too_deep"),
    ("map-33-deep", "01c901016b808080808080808080808080808080808080808080808080808080808080808001", "too_deep"),
    ("map-value-cut", "01c9010161", "ended"),
    ("map-list-that-has-not-been", "018001", "unknown_keys"),
    ("map-later-list-that-has-not-been", "01ca40", "unknown_keys"),
    ("map-later-list-that-fits-the-tag", "0172c90101610 1ca0001", "not_shortest"),
    ("map-list-written-twice", "0172c901016101c901016101", "known_keys"),
    ("buffer-cut", "01cb0300", "ended"),
    ("buffer-of-four-gigabytes", "01cbffffffff0f", "ended"),
    ("buffer-length-padded", "01cb8000", "not_shortest"),
    ("vector3-cut", "01d20000803f", "ended"),
    ("enumitem-text-cut", "01e30001000008", "ended"),
    ("enumitem-no-utf8", "01e30000000001ff", "not_utf8"),
    ("tweeninfo-neither-true-nor-false", "01e4000000000000000000000200000000", "bad_payload"),
    ("tweeninfo-bad-flag", "01e4000000000000000000000000000200000000", "trailing_bytes"),
    ("content-neither-there-nor-not", "01ea0200", "bad_payload"),
    ("content-neither-there-nor-not-with-text", "01ea020161", "bad_payload"),
    ("content-no-utf8", "01ea0101ff", "not_utf8"),
    ("colorsequence-of-four-gigabytes", "01d6ffffffff0f", "ended"),
    ("opaque-of-a-known-kind", "01eb127633414143415077414149 4d444e7a4d7739", "known_kind"),
    ("opaque-of-a-known-kind-cut", "01eb057633414141", "known_kind"),
    ("opaque-of-content", "01eb02636f", "known_kind"),
    ("opaque-of-no-content", "01eb02636e", "known_kind"),
    ("opaque-of-a-number", "01eb026e75", "known_kind"),
    ("opaque-of-bytes", "01eb027362", "known_kind"),
    ("opaque-of-a-buffer", "01eb026275", "known_kind"),
    ("opaque-with-the-sign", "01eb022461", "known_kind"),
    ("opaque-no-utf8", "01eb01ff", "not_utf8"),
];

pub(super) fn refused() -> Result<File, String> {
    let about = "Bytes of no value, with the offset at which this code refuses them, and why. A port refuses them, and never \
                 reserves memory for more than the bytes that are left could hold; where and why are its own.";
    let mut sheet = Sheet::new("binary-refused.json", "binary-refused", about, []);
    for (name, bytes, why) in REFUSED {
        let case = refusal(ReadAs::Value, bytes, why)?;
        sheet.add(&format!("binary-refused-{name}"), "DIA-11 R39", case, |case| meant(case.why.as_str(), *why));
    }
    sheet.file()
}

/// Bytes that are refused for this reason, with spaces between them.
pub(super) fn refusal(read_as: ReadAs, bytes: &str, why: &str) -> Result<BinaryRefused, String> {
    let bytes = Bytes::try_from(bytes.replace(' ', "")).map_err(|mistake| format!("{bytes}: {mistake}"))?;
    Ok(BinaryRefused { read_as, bytes, at: 0, why: why.to_owned() })
}
