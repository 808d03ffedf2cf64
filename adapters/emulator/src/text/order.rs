//! `orderBy`: one field, up or down.

use super::scan::{BadText, Scan};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which end of a list comes first.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum Direction {
    /// The smallest first.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

/// An order of lists, as an endpoint takes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Order {
    /// The only field to order by.
    pub field: &'static str,
    /// Whether a direction may stand without a field. Documented for ordered data stores of v1; clients send it to
    /// sorted maps as well.
    pub bare: bool,
}

impl Order {
    /// Ordered data stores of v2: `value`, `value desc`.
    pub const VALUE: Self = Self { field: "value", bare: false };
    /// Ordered data stores of v1: `desc` as well.
    pub const VALUE_V1: Self = Self { field: "value", bare: true };
    /// Sorted maps: `id`, `id desc`, and bare `asc` and `desc`.
    pub const ID: Self = Self { field: "id", bare: true };

    /// Reads an order; an empty one is ascending.
    ///
    /// # Errors
    /// Another field, more than one, or another word than `asc` and `desc`.
    pub fn parse(self, text: &str) -> Result<Direction, BadText> {
        let mut scan = Scan::new(text)?;
        scan.skip_spaces();
        if scan.is_done() {
            return Ok(Direction::Ascending);
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (start, first) = (scan.clone(), scan.take_while(word));
        let named = first == self.field;
        let way = if named {
            scan.skip_spaces();
            scan.take_while(word)
        } else if self.bare && !first.is_empty() {
            first
        } else {
            return Err(start.bad("the field that this list is ordered by"));
        };
        scan.skip_spaces();
        scan.end()?;
        match way {
            "" | "asc" => Ok(Direction::Ascending),
            "desc" => Ok(Direction::Descending),
            _ => Err(start.bad("`asc` or `desc` after a field")),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Order};

    #[test]
    fn an_order_is_one_known_field_and_a_direction() {
        for text in ["", "id", "id asc", "asc", " id "] {
            assert_eq!(Order::ID.parse(text), Ok(Direction::Ascending), "{text}");
        }
        for text in ["id desc", "desc", "id  desc"] {
            assert_eq!(Order::ID.parse(text), Ok(Direction::Descending), "{text}");
        }
        assert_eq!(Order::VALUE.parse("value desc"), Ok(Direction::Descending));
        assert_eq!(Order::VALUE.parse("desc").unwrap_err().at, 0, "v2 names its field");
        assert_eq!(Order::VALUE_V1.parse("desc"), Ok(Direction::Descending));
        assert_eq!(Order::ID.parse("id desc, value").unwrap_err().at, 7);
        assert!(Order::ID.parse("sortKey desc").is_err());
        assert!(Order::ID.parse(&"id ".repeat(100_000)).is_err());
    }
}
