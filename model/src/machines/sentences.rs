//! What the properties of the machines say.

/// Each with its sentence, as SPEC.md has them.
pub const SENTENCES: &[(&str, &str)] = &[
    (
        "entry-kept",
        "a server that holds the record has a heartbeat entry, unless since its last renewal it was late because of a pause, more than one renewal in a row was lost, or the store forgot the entry",
    ),
    (
        "not-robbed",
        "a contender takes the record from a session only if, while it waited, that session's server was without an entry, and dead or excused as above",
    ),
    (
        "window-kept",
        "a contender with a steal window takes the record from a session only as above, or when it has waited for that very session for the whole window",
    ),
    (
        "not-forsaken",
        "an open that begins after the holder died is not refused as held, unless the opener itself was late",
    ),
    (
        "unsaved-kept",
        "a change that was put is in the cache, dirty, until it or a newer one is saved, or the host takes it out; dirty entries are told in the order in which they became dirty",
    ),
    (
        "oldest-clean-goes",
        "what is evicted for another is the least recently used of the clean entries, and only where there is no place",
    ),
    ("age-of-clean", "a read finds what was put last, unless it is clean and older than it may be"),
    ("cap-kept", "there are never more entries than there may be, and each refusal has its reason"),
    ("order-of-use", "entries stand in the order of their last use"),
    (
        "reads-counted",
        "every read is counted once, as a hit if it found something; entries and dirty ones are as many as there are",
    ),
    ("layout-sound", "the invariants of index, places and lists hold"),
    ("lock-exclusive", "at most one call was told that it holds a key's lock, and has not let go since"),
    ("lock-first-come", "whoever is told that it holds a lock came first of those who want it"),
    (
        "lock-no-lost-wake-up",
        "where somebody waits for a lock, somebody was told that it holds it, and has not let go since",
    ),
    ("lock-bound", "a call is refused where as many wait as may, and nowhere else; each is told how many go before it"),
    ("line-sound", "the invariants hold, and a key that nobody wants takes no memory"),
    (
        "one-and-one",
        "of each key at most one write runs, no more run in all than may, and what starts is the newest of its key",
    ),
    (
        "nothing-lost",
        "what was taken in is in the queue until it starts or is given back, and what is superseded or removed is given back",
    ),
    ("queue-bound", "a write is refused where there is no place for it, with the write, and nowhere else"),
    ("urgent-first", "what starts is the most urgent that may, and among equals the earliest, but for fair turns"),
    ("fair-turns", "no more than three starts in a row pass over a write that waits for longer"),
    ("cooldown-kept", "no autosave starts while its key rests, but in a flush, and nothing starts after the deadline"),
    (
        "prompt",
        "where a write may start, one does; a host that sleeps until it is told to looks again in time, and not for nothing",
    ),
    ("flush-verdicts", "in a flush each key has one verdict: when nothing is left of it, or at the deadline"),
    ("queue-sound", "the invariants hold"),
    ("within-credit", "no more is sent than one full bucket and what was earned since"),
    ("reserve-kept", "what is not urgent leaves the reserve"),
    ("platform-obeyed", "no more is sent than the platform said is left, until the moment that it named"),
    ("exact-wait", "a request that may be sent is, and one that may not is told the earliest moment at which it may"),
    ("retry-once", "what is added is added once at the most"),
    (
        "retry-truthful",
        "a call that is told to have failed has added nothing, and one that is told to have succeeded has",
    ),
    ("retry-bounded", "no more attempts are made than may be, nor reads"),
    ("retry-permanent-ends", "after a permanent failure nothing is sent"),
    ("close-verdicts", "at the end of the close window, each change that the server has accepted has its verdict"),
    ("closed-is-silent", "a server that has told its end asks nothing any more"),
    ("closed-is-true", "the end of a server is told once, and when no session is left"),
];

/// What a property of a machine says, by its name.
pub fn sentence(property: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(name, _)| *name == property).map(|(_, sentence)| *sentence)
}
