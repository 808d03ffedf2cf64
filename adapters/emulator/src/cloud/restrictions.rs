//! Bans, of an experience or of a place in it. Documentation: Cloud API v2, User restrictions.

use super::window::{MINUTE, Window};
use crate::error::ApiError;
use crate::text::filter::Logs;
use crate::time::Timestamp;
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The longest reasons, in characters.
const MAX_PRIVATE_CHARS: usize = 1_000;
const MAX_DISPLAY_CHARS: usize = 400;

/// The longest ban with an end, in seconds.
const MAX_SECONDS: u64 = 315_576_000_000;

/// How many reads and updates there are in a second, and how many updates of one user in a minute.
const READS: u64 = 50;
const UPDATES: u64 = 10;
const UPDATES_OF_USER: u64 = 2;
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How many logs are kept; the oldest go.
const MAX_LOGS: usize = 100_000;

/// How long, and how many, idempotency keys are kept. The documentation speaks of a lifetime and does not say how long.
const KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
const MAX_KEYS: usize = 10_000;

/// What a moderator says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Ban {
    pub(crate) active: bool,
    /// In seconds; `None` has no end.
    pub(crate) lasts: Option<u64>,
    pub(crate) private_reason: String,
    pub(crate) display_reason: String,
    pub(crate) exclude_alts: bool,
}

/// What is known of a user, and since when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Restriction {
    pub(crate) ban: Ban,
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

/// An update that was carried out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Log {
    pub(crate) number: u64,
    pub(crate) user: u64,
    pub(crate) place: Option<u64>,
    pub(crate) restriction: Restriction,
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
    answered: BTreeMap<String, (Target, Restriction)>,
    answered_in_order: VecDeque<(Timestamp, String)>,
    reads: Window,
    updates: Window,
    updates_of_users: BTreeMap<u64, Window>,
}

impl Restriction {
    fn active(&self, now: Timestamp) -> bool {
        let passed = now.duration_since(self.since).as_secs();
        let ended = self.ban.lasts.is_some_and(|lasts| u64::try_from(passed).is_ok_and(|passed| passed >= lasts));
        self.ban.active && !ended
    }
}

impl Restrictions {
    /// Charges a request that reads.
    pub(crate) fn charge_read(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let fits = self.reads.take(1, READS, SECOND, now);
        if fits { Ok(()) } else { Err(ApiError::exhausted("An experience has 50 reads of restrictions a second.")) }
    }

    /// Charges an update.
    pub(crate) fn charge_update(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let fits = self.updates.take(1, UPDATES, SECOND, now);
        if fits { Ok(()) } else { Err(ApiError::exhausted("An experience has 10 updates of restrictions a second.")) }
    }

    /// What holds for a user.
    pub(crate) fn view(&self, (place, user): Target, now: Timestamp) -> View {
        let own = self.restrictions.get(&(place, user));
        let of_all = self.restrictions.get(&(None, user));
        let active = |restriction: Option<&Restriction>| restriction.is_some_and(|it| it.active(now));
        let inherited = place.is_some() && !active(own) && active(of_all);
        let restriction = if inherited { of_all } else { own };
        View { user, restriction: restriction.cloned(), active: active(restriction), inherited }
    }

