//! Bans, of an experience or of a place in it. Documentation: Cloud API v2, User restrictions.

use crate::data::{Keeper, Of, nanos};
use crate::error::ApiError;
use crate::text::filter::Logs;
use crate::time::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The longest reasons, in characters.
const MAX_PRIVATE_CHARS: usize = 1_000;
const MAX_DISPLAY_CHARS: usize = 400;

/// The longest ban with an end, in seconds.
const MAX_SECONDS: u64 = 315_576_000_000;

/// How many logs are kept; the oldest go.
const MAX_LOGS: usize = 100_000;

/// How long, and how many, idempotency keys are kept. The documentation speaks of a lifetime and does not say how long.
const KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
const MAX_KEYS: usize = 10_000;

/// What a moderator says.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Ban {
    pub(crate) active: bool,
    /// In seconds; `None` has no end.
    pub(crate) lasts: Option<u64>,
    pub(crate) private_reason: String,
    pub(crate) display_reason: String,
    pub(crate) exclude_alts: bool,
}

/// What is known of a user, and since when; as it stands in the file as well.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Restriction {
    pub(crate) ban: Ban,
    #[serde(with = "nanos")]
    pub(crate) since: Timestamp,
}

/// What holds for a user at a place or in the whole experience.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct View {
    pub(crate) user: u64,
    /// `None` if there never was one.
    pub(crate) restriction: Option<Restriction>,
    /// Whether it holds now.
    pub(crate) active: bool,
    /// Whether it is that of the experience, seen from a place.
    pub(crate) inherited: bool,
}

/// An update that was carried out; as it stands in the file as well.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Log {
    pub(crate) number: u64,
    pub(crate) user: u64,
    pub(crate) place: Option<u64>,
    pub(crate) restriction: Restriction,
    /// The idempotency key that it came with.
    key: Option<String>,
}

/// What makes a repeated update the same update.
#[derive(Clone, Debug)]
pub(crate) struct Repeat {
    pub(crate) key: String,
    pub(crate) first_sent: Option<Timestamp>,
}

/// Whom an update is about: a user at a place, or everywhere.
pub(crate) type Target = (Option<u64>, u64);

/// The bans of one experience.
#[derive(Debug, Default)]
pub(crate) struct Restrictions {
    restrictions: BTreeMap<Target, Restriction>,
    logs: VecDeque<Log>,
    logged: u64,
    answered: BTreeMap<String, Answered>,
    answered_in_order: BTreeSet<(Timestamp, String)>,
    keeper: Keeper,
}

/// What an update with a key gave.
#[derive(Debug)]
struct Answered {
    at: Timestamp,
    target: Target,
    restriction: Restriction,
}

impl Ban {
    /// The same, if the platform takes it.
    pub(crate) fn checked(self) -> Result<Self, ApiError> {
        if self.private_reason.chars().nth(MAX_PRIVATE_CHARS).is_some() {
            return Err(ApiError::invalid_argument("`privateReason` has at most 1000 characters."));
        }
        if self.display_reason.chars().nth(MAX_DISPLAY_CHARS).is_some() {
            return Err(ApiError::invalid_argument("`displayReason` has at most 400 characters."));
        }
        if self.lasts.is_some_and(|lasts| !(1..=MAX_SECONDS).contains(&lasts)) {
            return Err(ApiError::invalid_argument("`duration` is from 1s to 315576000000s."));
        }
        Ok(self)
    }
}

impl Restriction {
    fn active(&self, now: Timestamp) -> bool {
        let passed = now.duration_since(self.since).as_secs();
        let ended = self.ban.lasts.is_some_and(|lasts| u64::try_from(passed).is_ok_and(|passed| passed >= lasts));
        self.ban.active && !ended
    }
}

impl Restrictions {
    /// What holds for a user.
    pub(crate) fn view(&self, (place, user): Target, now: Timestamp) -> View {
        let own = self.restrictions.get(&(place, user));
        let of_all = self.restrictions.get(&(None, user));
        let active = |restriction: Option<&Restriction>| restriction.is_some_and(|it| it.active(now));
        let inherited = place.is_some() && !active(own) && active(of_all);
        let restriction = if inherited { of_all } else { own };
        View { user, restriction: restriction.cloned(), active: active(restriction), inherited }
    }

