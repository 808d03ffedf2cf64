//! Bytes and identifiers as strings of lowercase hex digits.

use keyholder_core::json;
use serde::{Deserialize, Serialize};

/// Bytes, two digits each.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        bytes
            .0
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|it| char::from_digit(it.into(), 16))
            .collect()
    }
}

impl TryFrom<String> for Bytes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digit = |it: &u8| match it {
            b'0'..=b'9' => Ok(it - b'0'),
            b'a'..=b'f' => Ok(it - b'a' + 10),
            _ => Err("a byte that is no lowercase hex digit".to_owned()),
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err("an odd number of hex digits".to_owned());
        };
        pairs.iter().map(|[high, low]| Ok(digit(high)? << 4 | digit(low)?)).collect::<Result<_, _>>().map(Self)
    }
}

/// 64 bits, 16 digits, the highest first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Hex64(pub(super) u64);

impl From<Hex64> for String {
    fn from(hex: Hex64) -> Self {
        format!("{:016x}", hex.0)
    }
}

impl TryFrom<String> for Hex64 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        json::parse_hex64(&text).map(Self).ok_or_else(|| "not 16 lowercase hex digits".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Hex64};

    #[test]
    fn bytes_are_pairs_of_lowercase_digits() {
        let bytes = Bytes((0..=255).collect());
        let text = String::from(bytes.clone());
        assert!(text.starts_with("000102") && text.ends_with("fdfeff"));
        assert_eq!(Bytes::try_from(text), Ok(bytes));
        for wrong in ["0", "0A", "0g", "000"] {
            assert!(Bytes::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert_eq!(String::from(Hex64(255)), "00000000000000ff");
        assert!(Hex64::try_from("ff".to_owned()).is_err());
    }
}
