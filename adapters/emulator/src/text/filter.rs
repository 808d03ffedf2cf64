//! `filter`: the parts of the Common Expression Language (CEL) that each list takes.
//!
//! No list takes more than comparisons of its own fields joined by `&&`, so nothing here nests.

use super::scan::{BadText, Scan, quoted};
use super::sort::SortKey;
use crate::time::{Timestamp, parse_rfc3339};
use std::fmt;

/// How many comparisons a filter may have. The lists that take the most have two fields with two bounds each.
const MAX_COMPARISONS: usize = 8;

/// How entries and data stores are listed: those whose id begins so. Documentation: Data stores, List Data Store Entries.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Prefix(pub String);

/// How revisions are listed: those between two moments, both inclusive. Documentation: Data stores, List Data Store Entry
/// Revisions.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moments {
    /// The earliest.
    pub from: Option<Timestamp>,
    /// The latest.
    pub to: Option<Timestamp>,
}

/// How ordered data stores are listed: entries between two values, both inclusive. Documentation: Ordered data stores,
/// List Ordered Data Store Entries.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Values {
    /// The least.
    pub min: Option<i64>,
    /// The greatest.
    pub max: Option<i64>,
}

/// How sorted maps are listed: items between two ids and between two sort keys, all exclusive. Documentation: Memory
/// stores, List Memory Store Sorted Map Items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// Ids are greater than this.
    pub after: Option<String>,
    /// Ids are less than this.
    pub before: Option<String>,
    /// Sort keys are greater than this.
    pub above: Option<SortKey>,
    /// Sort keys are less than this.
    pub below: Option<SortKey>,
}

/// How logs of restrictions are listed: those of a user, of a place. Documentation: User restrictions, List User
/// Restriction Logs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Logs {
    /// The user.
    pub user: Option<u64>,
    /// The place.
    pub place: Option<u64>,
}

impl Prefix {
    /// Reads `id.startsWith("prefix")`; an empty text is every id.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut scan = Scan::new(text)?;
        scan.skip_spaces();
        if scan.is_done() {
            return Ok(Self::default());
        }
        scan.need("id.startsWith(")?;
        scan.skip_spaces();
        let prefix = scan.string()?;
        scan.skip_spaces();
        scan.need(")")?;
        scan.skip_spaces();
        scan.end()?;
        Ok(Self(prefix))
    }
}

impl Moments {
    /// Reads `revision_create_time >= <moment> && revision_create_time <= <moment>`, or one of the two; an empty text is
    /// every moment. Moments stand without quotes.
    ///
    /// # Errors
    /// Another field or comparison, the same bound twice, or no moment.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut read = Self::default();
        joined(text, |scan| {
            scan.need("revision_create_time")?;
            let bound = side(scan, "<=", ">=", &mut read.from, &mut read.to)?;
            let start = scan.clone();
            let moment = scan.take_while(|c| c.is_ascii_alphanumeric() || "+-:.".contains(c));
            *bound = Some(parse_rfc3339(moment).ok_or_else(|| start.bad("a moment as RFC 3339 has it"))?);
            Ok(())
        })?;
        Ok(read)
    }
}

impl Values {
    /// Reads `entry >= 10 && entry <= 30`, or one of the two; an empty text is every value. Exactly one space stands
    /// between any two tokens.
    ///
    /// # Errors
    /// Another field or comparison, the same bound twice, other spaces, or a number that is no 64-bit integer.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut read = Self::default();
        let mut scan = Scan::new(text)?;
        while !scan.is_done() {
            if text.len() != scan.rest().len() {
                scan.need(" && ")?;
            }
            scan.need("entry ")?;
            let bound = match () {
                () if read.max.is_none() && scan.take("<= ") => &mut read.max,
                () if read.min.is_none() && scan.take(">= ") => &mut read.min,
                () => return Err(scan.bad("`<= ` or `>= `, each at most once")),
            };
            let start = scan.clone();
            let number = scan.take_while(|c| c.is_ascii_digit() || c == '-');
            *bound = Some(number.parse().map_err(|_| start.bad("a 64-bit integer"))?);
        }
        Ok(read)
    }
}