    /// Replaces what is known of a user. With the key of an update from before, it gives what that one gave and does
    /// nothing. `limited` says whether a user is updated as often only as the platform allows.
    pub(crate) fn update(
        &mut self,
        target: Target,
        ban: Ban,
        repeat: Option<Repeat>,
        limited: bool,
        now: Timestamp,
    ) -> Result<View, ApiError> {
        check(&ban)?;
        self.forget_keys(now);
        if let Some(repeat) = &repeat {
            if repeat.first_sent.is_some_and(|sent| now.duration_since(sent) > KEY_LIFETIME) {
                return Err(ApiError::invalid_argument(
                    "`idempotencyKey.firstSent` is too long ago: look before you ask.",
                ));
            }
            if let Some((of, restriction)) = self.answered.get(&repeat.key) {
                if (of, &restriction.ban) != (&target, &ban) {
                    return Err(ApiError::invalid_argument("`idempotencyKey.key` belongs to another update."));
                }
                let active = restriction.active(now);
                let restriction = Some(restriction.clone());
                return Ok(View { user: target.1, restriction, active, inherited: false });
            }
        }
        if limited {
            self.charge_user(target.1, now)?;
        }
        let restriction = Restriction { ban, since: now };
        self.restrictions.insert(target, restriction.clone());
        self.logged += 1;
        let (place, user) = target;
        self.logs.push_back(Log { number: self.logged, user, place, restriction: restriction.clone() });
        if self.logs.len() > MAX_LOGS {
            self.logs.pop_front();
        }
        if let Some(Repeat { key, .. }) = repeat {
            self.answered_in_order.push_back((now, key.clone()));
            self.answered.insert(key, (target, restriction));
        }
        Ok(self.view(target, now))
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

    fn charge_user(&mut self, user: u64, now: Timestamp) -> Result<(), ApiError> {
        self.updates_of_users.retain(|_, window| !window.is_over(MINUTE, now));
        let fits = self.updates_of_users.entry(user).or_default().take(1, UPDATES_OF_USER, MINUTE, now);
        if fits { Ok(()) } else { Err(ApiError::exhausted("A user has 2 updates of restrictions a minute.")) }
    }

    fn forget_keys(&mut self, now: Timestamp) {
        let old = |at: Timestamp| now.duration_since(at) > KEY_LIFETIME;
        while self.answered_in_order.len() >= MAX_KEYS || self.answered_in_order.front().is_some_and(|(at, _)| old(*at))
        {
            let Some((_, key)) = self.answered_in_order.pop_front() else { return };
            self.answered.remove(&key);
        }
    }
}

fn check(ban: &Ban) -> Result<(), ApiError> {
    if ban.private_reason.chars().nth(MAX_PRIVATE_CHARS).is_some() {
        return Err(ApiError::invalid_argument("`privateReason` has at most 1000 characters."));
    }
    if ban.display_reason.chars().nth(MAX_DISPLAY_CHARS).is_some() {
        return Err(ApiError::invalid_argument("`displayReason` has at most 400 characters."));
    }
    if ban.lasts.is_some_and(|lasts| !(1..=MAX_SECONDS).contains(&lasts)) {
        return Err(ApiError::invalid_argument("`duration` is from 1s to 315576000000s."));
    }
    Ok(())
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
        bans.update((None, 7), ban(true, Some(60)), None, true, now).unwrap();
        assert_eq!(holds(&bans.view((None, 7), at(59))), (true, false));
        assert_eq!(holds(&bans.view((Some(1), 7), at(59))), (true, true));
        assert_eq!(holds(&bans.view((Some(1), 7), at(60))), (false, false));
        bans.update((Some(1), 7), ban(true, None), None, true, now).unwrap();
        assert_eq!(holds(&bans.view((Some(1), 7), at(0))), (true, false), "its own comes first");
        assert_eq!(holds(&bans.view((Some(2), 7), at(0))), (true, true));
        assert!(bans.update((None, 7), ban(false, None), None, true, at(59)).is_err(), "the third in a minute");
        bans.update((None, 7), ban(false, None), None, true, at(60)).unwrap();
        assert_eq!(holds(&bans.view((Some(2), 7), at(60))), (false, false));
        let users = |place, after| bans.list(place, after, 9, now).0.iter().map(|view| view.user).collect::<Vec<_>>();
        assert_eq!((users(None, None), users(Some(1), None), users(Some(1), Some(7))), (vec![7], vec![7], vec![]));
        assert_eq!(bans.list(None, Some(u64::MAX), 9, now), (vec![], false));
    }

    #[test]
    fn a_repeated_update_is_carried_out_once() {
        let mut bans = Restrictions::default();
        let key = |sent| Some(Repeat { key: "k".into(), first_sent: Some(at(sent)) });
        let first = bans.update((None, 7), ban(true, None), key(0), true, at(0)).unwrap();
        bans.update((None, 7), ban(false, None), None, true, at(1)).unwrap();
        let again = bans.update((None, 7), ban(true, None), key(0), true, at(2)).unwrap();
        assert_eq!(again, first);
        assert_eq!(holds(&bans.view((None, 7), at(2))), (false, false), "the repeat did nothing");
        assert!(bans.update((None, 8), ban(true, None), key(0), true, at(2)).is_err(), "of another user");
        let day = 24 * 60 * 60;
        assert!(bans.update((None, 7), ban(true, None), key(0), true, at(day + 1)).is_err(), "sent too long ago");
        bans.update((None, 7), ban(true, None), key(day), true, at(day + 1)).unwrap();
        let (logs, more) = bans.logs(Logs { user: Some(7), place: None }, None, 2);
        assert_eq!((logs.iter().map(|log| log.number).collect::<Vec<_>>(), more), (vec![3, 2], true));
        assert_eq!(bans.logs(Logs::default(), Some(2), 2).0.len(), 1);
        assert_eq!(bans.logs(Logs { user: None, place: Some(1) }, None, 2).0.len(), 0);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let mut bans = Restrictions::default();
        let reason = |private: usize, display: usize| Ban {
            private_reason: "x".repeat(private),
            display_reason: "y".repeat(display),
            ..ban(true, None)
        };
        for wrong in [reason(1_001, 0), reason(0, 401), ban(true, Some(0)), ban(true, Some(315_576_000_001))] {
            assert!(bans.update((None, 1), wrong, None, true, at(0)).is_err());
        }
        bans.update((None, 1), reason(1_000, 400), None, true, at(0)).unwrap();
        for _ in 0..10 {
            bans.charge_update(at(0)).unwrap();
        }
        assert!(bans.charge_update(at(0)).is_err());
        bans.charge_update(at(1)).unwrap();
    }
}