    /// What an update gave that has the key of this one: then there is nothing left to do.
    pub(crate) fn repeated(
        &self,
        target: Target,
        ban: &Ban,
        repeat: &Repeat,
        now: Timestamp,
    ) -> Result<Option<View>, ApiError> {
        if repeat.first_sent.is_some_and(|sent| now.duration_since(sent) > KEY_LIFETIME) {
            return Err(ApiError::invalid_argument("`idempotencyKey.firstSent` is too long ago: look before you ask."));
        }
        match self.answered.get(&repeat.key) {
            Some(known) if now.duration_since(known.at) > KEY_LIFETIME => Ok(None),
            Some(Answered { target: of, restriction, .. }) if (of, &restriction.ban) == (&target, ban) => {
                let active = restriction.active(now);
                Ok(Some(View { user: target.1, restriction: Some(restriction.clone()), active, inherited: false }))
            }
            Some(_) => Err(ApiError::invalid_argument("`idempotencyKey.key` belongs to another update.")),
            None => Ok(None),
        }
    }

    /// Replaces what is known of a user.
    pub(crate) fn update(&mut self, target: Target, ban: Ban, repeat: Option<Repeat>, now: Timestamp) -> View {
        let restriction = Restriction { ban, since: now };
        self.restrictions.insert(target, restriction.clone());
        self.logged += 1;
        let (place, user) = target;
        let key = repeat.map(|repeat| repeat.key);
        let log = Log { number: self.logged, user, place, restriction: restriction.clone(), key: key.clone() };
        // This row has all of it: what is lost is the whole update or nothing.
        self.keeper.put(|| Of::Log(log.number), &log);
        self.keeper.put(|| Of::Restriction { place, user }, &restriction);
        self.logs.push_back(log);
        if self.logs.len() > MAX_LOGS
            && let Some(oldest) = self.logs.pop_front()
        {
            self.keeper.take(|| Of::Log(oldest.number));
        }
        if let Some(key) = key {
            self.forget_keys(now);
            self.remember_key(key, target, restriction);
        }
        self.view(target, now)
    }

    fn remember_key(&mut self, key: String, target: Target, restriction: Restriction) {
        let at = restriction.since;
        self.answered_in_order.insert((at, key.clone()));
        self.answered.insert(key, Answered { at, target, restriction });
    }

    /// A page of the users about whom anything is known, by id, and whether more follow.
    pub(crate) fn list(
        &self,
        place: Option<u64>,
        after: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> (Vec<View>, bool) {
        let wanted = limit.saturating_add(1);
        let Some(first) = after.map_or(Some(0), |after| after.checked_add(1)) else { return (Vec::new(), false) };
        let users =
            |place| self.restrictions.range((place, first)..=(place, u64::MAX)).take(wanted).map(|((_, id), _)| *id);
        let users: BTreeSet<_> = users(place).chain(users(None)).collect();
        let page = users.iter().take(limit).map(|user| self.view((place, *user), now)).collect();
        (page, users.len() > limit)
    }

    /// A page of logs, the newest first, and whether more follow. Which come first on the platform is not established.
    pub(crate) fn logs(&self, filter: Logs, before: Option<u64>, limit: usize) -> (Vec<&Log>, bool) {
        let fits = |log: &&Log| {
            before.is_none_or(|before| log.number < before)
                && filter.user.is_none_or(|user| log.user == user)
                && filter.place.is_none_or(|place| log.place == Some(place))
        };
        let mut page: Vec<_> = self.logs.iter().rev().filter(fits).take(limit.saturating_add(1)).collect();
        let more = page.len() > limit;
        page.truncate(limit);
        (page, more)
    }

    fn forget_keys(&mut self, now: Timestamp) {
        let old = |at: Timestamp| now.duration_since(at) > KEY_LIFETIME;
        while self.answered_in_order.len() >= MAX_KEYS || self.answered_in_order.first().is_some_and(|(at, _)| old(*at))
        {
            let Some((_, key)) = self.answered_in_order.pop_first() else { return };
            self.answered.remove(&key);
        }
    }

    /// From here on changes are handed over.
    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = keeper;
    }