impl Items {
    /// Reads `id > "a" && id < "b"` and the same with `sortKey`, whose bounds are strings or numbers; an empty text is
    /// every item.
    ///
    /// # Errors
    /// Another field or comparison, the same bound twice, or no string or number.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut read = Self::default();
        joined(text, |scan| {
            if scan.take("sortKey") {
                let bound = side(scan, "<", ">", &mut read.above, &mut read.below)?;
                *bound = Some(if scan.rest().starts_with(['"', '\'']) {
                    SortKey::Text(scan.string()?)
                } else {
                    let start = scan.clone();
                    let number = scan.take_while(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
                    let key = number.parse().ok().and_then(SortKey::number);
                    key.ok_or_else(|| start.bad("a string in quotes or a number"))?
                });
            } else {
                scan.need("id")?;
                let bound = side(scan, "<", ">", &mut read.after, &mut read.before)?;
                *bound = Some(scan.string()?);
            }
            Ok(())
        })?;
        Ok(read)
    }
}

impl Logs {
    /// Reads `user == 'users/1' && place == 'places/2'`, or one of the two; an empty text is every log. The documentation
    /// also puts each comparison between double quotes, and which of the two forms is taken is not established: both are.
    ///
    /// # Errors
    /// Another field or comparison, the same field twice, or no name of a user or place.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut read = Self::default();
        joined(text, |scan| {
            let wrapped = scan.take("\"");
            let (id, kind) = match () {
                () if read.user.is_none() && scan.take("user") => (&mut read.user, "users/"),
                () if read.place.is_none() && scan.take("place") => (&mut read.place, "places/"),
                () => return Err(scan.bad("`user` or `place`, each at most once")),
            };
            scan.skip_spaces();
            scan.need("==")?;
            scan.skip_spaces();
            let start = scan.clone();
            let name = scan.string()?;
            let number = name.strip_prefix(kind).and_then(id_number);
            *id = Some(number.ok_or_else(|| start.bad("'users/' or 'places/' and a number"))?);
            if wrapped { scan.need("\"") } else { Ok(()) }
        })?;
        Ok(read)
    }
}

/// The number in the name of a resource: digits alone.
fn id_number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Reads comparisons with `&&` between them.
fn joined(text: &str, mut comparison: impl FnMut(&mut Scan<'_>) -> Result<(), BadText>) -> Result<(), BadText> {
    let mut scan = Scan::new(text)?;
    scan.skip_spaces();
    for _ in 0..MAX_COMPARISONS {
        if scan.is_done() {
            return Ok(());
        }
        comparison(&mut scan)?;
        scan.skip_spaces();
        if scan.is_done() {
            return Ok(());
        }
        scan.need("&&")?;
        scan.skip_spaces();
        if scan.is_done() {
            return Err(scan.bad("a comparison after `&&`"));
        }
    }
    Err(scan.bad("the end (a filter has at most 8 comparisons)"))
}

/// Reads which bound comes next, of two that are still free.
fn side<'a, T>(
    scan: &mut Scan<'_>,
    less: &'static str,
    greater: &'static str,
    lower: &'a mut Option<T>,
    upper: &'a mut Option<T>,
) -> Result<&'a mut Option<T>, BadText> {
    scan.skip_spaces();
    let start = scan.clone();
    let bound = match () {
        () if scan.take(less) => upper,
        () if scan.take(greater) => lower,
        () => return Err(start.bad("one of the two comparisons that this list takes")),
    };
    if bound.is_some() {
        return Err(start.bad("each comparison of a field at most once"));
    }
    scan.skip_spaces();
    Ok(bound)
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id.startsWith({})", quoted(&self.0))
    }
}

impl fmt::Display for Moments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.map(|at| format!("revision_create_time >= {at}"));
        let to = self.to.map(|at| format!("revision_create_time <= {at}"));
        join(f, [from, to])
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, [self.min.map(|min| format!("entry >= {min}")), self.max.map(|max| format!("entry <= {max}"))])
    }
}

impl fmt::Display for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = |key: &SortKey| match key {
            SortKey::Text(text) => quoted(text),
            key => key.to_string(),
        };
        join(
            f,
            [
                self.after.as_ref().map(|id| format!("id > {}", quoted(id))),
                self.before.as_ref().map(|id| format!("id < {}", quoted(id))),
                self.above.as_ref().map(|key| format!("sortKey > {}", sort(key))),
                self.below.as_ref().map(|key| format!("sortKey < {}", sort(key))),
            ],
        )
    }
}

impl fmt::Display for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.map(|id| format!("user == 'users/{id}'"));
        join(f, [user, self.place.map(|id| format!("place == 'places/{id}'"))])
    }
}

fn join<const N: usize>(f: &mut fmt::Formatter<'_>, parts: [Option<String>; N]) -> fmt::Result {
    f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" && "))
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
