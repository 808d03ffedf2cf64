//! Stories: what a person reads when a property breaks.

use keyholder_core::input::Mode;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::update::Ticket;
use keyholder_model::bounds::Bounds;
use keyholder_model::driver::{Options, Trace, explore};
use keyholder_model::explain::{sentence, story};
use keyholder_model::properties::{Listed, NAMES, SENTENCES};
use keyholder_model::story::{ActorKind, MessageStyle, StepKind, TextOptions};
use keyholder_model::tally::{Deed, Kind, Tally};
use keyholder_model::world::{Act, Action, AnyRules, Fate, Game, ModelRecord, World};

/// A save that takes effect whoever holds the record.
struct Unfenced;

impl Rules<Tally, Deed> for Unfenced {
    fn may_save(&self, _record: &ModelRecord, _me: Ticket) -> bool {
        true
    }
}

/// The trace of these actions.
fn trace<R: Listed + ?Sized>(game: &Game<R>, actions: &[Action]) -> Trace<World, Action> {
    let mut steps = vec![(None, game.start())];
    for action in actions {
        let mut world = steps.last().expect("it has a start").1.clone();
        game.act(&mut world, *action);
        steps.push((Some(*action), world));
    }
    Trace { steps }
}

fn plain(acts: &[Act]) -> Vec<Action> {
    acts.iter().map(|act| Action::plain(*act)).collect()
}

/// The labels of a story's steps, each with the number of its action.
fn labels(story: &keyholder_model::story::Story) -> Vec<String> {
    let label = |kind: &StepKind| match kind {
        StepKind::Message { from, to, label, style } => {
            let fate = if *style == MessageStyle::Lost { " (lost)" } else { "" };
            format!("{from} -> {to}{fate}: {label}")
        }
        StepKind::Local { at, label } => format!("{at}: {label}"),
        StepKind::Crash { at, label } => format!("{at} crashes: {label}"),
        StepKind::Fault { at, label } => format!("fault at {at}: {label}"),
    };
    story.steps.iter().map(|step| format!("{} {}", step.number, label(&step.kind))).collect()
}

#[test]
fn a_counterexample_reads_as_who_asked_what_and_what_came_back() {
    let rules: &'static AnyRules = &Unfenced;
    let game: Game<AnyRules> = Game::new(rules, Bounds { opens: 2, deeds: 1, ..Bounds::SMALL });
    let found = explore(&game, &Options { only: Some(0), ..Options::default() });
    let violation = found.violations.first().expect("an unfenced save breaks P1");
    let story = story(&game, &violation.trace, Some("P1"));
    assert_eq!(story.steps.iter().map(|step| step.number).max(), Some(violation.depth));
    let ending = story.ending.clone().expect("a story ends");
    assert!(ending.bad);
    assert!(ending.label.starts_with("P1 is violated: a session's write takes effect only while"), "{}", ending.label);
    assert!(ending.lines.iter().any(|line| line.starts_with("record: epoch 2, owner ")), "{:?}", ending.lines);
    let text = story.to_text(TextOptions { width: 240, ..TextOptions::default() });
    for part in ["How P1 breaks", "save change 1 (count)", "told: opened in epoch 1", "claim, any owner"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn every_kind_of_step_is_told() {
    let bounds = Bounds { coins: 1, kinds: &[Kind::Spend], ..Bounds::SMALL };
    let game: Game = Game::new(&Standard, bounds);
    let mut actions = plain(&[
        Act::Open(0, Mode::Exclusive),
        Act::Deliver(0),
        Act::LoseJournal(0),
        Act::Change(0, Kind::Spend),
        Act::Fire(0, keyholder_core::timer::Timer::Journal),
        Act::DeliverJournal(0),
        Act::Save(0),
        Act::Lose(0),
        Act::Crash(0),
        Act::Vanish,
    ]);
    actions.push(Action { act: Act::Open(1, Mode::Exclusive), fate: Fate::Dropped });
    let story = story(&game, &trace(&game, &actions), None);
    let wanted = [
        "1 a -> record: open: claim, any owner",
        "2 record -> a: wrote: epoch 1, owner a",
        "2 a -> journal: read",
        "3 journal -> a (lost): read: no entry",
        "3 a: told: opened in epoch 1",
        "4 a: change 1 (spend a coin)",
        "5 a -> journal: write change 1 (spend a coin)",
        "6 journal -> a: wrote",
        "7 a -> record: save change 1 (spend a coin)",
        "8 record -> a (lost): wrote: epoch 1, owner a",
        "9 a crashes: its memory is gone, unsaved changes with it",
        "10 fault at journal: the entry vanishes",
        "11 b -> record (lost): open: claim, any owner",
    ];
    assert_eq!(labels(&story), wanted);
    assert_eq!(story.steps[0].note, ["now: epoch 1, owner a, coins 1"]);
    let ending = story.ending.expect("a story ends");
    assert!(!ending.bad);
    assert_eq!(ending.lines[0], "record: epoch 1, owner a, lived on in 1, changes 1, ledger a:1");
}

#[test]
fn the_bus_the_writer_and_the_operator_take_part_only_where_they_act() {
    let bounds = Bounds { senders: 1, errands: 1, exists: true, ..Bounds::SMALL };
    let game: Game = Game::new(&Standard, bounds);
    let actions = plain(&[Act::Send(0, Kind::Count), Act::DeliverOut(0), Act::LoseOut(0), Act::Wipe]);
    let story = story(&game, &trace(&game, &actions), None);
    let actors: Vec<_> = story.actors.iter().map(|actor| (actor.id.as_str(), actor.kind)).collect();
    let wanted = [("record", ActorKind::Store), ("w1", ActorKind::Writer), ("operator", ActorKind::Operator)];
    assert_eq!(actors, wanted);
    let told = labels(&story);
    assert!(told.contains(&"2 w1 -> record: deliver change 1 (count), first tried in epoch 1".to_owned()), "{told:?}");
    assert!(told.contains(&"4 operator -> record: wipe, expected epoch 1".to_owned()), "{told:?}");
}

#[test]
fn every_property_has_its_sentence() {
    assert_eq!(NAMES.len(), SENTENCES.len());
    assert!(NAMES.iter().all(|name| sentence(name).is_some()));
    assert_eq!(sentence("P99"), None);
}
