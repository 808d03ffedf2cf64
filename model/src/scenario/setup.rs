//! The world of a scenario: settings that differ from those of two servers with a journal.

use crate::bounds::Bounds;
use crate::tally::{CoinBounds, Deed, Tally, TallyShape};
use crate::world::Game;
use keyholder_core::config::{BlindPolicy, Config, StealPolicy};
use keyholder_core::input::Mode;
use keyholder_core::rules::Rules;
use keyholder_core::timer::Millis;

/// What a `world` line says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    pub(super) bounds: Bounds,
    blind: BlindPolicy,
    creates: bool,
    /// The most changes without a verdict.
    log: Option<u32>,
    /// The most sources in the ledger.
    ledger: Option<usize>,
    converts: bool,
    migrates: bool,
}

impl Default for Setup {
    fn default() -> Self {
        // What the environment may do is for the checker to bound; here it does what the file says.
        let bounds = Bounds {
            steal: StealPolicy::Never,
            labels: true,
            modes: &[Mode::Exclusive, Mode::DeltaOnly, Mode::ReadOnly],
            errands: 1,
            restores: true,
            asymmetric: true,
            ..Bounds::SMALL
        };
        Self {
            bounds,
            blind: BlindPolicy::Wait,
            creates: true,
            log: None,
            ledger: None,
            converts: false,
            migrates: true,
        }
    }
}

const KEYS: &str = "servers, writers, receipts, steal, journal, journal.narrow, bus, same-name, coins, coins.max, coins.clamp, window, schema.b, \
                    compat.b, record, header, fine, blind, busy, create, log, ledger, converts, migrates";

impl Setup {
    /// Takes one `key=value`.
    pub(super) fn set(&mut self, word: &str) -> Result<(), String> {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is not key=value"))?;
        let bounds = &mut self.bounds;
        match key {
            "servers" => bounds.hosts = number(key, value, 1, 3)?,
            "writers" => bounds.senders = number(key, value, 0, 3)?,
            "steal" => {
                bounds.steal = match (value, value.split_once(':')) {
                    ("never", _) => StealPolicy::Never,
                    ("now", _) => StealPolicy::Now,
                    (_, Some(("after", window))) => StealPolicy::After(Millis(number(key, window, 1, 99_999)?)),
                    _ => return Err(format!("steal={value}: never, now, or after:MILLISECONDS")),
                };
            }
            "receipts" => bounds.receipts = flag(key, value)?,
            "journal" => bounds.journal = flag(key, value)?,
            "journal.narrow" => bounds.narrow = flag(key, value)?,
            "bus" => bounds.labels = flag(key, value)?,
            "same-name" => bounds.reboots = !flag(key, value)?,
            "coins" => bounds.coins = number(key, value, 0, 100)?,
            "coins.max" => {
                let clamps = bounds.coin_bounds.is_some_and(|it| it.clamps);
                bounds.coin_bounds = Some(CoinBounds { max: number(key, value, 0, 100)?, clamps });
            }
            "coins.clamp" => {
                let max = bounds.coin_bounds.map_or(100, |it| it.max);
                bounds.coin_bounds = Some(CoinBounds { max, clamps: flag(key, value)? });
            }
            "window" => bounds.window = Some(number(key, value, 1, 1_000)?),
            "schema.b" => bounds.mixed = number::<u8>(key, value, 1, 2)? == 2,
            "compat.b" => bounds.breaking = number::<u8>(key, value, 1, 2)? == 2,
            "record" => bounds.exists = flag(key, value)?,
            "header" => bounds.header = flag(key, value)?,
            "fine" => bounds.fine = flag(key, value)?,
            "blind" => {
                self.blind = match value {
                    "wait" => BlindPolicy::Wait,
                    "claim" => BlindPolicy::Claim,
                    _ => return Err(format!("blind={value}: wait or claim")),
                };
            }
            "busy" => {
                bounds.refuses_busy = match value {
                    "refuse" => true,
                    "wait" => false,
                    _ => return Err(format!("busy={value}: refuse or wait")),
                };
            }
            "create" => self.creates = flag(key, value)?,
            "log" => self.log = Some(number(key, value, 1, 4_096)?),
            "ledger" => self.ledger = Some(number(key, value, 2, 1_000)?),
            "converts" => self.converts = flag(key, value)?,
            "migrates" => self.migrates = flag(key, value)?,
            _ => return Err(format!("there is no setting `{key}`; there are {KEYS}")),
        }
        Ok(())
    }

