//! The first byte of a value: its kind, and all of it or its length where that is small.

/// The integers from 0 to 63: the tag is the number.
pub(super) const SMALL: u8 = 0x00;
pub(super) const SMALL_LAST: u8 = 0x3f;

/// Strings of up to 47 bytes: their length is added to the tag.
pub(super) const TEXT: u8 = 0x40;
pub(super) const TEXT_LAST: u8 = 0x6f;

/// Arrays of up to 15 values: their number is added to the tag.
pub(super) const ARRAY: u8 = 0x70;
pub(super) const ARRAY_LAST: u8 = 0x7f;

/// Maps with one of the first 64 lists of keys: its number is added to the tag.
pub(super) const MAP: u8 = 0x80;
pub(super) const MAP_LAST: u8 = 0xbf;

pub(super) const NIL: u8 = 0xc0;
pub(super) const FALSE: u8 = 0xc1;
pub(super) const TRUE: u8 = 0xc2;

/// Other integers of up to 2^53: zigzag, then a varint.
pub(super) const INTEGER: u8 = 0xc3;

/// Other numbers that 32 bits hold exactly.
pub(super) const SINGLE: u8 = 0xc4;

/// All other numbers.
pub(super) const DOUBLE: u8 = 0xc5;

/// Longer strings: length, bytes.
pub(super) const LONG_TEXT: u8 = 0xc6;

/// Longer arrays: number of values, values.
pub(super) const LONG_ARRAY: u8 = 0xc7;

/// The map without keys.
pub(super) const EMPTY_MAP: u8 = 0xc8;

/// A map with a list of keys that has not been: number of keys, each with its length, values.
pub(super) const NEW_MAP: u8 = 0xc9;

/// A map with a list of keys beyond the first 64: its number, values.
pub(super) const LATER_MAP: u8 = 0xca;

/// A buffer: length, bytes.
pub(super) const BUFFER: u8 = 0xcb;
