//! The status page as HTML. The templates escape all that is put into them.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::view::{Budget, Entries, Experience, Item, Overview, Request, Revision, Revisions, Shelf, Store, Table};

const STYLE: &str = include_str!("style.css");

pub(super) fn overview(view: &Overview) -> Markup {
    let answered: u64 = view.counts.values().sum();
    let body = html! {
        p.facts { (answered) " requests answered" }
        @for experience in &view.universes { (self::experience(experience)) }
        h2 { "Recent requests" }
        (requests(&view.recent))
        @if !view.counts.is_empty() {
            h2 { "Requests by kind" }
            table {
                thead { tr { th { "Kind" } th.number { "Answered" } } }
                tbody { @for (name, count) in &view.counts { tr { td { code { (name) } } td.number { (count) } } } }
            }
        }
    };
    page("Open Cloud, emulated", &html! { "Open Cloud, emulated" }, &view.now, &body)
}

pub(super) fn entries(view: &Entries) -> Markup {
    let shelf = &view.shelf;
    let title = html! { a href="/" { "Open Cloud" } " / " (shelf.store) " / " (shelf.scope) };
    let link = |row: &Revision| html! { a href=(address(shelf, Some(&row.key))) { (row.key) } };
    let body = html! {
        (revisions(&view.entries, "Key", link, "No entry is stored here."))
        @if let Some(after) = &view.next { p { a href=(next(shelf, after)) { "Next page" } } }
    };
    page(&shelf.store, &title, &view.now, &body)
}

pub(super) fn entry(view: &Revisions) -> Markup {
    let shelf = &view.shelf;
    let title = html! {
        a href="/" { "Open Cloud" } " / " a href=(address(shelf, None)) { (shelf.store) " / " (shelf.scope) } " / " (view.key)
    };
    let written = |row: &Revision| html! { time { (row.written) } };
    page(&view.key, &title, &view.now, &revisions(&view.revisions, "Written", written, "No such entry is stored here."))
}

pub(super) fn message(text: &str) -> Markup {
    page("Open Cloud, emulated", &html! { a href="/" { "Open Cloud" } }, "", &html! { p.none { (text) } })
}

fn page(title: &str, heading: &Markup, now: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="refresh" content="2";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (heading) } time { (now) } }
                main { (body) }
            }
        }
    }
}

fn experience(view: &Experience) -> Markup {
    html! {
        section {
            h2 { "Universe " (view.id) }
            @if !view.budgets.is_empty() { h3 { "Budgets" } div.budgets { @for budget in &view.budgets { (self::budget(budget)) } } }
            h3 { "Data stores" }
            (stores(view.id, &view.stores, true))
            @if !view.ordered.rows.is_empty() { h3 { "Ordered data stores" } (stores(view.id, &view.ordered, false)) }
            h3 { "Memory stores " small { (size(view.memory_bytes)) } }
            (items(&view.memory))
        }
    }
}

fn budget(budget: &Budget) -> Markup {
    let low = if budget.left.saturating_mul(10) < budget.limit { "low" } else { "" };
    let servers = if budget.servers > 0 { format!(", game servers {}", budget.servers) } else { String::new() };
    html! {
        div.budget {
            span { (budget.name) }
            meter class=(low) min="0" max=(budget.limit) value=(budget.left) {}
            span.number { (budget.left) " of " (budget.limit) " in " (budget.seconds) " s" (servers) }
        }
    }
}

fn stores(universe: u64, stores: &Table<Store>, linked: bool) -> Markup {
    if stores.rows.is_empty() {
        return html! { p.none { "Nothing is stored yet." } };
    }
    html! {
        table {
            thead { tr { th { "Store" } th { "Scope" } th.number { "Entries" } th { "State" } } }
            tbody {
                @for store in &stores.rows {
                    tr {
                        td {
                            @if linked {
                                a href=(address(&Shelf { universe, store: store.name.clone(), scope: store.scope.clone() }, None)) { (store.name) }
                            } @else { (store.name) }
                        }
                        td { (store.scope) }
                        td.number { (store.entries) }
                        td { @match &store.expires { Some(at) => { span.bad { "deleted" } " until " (at) }, None => "active" } }
                    }
                }
            }
        }
        (more(stores.more))
    }
}

