//! User restrictions (documentation: Cloud API v2, User restrictions).

use std::sync::MutexGuard;

use axum::http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Call, Reply, Route};
use crate::cloud::budget::Quota;
use crate::cloud::lock;
use crate::cloud::restrictions::{Ban, Log, Repeat, Restriction, Restrictions, Target, View};
use crate::error::{ApiError, Shape};
use crate::text::filter::Logs;
use crate::text::mask::Mask;
use crate::text::path::Path;
use crate::time::{format_duration, parse_duration, parse_rfc3339, rfc3339};

const READ: &[&str] = &["universe.user-restriction:read"];
const WRITE: &[&str] = &["universe.user-restriction:write"];

/// Who asks here: no key has an owner of its own.
const MODERATOR: &str = "users/1";

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["cloud", "v2", "universes", _, rest @ ..] = parts.as_slice() else { return None };
    let new = |name, scopes, run| Some(Route::new(name, Shape::V2, scopes, run));
    match (method.as_str(), rest, path.verb) {
        ("GET", ["user-restrictions"] | ["places", _, "user-restrictions"], None) => {
            new("UserRestrictions.List", READ, list)
        }
        ("GET", ["user-restrictions", _] | ["places", _, "user-restrictions", _], None) => {
            new("UserRestrictions.Get", READ, get)
        }
        ("PATCH", ["user-restrictions", _] | ["places", _, "user-restrictions", _], None) => {
            new("UserRestrictions.Update", WRITE, update)
        }
        ("GET", ["user-restrictions"], Some("listLogs")) => new("UserRestrictions.ListLogs", READ, list_logs),
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    game_join_restriction: Option<GameJoin>,
}

/// What a client may set. What it sends beside it is passed over.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GameJoin {
    active: Option<bool>,
    duration: Option<String>,
    private_reason: Option<String>,
    display_reason: Option<String>,
    exclude_alt_accounts: Option<bool>,
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (page, place) = (call.page(10, 100)?, place(call)?);
    let bans = reading(call)?;
    let after = number(page.after.as_deref().filter(|_| !page.at_end()))?;
    let (views, more) = if page.at_end() { (Vec::new(), false) } else { bans.list(place, after, page.size, call.now) };
    let next = views.last().filter(|_| more).map(|view| view.user.to_string());
    let views = views.iter().map(|view| shown(call, place, view)).collect();
    let mut answer = Map::from_iter([("userRestrictions".to_owned(), Value::Array(views))]);
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = target(call)?;
    Reply::json(&shown(call, target.0, &reading(call)?.view(target, call.now)))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = target(call)?;
    let Body { game_join_restriction } = call.json()?;
    let ban = match (game_join_restriction, masked(call)?) {
        (Some(sent), _) => ban(sent)?,
        // What a mask names and a body leaves out goes back to what it is at first.
        (None, true) => Ban::default(),
        (None, false) => return Err(ApiError::invalid_argument("`gameJoinRestriction` is missing.")),
    };
    let first_sent = call.query.get("idempotencyKey.firstSent").map(|text| {
        let wrong = || ApiError::invalid_argument("`idempotencyKey.firstSent` is not a moment as RFC 3339 has it.");
        parse_rfc3339(text).ok_or_else(wrong)
    });
    let first_sent = first_sent.transpose()?;
    let repeat = call.query.get("idempotencyKey.key").map(|key| Repeat { key: key.to_owned(), first_sent });
    call.charge_quota(per_second("restriction-updates", 10), 1)?;
    let mut bans = lock(&call.universe.restrictions);
    let repeated = repeat.as_ref().map(|repeat| bans.repeated(target, &ban, repeat, call.now)).transpose()?;
    let view = match repeated.flatten() {
        Some(view) => view,
        None => {
            let of_user =
                Quota { name: "restriction-updates-of-user", subject: target.1, limit: 2, seconds: 60, servers: 0 };
            call.charge_quota(of_user, 1)?;
            bans.update(target, ban, repeat, call.now)
        }
    };
    Reply::json(&shown(call, target.0, &view))
}

fn list_logs(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(10, 100)?;
    let filter = Logs::parse(call.query.get("filter").unwrap_or(""));
    let filter =
        filter.map_err(|e| ApiError::invalid_argument(format!("The parameter `filter` is not right: {e}.")))?;
    let bans = reading(call)?;
    let before = number(page.after.as_deref().filter(|_| !page.at_end()))?;
    let (logs, more) = if page.at_end() { (Vec::new(), false) } else { bans.logs(filter, before, page.size) };
    let next = logs.last().filter(|_| more).map(|log| log.number.to_string());
    let logs = logs.into_iter().map(shown_log).collect();
    let mut answer = Map::from_iter([("logs".to_owned(), Value::Array(logs))]);
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

/// The restrictions, for a request that reads them.
fn reading<'a>(call: &Call<'a>) -> Result<MutexGuard<'a, Restrictions>, ApiError> {
    call.charge_quota(per_second("restriction-reads", 50), 1)?;
    Ok(lock(&call.universe.restrictions))
}

