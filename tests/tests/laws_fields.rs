//! Laws of the typed operations and of the flat document (decisions D11–D16, K22, K23; races R15, R18, R19).

use keyholder_core::document::{Applied, Document, MigrationFailed, Skip};
use keyholder_core::fields::{Change, Declared, Diff, Field, FieldName, Fields, Refused, Shape, Step};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::ops::{Bounds, BoundsPolicy, FieldKind, MAX_EXACT, Op, counter};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

type Doc = Fields<u8>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn skipped_touches_nothing_and_nothing_touches_undeclared(before in any_document(), change in any_change()) {
        let (after, outcome) = applied(&before, &change);
        if is_skipped(&outcome) {
            prop_assert_eq!(&after, &before);
        }
        prop_assert_eq!(after.get("theirs"), before.get("theirs"), "undeclared");
    }

    /// Against wide integers: to the target, or as far as the policy lets it go towards the bound ahead.
    #[test]
    fn a_counter_goes_as_far_as_it_may_and_never_back(old in number(), op in on_counter(), clamps in any::<bool>()) {
        let policy = if clamps { BoundsPolicy::Clamp } else { BoundsPolicy::Reject };
        let wide = i128::from(old);
        let target = match op {
            Op::Add(by) => wide + i128::from(by),
            Op::Max(to) => wide.max(to.into()),
            Op::Min(to) => wide.min(to.into()),
            Op::Set(_) | Op::SetIf { .. } | Op::Delete | Op::Insert(_) | Op::Remove(_) => unreachable!(),
        };
        let skip = if target > wide { Skip::AboveMaximum } else { Skip::BelowMinimum };
        let is_blocked = target > wide.max(20) || target < wide.min(-5);
        let expected = match policy {
            BoundsPolicy::Reject | BoundsPolicy::Clamp if !is_blocked => (target, Applied::Whole),
            BoundsPolicy::Reject => (wide, Applied::Skipped(skip)),
            BoundsPolicy::Clamp if target > wide => (wide.max(20), Applied::Clamped),
            BoundsPolicy::Clamp => (wide.min(-5), Applied::Clamped),
        };
        let (new, outcome) = counter(&Bounds::new(-5, 20, policy).unwrap(), old, &op);
        prop_assert_eq!((i128::from(new), outcome), expected);
    }

    #[test]
    fn a_document_within_its_bounds_stays_within(before in sound_document(), changes in vec(any_change(), 0..6)) {
        let mut document = before;
        for change in changes {
            document.apply(&shape(), &change);
            prop_assert!(is_sound(&document), "{document:?} after {change:?}");
        }
    }

    /// A change does what its operations do one after the other, or nothing at all.
    #[test]
    fn a_change_is_atomic(before in any_document(), change in any_change()) {
        let (mut stepped, mut outcomes) = (before.clone(), Vec::new());
        for (name, op) in change.ops() {
            let outcome = stepped.apply(&shape(), &Change::one(name.clone(), op.clone()));
            outcomes.push(outcome);
            if is_skipped(&outcome) {
                stepped = before.clone();
                break;
            }
        }
        // `Applied` is ordered from whole over clamped to skipped.
        let worst = outcomes.into_iter().max().unwrap_or(Applied::Whole);
        prop_assert_eq!(applied(&before, &change), (stepped, worst));
    }

    /// C1, C2 and the first half of C3 of `ops::is_credit`, on any document.
    #[test]
    fn credits_commute_unless_one_is_skipped(before in any_document(), x in any_credit(), y in any_credit()) {
        let (there, there_outcomes) = both(&before, &x, &y);
        let (back, back_outcomes) = both(&before, &y, &x);
        let none_skipped = |outcomes: &[Applied; 2]| !outcomes.iter().any(is_skipped);
        prop_assert_eq!(none_skipped(&there_outcomes), none_skipped(&back_outcomes));
        if none_skipped(&there_outcomes) {
            prop_assert_eq!(there, back);
            prop_assert_eq!(there_outcomes.iter().max(), back_outcomes.iter().max());
        } else if !is_skipped(&there_outcomes[0]) && !is_skipped(&back_outcomes[0]) {
            // Each fits alone, so there is room for the first only, and that is why the second is skipped.
            let no_room = [Applied::Skipped(Skip::AboveMaximum), Applied::Skipped(Skip::Full)];
            prop_assert!(no_room.contains(&there_outcomes[1]) && no_room.contains(&back_outcomes[1]));
        }
    }

    /// The other half of C3: where every counter clamps and the sets have room, no credit is skipped, so all commute.
    #[test]
    fn credits_always_commute_where_nothing_can_be_refused(
        start in any::<i64>(), held in btree_set(0u8..4, 0..4),
        x in vec(roomy_credit(), 0..4), y in vec(roomy_credit(), 0..4),
    ) {
        let before = document([("energy", Field::Counter(start)), ("badges", Field::Set(held))]);
        let (x, y) = (Change::new(x).unwrap(), Change::new(y).unwrap());
        let (there, outcomes) = both(&before, &x, &y);
        prop_assert!(!outcomes.iter().any(is_skipped));
        prop_assert_eq!(there, both(&before, &y, &x).0);
    }

    /// C4: what others built since stays: nothing is lowered, removed or replaced.
    #[test]
    fn a_credit_only_adds(before in any_document(), credit in any_credit()) {
        let (after, _) = applied(&before, &credit);
        for declared in shape().declared() {
            let name = declared.name().as_str();
            match (before.current(&shape(), name), after.current(&shape(), name)) {
                (Some(Field::Counter(old)), Some(Field::Counter(new))) => prop_assert!(new >= old),
                (Some(Field::Set(old)), Some(Field::Set(new))) => prop_assert!(new.is_superset(old)),
                (old, new) => prop_assert_eq!(old, new),
            }
        }
    }

    /// Why a late credit is harmless to deductions: in either order they end alike, unless a bound was in the way.
    #[test]
    fn a_credit_commutes_with_deductions_within_the_bounds(
        before in sound_document(), credit in any_credit(), name in any_name(), by in number(),
    ) {
        let deduction = Change::one(field(name), Op::Add(by));
        let (there, there_outcomes) = both(&before, &credit, &deduction);
        let (back, back_outcomes) = both(&before, &deduction, &credit);
        if [there_outcomes, back_outcomes].as_flattened().iter().all(|outcome| *outcome == Applied::Whole) {
            prop_assert_eq!(there, back);
        }
    }

    #[test]
    fn what_does_not_count_is_idempotent(before in any_document(), name in any_name(), op in any_op()) {
        prop_assume!(!matches!(op, Op::Add(_) | Op::SetIf { .. }));
        let change = Change::one(field(name), op);
        let (once, outcome) = applied(&before, &change);
        prop_assert_eq!(applied(&once, &change).0, once.clone());
        if outcome == Applied::Whole {
            prop_assert_eq!(applied(&once, &change).1, Applied::Whole);
        }
    }

    #[test]
    fn a_conditional_set_sets_exactly_if_it_finds_what_it_expects(
        old in proptest::option::of(0u8..3), expect in proptest::option::of(0u8..3), value in 0u8..3,
    ) {
        let before = document(old.map(|old| ("title", Field::Register(old))));
        let (after, outcome) = applied(&before, &Change::one(field("title"), Op::SetIf { expect, value }));
        if old == expect {
            prop_assert_eq!((after.get("title"), outcome), (Some(&Field::Register(value)), Applied::Whole));
        } else {
            prop_assert_eq!((after, outcome), (before, Applied::Skipped(Skip::Mismatch)));
        }
    }

    /// Two sound documents whose undeclared fields are the same always differ by a change, and it leads there.
    #[test]
    fn a_diff_leads_from_base_to_now(base in sound_document(), now in sound_document()) {
        let change = now.diff(&base, &shape()).unwrap();
        prop_assert_eq!(applied(&base, &change), (now.clone(), Applied::Whole));
        prop_assert!(now.diff(&now, &shape()).unwrap().ops().is_empty());
    }

    /// Between any two documents there is either no diff, or one that leads there.
    #[test]
    fn a_diff_is_never_wrong(base in any_document(), now in any_document()) {
        if let Ok(change) = now.diff(&base, &shape()) {
            prop_assert_eq!(applied(&base, &change), (now, Applied::Whole));
        }
    }

    /// What others added to a counter or a set meanwhile is kept when a diff is applied on top of it.
    #[test]
    fn a_diff_of_a_counter_keeps_what_others_added(base in 0i64..50, now in 0i64..50, gift in 0i64..50) {
        let wide = |n| document([("wide", Field::Counter(n))]);
        let change = wide(now).diff(&wide(base), &shape()).unwrap();
        prop_assert_eq!(applied(&wide(base + gift), &change), (wide(now + gift), Applied::Whole));
    }

    #[test]
    fn a_template_adds_and_makes_no_difference_to_counters_and_sets(before in any_document(), change in any_change()) {
        let mut reconciled = before.clone();
        reconciled.reconcile_add(&shape());
        prop_assert!(before.iter().all(|(name, field)| reconciled.get(name.as_str()) == Some(field)));
        if change.ops().iter().all(|(name, _)| name.as_str() != "title") {
            let (mut after, outcome) = applied(&before, &change);
            after.reconcile_add(&shape());
            prop_assert_eq!(applied(&reconciled, &change), (after, outcome));
        }
    }

    /// Sequential, pre-validated, atomic: versions 1 to 5, some of whose steps are missing or refuse.
    #[test]
    fn a_migration_takes_every_step_in_order_or_none(
        steps in vec(proptest::option::weighted(0.8, prop::bool::weighted(0.8)), 5), from in 0u32..6, to in 0u32..8,
    ) {
        let mut shape: Shape<u8> = Shape::new(SchemaVersion(5), vec![]).unwrap();
        for (to, works) in (1..).map(SchemaVersion).zip(&steps) {
            if let Some(works) = works {
                let spoiling = (!works).then_some(Step::Custom(spoil));
                shape = shape.with_steps(to, [trace(to)].into_iter().chain(spoiling).collect()).unwrap();
            }
        }
        let path = from + 1..=to;
        let works = |version: u32| steps.get(version as usize - 1).copied().flatten();
        let missing = if from > to { Some(to) } else { path.clone().find(|version| works(*version).is_none()) };
        let refusing = path.clone().find(|version| works(*version) == Some(false));

        let before: Doc = document([("theirs", Field::Counter(1))]);
        let mut after = before.clone();
        let result = after.migrate(&shape, SchemaVersion(from), SchemaVersion(to));
        let expected = match (missing, refusing) {
            (Some(version), _) => Err(MigrationFailed::Missing(SchemaVersion(version))),
            (None, Some(version)) => Err(MigrationFailed::Step(SchemaVersion(version))),
            (None, None) => Ok(()),
        };
        prop_assert_eq!(result, expected);
        match result {
            Ok(()) => prop_assert_eq!(order(&after), path.map(|version| version as u8).collect()),
            Err(_) => prop_assert_eq!(after, before),
        }
    }
}

