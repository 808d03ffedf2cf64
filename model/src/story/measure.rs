//! How wide a text is, and where to break it. Without font files both are estimates; they err on the wide side,
//! because a box that is a little too wide is harmless and one that is too narrow is not.

/// A text that any medium can take: one line, single spaces, nothing that moves a cursor, turns the direction of
/// writing or is forbidden in XML.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(visible));
    }
    out
}

/// A character that can be shown in place of `c`, mostly `c` itself.
fn visible(c: char) -> char {
    match c {
        // Unicode has a picture for each of the old control characters; an escape stays recognisable and does no
        // harm.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        // The code points that Unicode will never assign end every plane and fill one row of the first.
        _ if u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// The width of a character in terminal columns.
pub(super) fn columns(c: char) -> i64 {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200d | 0x2060 | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The width of a character in hundredths of the font size, for a wide sans-serif font.
pub(super) fn ems(c: char) -> i64 {
    match c {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | 'i' | 'j' | 'l' | 'I' => 35,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' | '!' => 42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 100,
        '+' | '=' | '<' | '>' | '~' | '#' => 84,
        'A'..='Z' => 76,
        '!'..='~' => 64,
        _ => match columns(c) {
            0 => 0,
            1 => 84,
            _ => 110,
        },
    }
}

/// The width of a text in terminal columns.
pub(super) fn width(text: &str) -> i64 {
    text.chars().map(columns).sum()
}

/// The width of a text in pixels at a font size.
pub(super) fn pixels(text: &str, size: i64) -> i64 {
    (text.chars().map(ems).sum::<i64>() * size + 99) / 100
}

/// A text in lines of at most `limit` terminal columns.
pub(super) fn wrap(text: &str, limit: i64) -> Vec<String> {
    wrap_by(text, limit, columns)
}

/// A text in lines of at most `limit` pixels at a font size.
pub(super) fn wrap_pixels(text: &str, size: i64, limit: i64) -> Vec<String> {
    wrap_by(text, limit.saturating_mul(100) / size.max(1), ems)
}

/// Breaks at spaces, and inside a word only where the word alone is too long for a line. A limit too small for any
/// character still puts one on each line, so that nothing is dropped.
fn wrap_by(text: &str, limit: i64, unit: fn(char) -> i64) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in clean(text).split(' ').filter(|word| !word.is_empty()) {
        let needs = word.chars().map(unit).sum::<i64>();
        if !line.is_empty() && used + unit(' ') + needs > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += unit(' ');
        }
        for c in word.chars() {
            if !line.is_empty() && used + unit(c) > limit {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += unit(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
