//! Formats that JSON Schema does not know, or knows otherwise.

/// Name of the format that [`is_duration`] checks. `duration` means ISO 8601 to validators.
pub(crate) const DURATION: &str = "protobuf-duration";

/// The longest duration, in seconds (documentation: Types and formats, Duration).
const LONGEST: u64 = 315_576_000_000;

/// Whether a text is a duration as the platform has it, `"3s"` or `"1.5s"` (documentation: Types and formats, Duration).
pub(crate) fn is_duration(text: &str) -> bool {
    let Some(number) = text.strip_suffix('s') else { return false };
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && fraction.len() <= 9
        && whole.parse().is_ok_and(|seconds: u64| seconds <= LONGEST)
}

/// Whether a text is bytes in base64, padded, of the alphabet that the platform writes (documentation: Types and formats, Bytes).
pub(crate) fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && digits.bytes().all(is_digit)
}

/// The limits of an OpenAPI number format, where it has any: smallest and largest.
pub(crate) fn integer_range(format: &str) -> Option<(i64, i64)> {
    match format {
        "int32" => Some((i32::MIN.into(), i32::MAX.into())),
        "int64" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}