/// A limit of an experience on these requests.
fn per_second(name: &'static str, limit: u32) -> Quota {
    Quota { name, subject: 0, limit, seconds: 1, servers: 0 }
}

/// Whether a mask names what can be updated, which is updated as a whole.
fn masked(call: &Call<'_>) -> Result<bool, ApiError> {
    let Some(text) = call.query.get("updateMask") else { return Ok(false) };
    let mask = Mask::parse(text);
    let mask =
        mask.map_err(|e| ApiError::invalid_argument(format!("The parameter `updateMask` is not right: {e}.")))?;
    if mask.paths().any(|path| path != "gameJoinRestriction") {
        return Err(ApiError::invalid_argument(
            "`updateMask` names `game_join_restriction` as a whole, and nothing else.",
        ));
    }
    Ok(true)
}

fn ban(sent: GameJoin) -> Result<Ban, ApiError> {
    let lasts = sent.duration.as_deref().map(|text| {
        let whole = parse_duration(text).filter(|lasts| lasts.subsec_nanos() == 0);
        let seconds = whole.and_then(|lasts| u64::try_from(lasts.as_secs()).ok());
        seconds.ok_or_else(|| ApiError::invalid_argument("`duration` is a number of whole seconds such as `3s`."))
    });
    let ban = Ban {
        active: sent.active.unwrap_or(false),
        lasts: lasts.transpose()?,
        private_reason: sent.private_reason.unwrap_or_default(),
        display_reason: sent.display_reason.unwrap_or_default(),
        exclude_alts: sent.exclude_alt_accounts.unwrap_or(false),
    };
    ban.checked()
}

fn place(call: &Call<'_>) -> Result<Option<u64>, ApiError> {
    if call.path.segment(4) != "places" {
        return Ok(None);
    }
    let place = call.path.number(5).filter(|place| *place > 0);
    place.map(Some).ok_or_else(|| ApiError::invalid_argument("Invalid Place ID in the request."))
}

fn target(call: &Call<'_>) -> Result<Target, ApiError> {
    let place = place(call)?;
    let user = call.path.number(if place.is_some() { 7 } else { 5 }).filter(|user| *user > 0);
    Ok((place, user.ok_or_else(|| ApiError::invalid_argument("Invalid User ID in the request."))?))
}

/// What a page token of these lists holds.
fn number(after: Option<&str>) -> Result<Option<u64>, ApiError> {
    let number = after.map(str::parse).transpose();
    number.map_err(|_| ApiError::invalid_argument("Invalid page token."))
}

fn shown(call: &Call<'_>, place: Option<u64>, view: &View) -> Value {
    let place = place.map(|place| format!("/places/{place}")).unwrap_or_default();
    let path = format!("universes/{}{place}/user-restrictions/{}", call.universe.id, view.user);
    let mut game_join = Map::from_iter([("active".to_owned(), json!(view.active))]);
    let mut shown = json!({"path": path, "user": format!("users/{}", view.user)});
    if let Some(restriction) = &view.restriction {
        shown["updateTime"] = json!(rfc3339(restriction.since));
        game_join.extend(fields(restriction));
    }
    game_join.insert("inherited".to_owned(), json!(view.inherited));
    shown["gameJoinRestriction"] = Value::Object(game_join);
    shown
}

/// What restrictions and logs have in common.
fn fields(restriction: &Restriction) -> Map<String, Value> {
    let ban = &restriction.ban;
    let mut fields = Map::new();
    if ban.active {
        fields.insert("startTime".to_owned(), json!(rfc3339(restriction.since)));
    }
    if let Some(seconds) = ban.lasts.and_then(|lasts| i64::try_from(lasts).ok()) {
        fields.insert("duration".to_owned(), json!(format_duration(SignedDuration::from_secs(seconds))));
    }
    fields.insert("privateReason".to_owned(), json!(ban.private_reason));
    fields.insert("displayReason".to_owned(), json!(ban.display_reason));
    fields.insert("excludeAltAccounts".to_owned(), json!(ban.exclude_alts));
    fields
}

fn shown_log(log: &Log) -> Value {
    let mut shown = fields(&log.restriction);
    shown.extend([
        ("user".to_owned(), json!(format!("users/{}", log.user))),
        ("place".to_owned(), json!(log.place.map(|place| format!("places/{place}")).unwrap_or_default())),
        ("moderator".to_owned(), json!({"robloxUser": MODERATOR})),
        ("createTime".to_owned(), json!(rfc3339(log.restriction.since))),
        ("active".to_owned(), json!(log.restriction.ban.active)),
        ("restrictionType".to_owned(), json!({"gameJoinRestriction": {}})),
    ]);
    Value::Object(shown)
}