fn items(items: &Table<Item>) -> Markup {
    if items.rows.is_empty() {
        return html! { p.none { "No item is alive." } };
    }
    html! {
        table {
            thead { tr { th { "In" } th { "Item" } th { "Order" } th.number { "Life left" } th { "Value" } } }
            tbody {
                @for item in &items.rows {
                    tr {
                        td { small { (item.kind) } " " (item.name) }
                        td { code { (item.id) } }
                        td { (item.order) }
                        td.number { (span(item.life_ms)) @if item.hidden { br; small { "being read" } } }
                        td.value { code { (item.value) } }
                    }
                }
            }
        }
        (more(items.more))
    }
}

fn revisions(rows: &Table<Revision>, first: &str, head: impl Fn(&Revision) -> Markup, none: &str) -> Markup {
    if rows.rows.is_empty() {
        return html! { p.none { (none) } };
    }
    html! {
        table {
            thead {
                tr { th { (first) } th { "Revision" } th.number { "Age" } th.number { "Size" } th { "Users" } th { "Value" } }
            }
            tbody {
                @for row in &rows.rows {
                    tr {
                        td { (head(row)) }
                        td { code { (row.revision) } }
                        td.number { (span(row.age_ms)) }
                        td.number { (size(row.bytes as u64)) }
                        td { @for user in &row.users { (user) " " } }
                        td.value { @if row.deleted { span.bad { "deleted" } } @else { code { (row.value) } } }
                    }
                }
            }
        }
        (more(rows.more))
    }
}

fn requests(requests: &Table<Request>) -> Markup {
    if requests.rows.is_empty() {
        return html! { p.none { "No request came yet." } };
    }
    html! {
        table {
            thead { tr { th { "At" } th { "Request" } th.number { "Status" } th.number { "Took" } th { "Kind" } th { "Budget" } } }
            tbody {
                @for request in &requests.rows {
                    tr {
                        td { time title=(request.at) { (clock(&request.at)) } }
                        td.request { b { (request.method) } " " code { (request.path) } }
                        td.number { (status(request.status)) }
                        td.number { (request.micros) " µs" }
                        td.kind { code { (request.name) } }
                        td.kind { @if let Some(budget) = request.budget { (budget) } }
                    }
                }
            }
        }
        (more(requests.more))
    }
}

fn status(status: u16) -> Markup {
    match status {
        0 => html! { span.bad { "dropped" } },
        400.. => html! { span.bad { (status) } },
        _ => html! { (status) },
    }
}

fn more(more: bool) -> Markup {
    html! { @if more { p.none { "There are more, which are not shown." } } }
}

/// Where the entries of a store are shown, or the revisions of one of them.
fn address(shelf: &Shelf, key: Option<&str>) -> String {
    let store =
        format!("/?universe={}&store={}&scope={}", shelf.universe, encoded(&shelf.store), encoded(&shelf.scope));
    key.map_or_else(|| store.clone(), |key| format!("{store}&key={}", encoded(key)))
}

/// Where the entries behind one are shown.
fn next(shelf: &Shelf, after: &str) -> String {
    format!("{}&after={}", address(shelf, None), encoded(after))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The time of day out of a moment, to the millisecond.
fn clock(moment: &str) -> &str {
    moment.get(11..23).or_else(|| moment.get(11..)).unwrap_or(moment)
}

/// A time in the unit that fits it.
fn span(ms: i64) -> String {
    match ms {
        ..0 => "0 s".to_owned(),
        0..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        3_600_000..86_400_000 => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
        _ => format!("{} d {} h", ms / 86_400_000, ms % 86_400_000 / 3_600_000),
    }
}

/// A size in the unit that fits it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{}.{} KiB", bytes / 1_024, bytes % 1_024 * 10 / 1_024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