fn applied(before: &Doc, change: &Change<u8>) -> (Doc, Applied) {
    let mut after = before.clone();
    let outcome = after.apply(&shape(), change);
    (after, outcome)
}

fn is_skipped(outcome: &Applied) -> bool {
    matches!(outcome, Applied::Skipped(_))
}

fn both(before: &Doc, first: &Change<u8>, second: &Change<u8>) -> (Doc, [Applied; 2]) {
    let (between, one) = applied(before, first);
    let (after, two) = applied(&between, second);
    (after, [one, two])
}

/// Writes the version into the data, and refuses if a later one is there already.
fn trace(to: SchemaVersion) -> Step<u8> {
    Step::Custom([put::<1>, put::<2>, put::<3>, put::<4>, put::<5>][to.0 as usize - 1])
}

fn put<const VERSION: u8>(document: &mut Doc) -> Result<(), Refused> {
    let mut order = order(document);
    let is_next = order.last().is_none_or(|last| last + 1 == VERSION);
    order.insert(VERSION);
    document.insert(field("order"), Field::Set(order));
    if is_next { Ok(()) } else { Err(Refused) }
}

fn order(document: &Doc) -> BTreeSet<u8> {
    match document.get("order") {
        Some(Field::Set(order)) => order.clone(),
        Some(Field::Register(_) | Field::Counter(_)) | None => BTreeSet::new(),
    }
}

