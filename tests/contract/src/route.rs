//! Which operation a method and a path mean.
//!
//! Paths are matched as they are sent, percent-encoded: a `%2F` is part of a name, and a verb is a verb only where its
//! colon is sent as it is (documentation: OpenAPI reference, path parameters).

use percent_encoding::percent_decode_str;

/// A path with gaps: `/cloud/v2/universes/{universe_id}:publishMessage`.
#[derive(Debug)]
pub(crate) struct Template {
    segments: Vec<Segment>,
}

/// One segment: fixed text, or a gap and what follows it.
#[derive(Debug)]
enum Segment {
    Fixed(String),
    Gap { name: String, suffix: String },
}

impl Template {
    pub(crate) fn parse(path: &str) -> Template {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((name, suffix)) => Segment::Gap { name: name.to_owned(), suffix: suffix.to_owned() },
            None => Segment::Fixed(text.to_owned()),
        };
        Template { segments: path.split('/').map(segment).collect() }
    }

    /// The decoded values of the gaps, if the path is of this template.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let sent: Vec<&str> = path.split('/').collect();
        if sent.len() != self.segments.len() {
            return None;
        }
        let mut values = Vec::new();
        for (segment, text) in self.segments.iter().zip(sent) {
            match segment {
                Segment::Fixed(fixed) if fixed == text => {}
                Segment::Fixed(_) => return None,
                Segment::Gap { name, suffix } => {
                    let value = text.strip_suffix(suffix.as_str()).filter(|value| !value.is_empty())?;
                    values.push((name.as_str(), percent_decode_str(value).decode_utf8().ok()?.into_owned()));
                }
            }
        }
        Some(values)
    }

    /// How much of the template is fixed: of two that match a path, the more fixed one is meant. A key may end in what
    /// looks like a verb only where no verb is known by that name.
    pub(crate) fn fixed(&self) -> usize {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Fixed(text) => text.len(),
                Segment::Gap { suffix, .. } => suffix.len(),
            })
            .sum()
    }
}
