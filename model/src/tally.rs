//! The document of the model: a count per operation, so that a lost or doubled change is visible in the record.
//!
//! Beside the counts there are two counters that can be spent, and one register. Each schema version keeps its counts in
//! a field of its own: a migration moves them, so a change that sits in the vocabulary of another version is visible too.

use keyholder_core::config::Shaped;
use keyholder_core::document::{Applied, Document, MigrationFailed, Skip};
use keyholder_core::ids::SchemaVersion;

/// The most operations a world can number.
pub const DEEDS: u8 = 8;

/// What an operation does beside being counted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Nothing: a credit.
    Count,
    /// Earns a coin: a credit.
    Earn,
    /// Spends a coin.
    Spend,
    /// Takes a coin if there is one: a debit whose balance is checked where it is applied.
    Charge,
    /// Spends a coin for a gem, in one change.
    Trade,
    /// Spends a gem.
    SpendGem,
    /// Writes the register.
    Set,
}

/// What it does, in a few words.
impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Count => "count",
            Self::Earn => "earn a coin",
            Self::Spend => "spend a coin",
            Self::Charge => "charge a coin",
            Self::Trade => "trade a coin for a gem",
            Self::SpendGem => "spend a gem",
            Self::Set => "set the register",
        })
    }
}

/// One operation: its number in the world, what it does, and the vocabulary in which it is written.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Deed {
    /// Its number, in the order in which the world's operations were issued.
    pub id: u8,
    /// What it does.
    pub kind: Kind,
    /// 1 or 2.
    pub vocabulary: u8,
}

/// The document.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tally {
    /// Four bits an operation, by vocabulary.
    counts: [u32; 2],
    /// Coins; may be negative where the shape has no bounds, which is then a violation of P11.
    pub coins: i8,
    /// Gems.
    pub gems: i8,
    /// The last operation that wrote the register, plus one.
    pub register: u8,
}

/// What the coins of a world are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TallyShape {
    /// Coins of a fresh record.
    pub coins: i8,
    /// Bounds of the coins, checked at every application: `None` leaves it to the player to look before spending.
    pub bounds: Option<CoinBounds>,
    /// Whether a converter between the vocabularies exists.
    pub converts: bool,
    /// Whether data can be migrated to the newer vocabulary.
    pub migrates: bool,
}

/// Bounds of the coins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CoinBounds {
    /// The most coins.
    pub max: i8,
    /// Bring a result into the bounds instead of refusing the change.
    pub clamps: bool,
}

impl Tally {
    /// How often an operation was applied, in any vocabulary.
    pub fn count(&self, id: u8) -> u8 {
        self.count_in(0, id) + self.count_in(1, id)
    }

    fn count_in(&self, vocabulary: usize, id: u8) -> u8 {
        (self.counts[vocabulary] >> (4 * u32::from(id)) & 15) as u8
    }

    /// True if anything sits in this vocabulary.
    pub fn speaks(&self, vocabulary: u8) -> bool {
        self.counts[usize::from(vocabulary == 2)] != 0
    }
}

impl Shaped for TallyShape {}

impl Document<Deed> for Tally {
    type Shape = TallyShape;

    fn fresh(shape: &TallyShape, _schema: SchemaVersion) -> Self {
        Self { coins: shape.coins, ..Self::default() }
    }

    fn apply(&mut self, shape: &TallyShape, deed: &Deed) -> Applied {
        let (coins, gems) = match deed.kind {
            Kind::Count | Kind::Set => (0, 0),
            Kind::Earn => (1, 0),
            Kind::Spend | Kind::Charge => (-1, 0),
            Kind::Trade => (-1, 1),
            Kind::SpendGem => (0, -1),
        };
        if deed.kind == Kind::Charge && self.coins < 1 {
            return Applied::Skipped(Skip::BelowMinimum);
        }
        let mut applied = Applied::Whole;
        let mut after = self.coins.saturating_add(coins);
        if let Some(bounds) = shape.bounds {
            let within = after.clamp(0, bounds.max);
            if within != after {
                if !bounds.clamps {
                    let below = after < 0;
                    return Applied::Skipped(if below { Skip::BelowMinimum } else { Skip::AboveMaximum });
                }
                after = within;
                applied = Applied::Clamped;
            }
        }
        self.coins = after;
        self.gems = self.gems.saturating_add(gems);
        if deed.kind == Kind::Set {
            self.register = deed.id + 1;
        }
        let vocabulary = usize::from(deed.vocabulary == 2);
        if self.count_in(vocabulary, deed.id) < 15 {
            self.counts[vocabulary] += 1 << (4 * u32::from(deed.id));
        }
        applied
    }

    fn is_credit(_shape: &TallyShape, deed: &Deed) -> bool {
        match deed.kind {
            Kind::Count | Kind::Earn => true,
            Kind::Spend | Kind::Charge | Kind::Trade | Kind::SpendGem | Kind::Set => false,
        }
    }

    fn migrate(&mut self, shape: &TallyShape, from: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed> {
        match (from.0, to.0) {
            (1, 2) if shape.migrates => {
                for id in 0..DEEDS {
                    let moved = u32::from(self.count_in(0, id));
                    self.counts[1] += moved << (4 * u32::from(id));
                }
                self.counts[0] = 0;
                Ok(())
            }
            _ => Err(MigrationFailed::Missing(to)),
        }
    }

    fn convert(shape: &TallyShape, deed: &Deed, from: SchemaVersion, to: SchemaVersion) -> Option<Deed> {
        (shape.converts && from.0 < to.0).then_some(Deed { vocabulary: 2, ..*deed })
    }
}