    /// Takes a row back in: restrictions come first, then logs in their order. `None` if it cannot be read, or is of another
    /// service.
    pub(crate) fn restore(&mut self, of: Of, row: &[u8]) -> Option<()> {
        match of {
            Of::Restriction { place, user } => {
                self.restrictions.insert((place, user), serde_json::from_slice(row).ok()?);
            }
            Of::Log(number) => {
                let log: Log = serde_json::from_slice(row).ok()?;
                let target = (log.place, log.user);
                // The process may have ended before the restriction's own row was written.
                self.restrictions.insert(target, log.restriction.clone());
                if let Some(key) = &log.key {
                    self.remember_key(key.clone(), target, log.restriction.clone());
                }
                self.logged = number;
                self.logs.push_back(log);
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Ban, Repeat, Restrictions, Timestamp, View};
    use crate::text::filter::Logs;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn ban(active: bool, lasts: Option<u64>) -> Ban {
        Ban { active, lasts, ..Ban::default() }
    }

    fn holds(view: &View) -> (bool, bool) {
        (view.active, view.inherited)
    }

    #[test]
    fn a_ban_of_the_experience_holds_at_its_places_and_ends() {
        let mut bans = Restrictions::default();
        let now = at(0);
        assert_eq!(holds(&bans.view((None, 7), now)), (false, false));
        bans.update((None, 7), ban(true, Some(60)), None, now);
        assert_eq!(holds(&bans.view((None, 7), at(59))), (true, false));
        assert_eq!(holds(&bans.view((Some(1), 7), at(59))), (true, true));
        assert_eq!(holds(&bans.view((Some(1), 7), at(60))), (false, false));
        bans.update((Some(1), 7), ban(true, None), None, now);
        assert_eq!(holds(&bans.view((Some(1), 7), at(0))), (true, false), "its own comes first");
        assert_eq!(holds(&bans.view((Some(2), 7), at(0))), (true, true));
        bans.update((None, 7), ban(false, None), None, at(60));
        assert_eq!(holds(&bans.view((Some(2), 7), at(60))), (false, false));
        let users = |place, after| bans.list(place, after, 9, now).0.iter().map(|view| view.user).collect::<Vec<_>>();
        assert_eq!((users(None, None), users(Some(1), None), users(Some(1), Some(7))), (vec![7], vec![7], vec![]));
        assert_eq!(bans.list(None, Some(u64::MAX), 9, now), (vec![], false));
    }

    #[test]
    fn a_repeated_update_is_known_by_its_key() {
        let mut bans = Restrictions::default();
        let key = |sent| Repeat { key: "k".into(), first_sent: Some(at(sent)) };
        let banned = ban(true, None);
        assert_eq!(bans.repeated((None, 7), &banned, &key(0), at(0)).unwrap(), None);
        let first = bans.update((None, 7), banned.clone(), Some(key(0)), at(0));
        bans.update((None, 7), ban(false, None), None, at(1));
        assert_eq!(bans.repeated((None, 7), &banned, &key(0), at(2)).unwrap(), Some(first));
        assert!(bans.repeated((None, 8), &banned, &key(0), at(2)).is_err(), "of another user");
        assert!(bans.repeated((None, 7), &ban(false, None), &key(0), at(2)).is_err(), "another update");
        let day = 24 * 60 * 60;
        assert!(bans.repeated((None, 7), &banned, &key(0), at(day + 1)).is_err(), "sent too long ago");
        assert_eq!(bans.repeated((None, 7), &banned, &key(day), at(day + 1)).unwrap(), None, "forgotten");
        bans.update((None, 7), banned, Some(key(day)), at(day + 1));
        let (logs, more) = bans.logs(Logs { user: Some(7), place: None }, None, 2);
        assert_eq!((logs.iter().map(|log| log.number).collect::<Vec<_>>(), more), (vec![3, 2], true));
        assert_eq!(bans.logs(Logs::default(), Some(2), 2).0.len(), 1);
        assert_eq!(bans.logs(Logs { user: None, place: Some(1) }, None, 2).0.len(), 0);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let reason = |private: usize, display: usize| Ban {
            private_reason: "x".repeat(private),
            display_reason: "y".repeat(display),
            ..ban(true, None)
        };
        for wrong in [reason(1_001, 0), reason(0, 401), ban(true, Some(0)), ban(true, Some(315_576_000_001))] {
            assert!(wrong.checked().is_err());
        }
        assert!(reason(1_000, 400).checked().is_ok());
    }
}