fn spoil(document: &mut Doc) -> Result<(), Refused> {
    document.remove("theirs");
    Err(Refused)
}

fn field(name: &str) -> FieldName {
    FieldName::new(name).unwrap()
}

fn document<'a>(fields: impl IntoIterator<Item = (&'a str, Field<u8>)>) -> Doc {
    let mut document = Fields::new();
    for (name, value) in fields {
        document.insert(field(name), value);
    }
    document
}

/// One field of each kind and policy, with bounds narrow enough to be met often.
fn shape() -> Shape<u8> {
    let bounds = |min, max, policy| Bounds::new(min, max, policy).unwrap();
    let count = |name, bounds, default| Declared::counter(field(name), bounds, default).unwrap();
    let fields = vec![
        count("coins", bounds(-5, 20, BoundsPolicy::Reject), 3),
        count("energy", bounds(-5, 20, BoundsPolicy::Clamp), 20),
        count("wide", bounds(-MAX_EXACT, MAX_EXACT, BoundsPolicy::Reject), 0),
        count("gold", bounds(0, 20, BoundsPolicy::Reject), 0).retired(),
        Declared::set(field("pets"), 3, BTreeSet::from([1])).unwrap(),
        Declared::set(field("badges"), u32::MAX, BTreeSet::new()).unwrap(),
        Declared::register(field("title"), Some(7)),
    ];
    Shape::new(SchemaVersion(1), fields).unwrap()
}

