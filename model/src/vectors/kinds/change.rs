//! Changes: their two stored forms, what they do to data, and in which order.

use super::{stored_text, words};
use crate::vectors::Case;
use crate::vectors::config::Configs;
use crate::vectors::hex::Bytes;
use keyholder_core::codec::delta;
use keyholder_core::document::{Applied, Document};
use keyholder_core::fields::Diff;
use keyholder_core::json::Limits;
use keyholder_core::tree::{Change, Schema, Tree};
use serde::{Deserialize, Serialize};

/// A change as text and as bytes; where there are two values, the change that leads from one to the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Delta {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::vectors) made_of: Option<Pair>,
    pub(in crate::vectors) change: String,
    pub(in crate::vectors) delta: Bytes,
}

/// Two data of one schema.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Pair {
    pub(in crate::vectors) config: String,
    pub(in crate::vectors) before: String,
    pub(in crate::vectors) after: String,
}

impl Case for Delta {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let read_back = delta::read(&self.delta.0, Limits::default()).map_err(|why| why.to_string())?;
        let change: Change = match &self.made_of {
            None => read("change", &self.change)?,
            Some(pair) => pair.change(configs.get(&pair.config)?.shape(), &read_back)?,
        };
        let mut bytes = Vec::new();
        delta::write(&change, &mut bytes);
        Ok(Self { made_of: self.made_of.clone(), change: stored_text::write(&read_back), delta: Bytes(bytes) })
    }
}

impl Pair {
    /// The change from one to the other, where the one that was written leads as well.
    fn change(&self, schema: &Schema, written: &Change) -> Result<Change, String> {
        let (before, after): (Tree, Tree) = (read("before", &self.before)?, read("after", &self.after)?);
        let mut tree = before.clone();
        let applied = tree.apply(schema, written);
        if (applied, &tree) != (Applied::Whole, &after) {
            return Err(format!("{} was applied: {}", words::applied(applied), stored_text::write(&tree)));
        }
        after.diff(&before, schema).map_err(|why| why.to_string())
    }
}

/// A change applied to data.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Apply {
    pub(in crate::vectors) config: String,
    pub(in crate::vectors) before: String,
    pub(in crate::vectors) change: String,
    /// `whole`, `clamped`, or why it is skipped.
    pub(in crate::vectors) outcome: String,
    pub(in crate::vectors) credit: bool,
    pub(in crate::vectors) after: String,
    /// What the data take afterwards, as the limit counts.
    pub(in crate::vectors) bytes: usize,
}

impl Case for Apply {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let schema = configs.get(&self.config)?.shape();
        let mut tree: Tree = read("before", &self.before)?;
        let change: Change = read("change", &self.change)?;
        let outcome = words::applied(tree.apply(schema, &change)).to_owned();
        let after = stored_text::write(&tree);
        // The size is kept up to date by every operation; counted anew it is the same.
        let bytes = tree.bytes(schema);
        let anew = Tree::new(tree.into_root()).bytes(schema);
        if bytes != anew {
            return Err(format!("{bytes} bytes by the operations, {anew} counted anew"));
        }
        Ok(Self { outcome, credit: Tree::is_credit(schema, &change), after, bytes, ..self.clone() })
    }
}

/// Changes in several orders.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Orders {
    pub(in crate::vectors) config: String,
    pub(in crate::vectors) before: String,
    pub(in crate::vectors) changes: Vec<String>,
    /// Which of them are credits.
    pub(in crate::vectors) credits: Vec<bool>,
    pub(in crate::vectors) orders: Vec<Order>,
}

/// One order, by the places of the changes from 0.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Order {
    pub(in crate::vectors) order: Vec<usize>,
    /// In this order.
    pub(in crate::vectors) outcomes: Vec<String>,
    pub(in crate::vectors) after: String,
}

impl Case for Orders {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let schema = configs.get(&self.config)?.shape();
        let before: Tree = read("before", &self.before)?;
        let changes = self.changes.iter().map(|it| read("change", it)).collect::<Result<Vec<Change>, _>>()?;
        let run = |Order { order, .. }: &Order| {
            let mut tree = before.clone();
            let outcome = |at: &usize| {
                let change = changes.get(*at).ok_or("an order names a change that is not there")?;
                Ok(words::applied(tree.apply(schema, change)).to_owned())
            };
            let outcomes = order.iter().map(outcome).collect::<Result<_, String>>()?;
            Ok(Order { order: order.clone(), outcomes, after: stored_text::write(&tree) })
        };
        let orders = self.orders.iter().map(run).collect::<Result<_, String>>()?;
        let credits = changes.iter().map(|change| Tree::is_credit(schema, change)).collect();
        Ok(Self { credits, orders, ..self.clone() })
    }
}

fn read<T: keyholder_core::stored::Stored>(what: &str, text: &str) -> Result<T, String> {
    stored_text::read(text).map_err(|why| format!("{what}: {why}"))
}
