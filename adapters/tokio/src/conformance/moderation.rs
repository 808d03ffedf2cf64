//! The checks of a moderation service.

use super::report::{Finding, Report, must};
use super::slot::patiently;
use crate::backend::{Ban, Moderation, NotApplied, StoreError};
use std::time::Duration;
use tokio::time::sleep;

/// The names of the checks of [`moderation`], in their order.
pub const MODERATION: [&str; 9] = [
    "nobody is banned at first",
    "ban holds",
    "ban is replaced",
    "ban twice is one ban",
    "unban lets in",
    "unban of nobody is no error",
    "users are apart",
    "ban ends when it says",
    "too long refused",
];

/// What a ban lasts that is waited for.
const SHORT: Duration = Duration::from_secs(2);

/// Checks a moderation service on the users from `first` on, two for each check, whom nobody else bans. They are left
/// unbanned, if unbanning works. `make` is called once for each check. It waits for a ban to end: some seconds, unless time is
/// paused.
pub async fn moderation<M: Moderation>(first: u64, mut make: impl AsyncFnMut() -> M) -> Report {
    let mut report = Report::default();
    let mut users = (0..).map(|check| first.saturating_add(check * 2));
    macro_rules! check {
        ($name:literal, $check:expr) => {{
            let service = make().await;
            let user = users.next().unwrap_or(first);
            let check = async {
                let found = $check(&service, user).await;
                for user in [user, user.saturating_add(1)] {
                    unban(&service, user).await?;
                }
                found
            };
            report.check($name, check).await;
        }};
    }
    check!("nobody is banned at first", nobody_is_banned_at_first);
    check!("ban holds", ban_holds);
    check!("ban is replaced", ban_is_replaced);
    check!("ban twice is one ban", ban_twice_is_one_ban);
    check!("unban lets in", unban_lets_in);
    check!("unban of nobody is no error", unban_of_nobody_is_no_error);
    check!("users are apart", users_are_apart);
    check!("ban ends when it says", ban_ends_when_it_says);
    check!("too long refused", too_long_refused);
    report
}

fn reasons(display: &str, private: &str) -> Ban {
    Ban { lasts: None, display_reason: display.to_owned(), private_reason: private.to_owned() }
}

async fn ban<M: Moderation>(service: &M, user: u64, ban: &Ban) -> Result<(), StoreError> {
    patiently(|| service.ban(user, ban)).await
}

async fn unban<M: Moderation>(service: &M, user: u64) -> Result<(), StoreError> {
    patiently(|| service.unban(user)).await
}

async fn banned<M: Moderation>(service: &M, user: u64) -> Result<Option<Ban>, StoreError> {
    patiently(|| service.banned(user)).await
}

async fn nobody_is_banned_at_first<M: Moderation>(service: &M, user: u64) -> Finding {
    must(banned(service, user).await?.is_none(), "somebody is banned whom nobody banned")
}

async fn ban_holds<M: Moderation>(service: &M, user: u64) -> Finding {
    let limits = service.capabilities();
    // Characters of several bytes: what is limited is their number.
    let [display, private] = [limits.max_display_chars, limits.max_private_chars].map(|limit| "\u{e9}".repeat(limit));
    for given in [reasons("display", "private \u{1f511}\n"), reasons("", ""), reasons(&display, &private)] {
        ban(service, user, &given).await?;
        must(banned(service, user).await?.as_ref() == Some(&given), "a ban is not there as it was given")?;
    }
    Ok(())
}

async fn ban_is_replaced<M: Moderation>(service: &M, user: u64) -> Finding {
    let shorter = Ban { lasts: Some(SHORT), ..reasons("one", "one") };
    ban(service, user, &shorter).await?;
    ban(service, user, &reasons("two", "")).await?;
    sleep(SHORT * 2).await;
    must(banned(service, user).await? == Some(reasons("two", "")), "of two bans, it is not the later one that holds")
}

async fn ban_twice_is_one_ban<M: Moderation>(service: &M, user: u64) -> Finding {
    for _ in 0..2 {
        ban(service, user, &reasons("one", "")).await?;
    }
    unban(service, user).await?;
    must(banned(service, user).await?.is_none(), "a ban that was given twice is lifted once only")
}

async fn unban_lets_in<M: Moderation>(service: &M, user: u64) -> Finding {
    ban(service, user, &reasons("one", "")).await?;
    unban(service, user).await?;
    must(banned(service, user).await?.is_none(), "a ban that was lifted holds")
}

async fn unban_of_nobody_is_no_error<M: Moderation>(service: &M, user: u64) -> Finding {
    Ok(unban(service, user).await?)
}

async fn users_are_apart<M: Moderation>(service: &M, user: u64) -> Finding {
    let next = user.saturating_add(1);
    ban(service, user, &reasons("one", "")).await?;
    must(banned(service, next).await?.is_none(), "a ban of one user holds for another")?;
    ban(service, next, &reasons("two", "")).await?;
    unban(service, user).await?;
    must(banned(service, next).await? == Some(reasons("two", "")), "one user's ban is lifted with another's")
}

async fn ban_ends_when_it_says<M: Moderation>(service: &M, user: u64) -> Finding {
    let given = Ban { lasts: Some(SHORT), ..Ban::default() };
    ban(service, user, &given).await?;
    sleep(SHORT / 2).await;
    must(banned(service, user).await? == Some(given), "a ban ends before its time")?;
    sleep(SHORT).await;
    must(banned(service, user).await?.is_none(), "a ban holds beyond its time")
}

async fn too_long_refused<M: Moderation>(service: &M, user: u64) -> Finding {
    let limits = service.capabilities();
    let display = reasons(&"x".repeat(limits.max_display_chars.saturating_add(1)), "");
    let private = reasons("", &"x".repeat(limits.max_private_chars.saturating_add(1)));
    for given in [display, private] {
        let done = ban(service, user, &given).await;
        let is_refused = matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(_))));
        must(is_refused, "a reason beyond the limit is not refused")?;
    }
    must(banned(service, user).await?.is_none(), "a ban that was refused holds")
}