fn is_sound(document: &Doc) -> bool {
    shape().declared().all(|declared| match (declared.kind(), document.get(declared.name().as_str())) {
        (FieldKind::Register, None | Some(Field::Register(_))) => true,
        (FieldKind::Counter(bounds), Some(Field::Counter(value))) => bounds.contains(*value),
        (FieldKind::Set { max_len }, Some(Field::Set(values))) => values.len() as u64 <= u64::from(*max_len),
        (FieldKind::Counter(_), None) => declared.is_retired(),
        (FieldKind::Register | FieldKind::Counter(_) | FieldKind::Set { .. }, _) => false,
    })
}

fn any_name() -> impl Strategy<Value = &'static str> {
    select(vec!["coins", "energy", "wide", "gold", "pets", "badges", "title", "theirs"])
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => -30i64..30,
        1 => any::<i64>(),
        2 => select(vec![i64::MIN, i64::MIN + 1, -MAX_EXACT - 1, -MAX_EXACT, MAX_EXACT, MAX_EXACT + 1, i64::MAX]),
    ]
}

fn any_op() -> impl Strategy<Value = Op<u8>> {
    let value = || 0u8..6;
    prop_oneof![
        5 => on_counter(),
        2 => value().prop_map(Op::Insert),
        1 => value().prop_map(Op::Remove),
        1 => value().prop_map(Op::Set),
        1 => (proptest::option::of(value()), value()).prop_map(|(expect, value)| Op::SetIf { expect, value }),
        1 => Just(Op::Delete),
    ]
}

fn on_counter() -> impl Strategy<Value = Op<u8>> {
    prop_oneof![3 => number().prop_map(Op::Add), 1 => number().prop_map(Op::Min), 1 => number().prop_map(Op::Max)]
}