    /// The world itself, under these rules.
    pub(super) fn game<R>(&self, rules: &'static R) -> Result<Game<R>, String>
    where
        R: Rules<Tally, Deed> + ?Sized,
    {
        let mut game = Game::new(rules, self.bounds);
        for config in &mut game.configs {
            let mut settings = *config.settings();
            settings.blind = self.blind;
            settings.create = self.creates;
            settings.log_max_changes = self.log.unwrap_or(settings.log_max_changes);
            if let Some(ledger) = self.ledger {
                settings.ledger_max_entries = ledger;
                settings.ledger_prune_entries = ledger - 1;
            }
            let shape = TallyShape { converts: self.converts, migrates: self.migrates, ..*config.shape() };
            *config = Config::new(settings, shape).map_err(|error| error.to_string())?;
        }
        Ok(game)
    }

    /// The setup of a world of the checker.
    pub(super) fn of<R>(game: &Game<R>) -> Self
    where
        R: Rules<Tally, Deed> + ?Sized,
    {
        let settings = game.configs[0].settings();
        let usual = game.bounds.config(1);
        let ledger = settings.ledger_max_entries;
        Self {
            bounds: game.bounds,
            blind: settings.blind,
            creates: settings.create,
            log: Some(settings.log_max_changes).filter(|log| *log != usual.settings().log_max_changes),
            ledger: Some(ledger).filter(|ledger| *ledger != usual.settings().ledger_max_entries),
            converts: game.configs[0].shape().converts,
            migrates: game.configs[0].shape().migrates,
        }
    }

    /// The `world` line: whatever is not as usual.
    pub(super) fn line(&self) -> String {
        let (bounds, usual) = (&self.bounds, Self::default());
        let mut line = format!("world servers={}", bounds.hosts);
        let mut say = |unusual: bool, words: String| {
            if unusual {
                line.push(' ');
                line += &words;
            }
        };
        say(bounds.senders > 0, format!("writers={}", bounds.senders));
        say(bounds.receipts, "receipts=yes".to_owned());
        let steal = match bounds.steal {
            StealPolicy::Never => "never".to_owned(),
            StealPolicy::Now => "now".to_owned(),
            StealPolicy::After(window) => format!("after:{}", window.0),
        };
        say(true, format!("steal={steal}"));
        say(!bounds.journal, "journal=no".to_owned());
        say(bounds.narrow, "journal.narrow=yes".to_owned());
        say(!bounds.labels, "bus=no".to_owned());
        say(!bounds.reboots, "same-name=yes".to_owned());
        say(bounds.coins != 0, format!("coins={}", bounds.coins));
        if let Some(coins) = bounds.coin_bounds {
            say(true, format!("coins.max={}", coins.max));
            say(coins.clamps, "coins.clamp=yes".to_owned());
        }
        say(bounds.window.is_some(), format!("window={}", bounds.window.unwrap_or_default()));
        say(bounds.mixed, "schema.b=2".to_owned());
        say(bounds.breaking, "compat.b=2".to_owned());
        say(bounds.exists, "record=yes".to_owned());
        say(bounds.header, "header=yes".to_owned());
        say(bounds.fine, "fine=yes".to_owned());
        say(self.blind != usual.blind, "blind=claim".to_owned());
        say(!bounds.refuses_busy, "busy=wait".to_owned());
        say(!self.creates, "create=no".to_owned());
        say(self.log.is_some(), format!("log={}", self.log.unwrap_or_default()));
        say(self.ledger.is_some(), format!("ledger={}", self.ledger.unwrap_or_default()));
        say(self.converts, "converts=yes".to_owned());
        say(!self.migrates, "migrates=no".to_owned());
        line
    }
}

fn flag(key: &str, value: &str) -> Result<bool, String> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("{key}={value}: yes or no")),
    }
}

fn number<T: TryFrom<u64>>(key: &str, value: &str, least: u64, most: u64) -> Result<T, String> {
    let wrong = || format!("{key}={value}: a number from {least} to {most}");
    let number = value.parse().ok().filter(|number| (least..=most).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(wrong)
}
