//! Envelopes as text.

use crate::BadPacked;
use keyholder_core::codec::base64;

/// The base64 of an envelope, without padding: four characters for three bytes.
pub fn to_text(packed: &[u8]) -> String {
    let mut text = Vec::new();
    base64::push(packed, &mut text);
    text.into_iter().map(char::from).collect()
}

/// The envelope of a text.
///
/// # Errors
/// It is not the text of any bytes.
pub fn from_text(text: &str) -> Result<Vec<u8>, BadPacked> {
    base64::to_vec(text.as_bytes()).ok_or(BadPacked::NotBase64)
}