/// An operation that fits its field more often than not.
fn any_part() -> impl Strategy<Value = (FieldName, Op<u8>)> {
    let counters = select(vec!["coins", "energy", "wide", "gold"]);
    let sets = select(vec!["pets", "badges"]);
    let on_set = prop_oneof![(0u8..6).prop_map(Op::Insert), (0u8..6).prop_map(Op::Remove)];
    prop_oneof![
        1 => (any_name(), any_op()),
        2 => (counters, on_counter()),
        2 => (sets, on_set),
        1 => (Just("title"), (0u8..6).prop_map(Op::Set)),
    ]
    .prop_map(|(name, op)| (field(name), op))
}

fn any_change() -> impl Strategy<Value = Change<u8>> {
    vec(any_part(), 0..5).prop_map(|ops| Change::new(ops).unwrap())
}

/// Changes made of whatever the document calls a credit, out of much that it must not.
fn any_credit() -> impl Strategy<Value = Change<u8>> {
    let is_credit = |(name, op): &(FieldName, Op<u8>)| Doc::is_credit(&shape(), &Change::one(name.clone(), op.clone()));
    let amount = prop_oneof![8 => 0i64..15, 1 => Just(i64::MAX)];
    let amount = (amount, any::<bool>()).prop_map(|(by, adds)| if adds { Op::Add(by) } else { Op::Max(by) });
    let add = (select(vec!["coins", "energy", "wide", "gold"]), amount);
    let insert = (select(vec!["pets", "badges"]), (0u8..6).prop_map(Op::Insert));
    let likely = prop_oneof![2 => add, 1 => insert].prop_map(|(name, op)| (field(name), op));
    vec(prop_oneof![3 => likely, 1 => any_part()].prop_filter("a credit", is_credit), 0..4)
        .prop_map(|ops| Change::new(ops).unwrap())
}

fn roomy_credit() -> impl Strategy<Value = (FieldName, Op<u8>)> {
    let amount = prop_oneof![0i64..15, Just(i64::MAX)];
    prop_oneof![
        amount.prop_map(|by| (field("energy"), Op::Add(by))),
        (0u8..6).prop_map(|value| (field("badges"), Op::Insert(value))),
    ]
}

/// Any stored field under any name, fitting or not.
fn any_document() -> impl Strategy<Value = Doc> {
    let set = || btree_set(0u8..6, 0..5).prop_map(Field::Set);
    let counter = || number().prop_map(Field::Counter);
    let register = || (0u8..6).prop_map(Field::Register);
    let fitting = prop_oneof![
        (select(vec!["coins", "energy", "wide", "gold"]), counter()),
        (select(vec!["pets", "badges"]), set()),
        (Just("title"), register()),
    ];
    let any = (any_name(), prop_oneof![set(), counter(), register()]);
    vec(prop_oneof![6 => fitting, 1 => any], 0..8).prop_map(document)
}

/// A document that conforms to the shape: every counter and set stored and within its bounds.
fn sound_document() -> impl Strategy<Value = Doc> {
    let wide = prop_oneof![-9i64..9, Just(-MAX_EXACT), Just(MAX_EXACT)];
    let sets = (btree_set(0u8..6, 0..=3), btree_set(0u8..6, 0..6));
    let title = proptest::option::of((0u8..6).prop_map(Field::Register));
    (-5i64..=20, -5i64..=20, wide, sets, title).prop_map(|(coins, energy, wide, (pets, badges), title)| {
        let fields = [
            ("coins", Field::Counter(coins)),
            ("energy", Field::Counter(energy)),
            ("wide", Field::Counter(wide)),
            ("pets", Field::Set(pets)),
            ("badges", Field::Set(badges)),
            ("theirs", Field::Counter(1)),
        ];
        document(fields.into_iter().chain(title.map(|title| ("title", title))))
    })
}
