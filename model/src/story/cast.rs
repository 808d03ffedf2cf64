//! Who stands in which lane. All renderings ask here, so a name that no actor bears is treated alike everywhere.

use std::collections::BTreeMap;

use super::measure::clean;
use super::{ActorKind, MessageStyle, Step, StepKind, Story};

/// The head of a lane.
pub(super) struct Lane {
    /// What is shown, already clean.
    pub(super) label: String,
    /// What the actor is; `None` is the lane of the names that no actor bears.
    pub(super) kind: Option<ActorKind>,
}

/// The lanes of a story, from left to right.
pub(super) struct Cast<'a> {
    /// One per actor, and one more where a step names somebody unknown.
    pub(super) lanes: Vec<Lane>,
    known: BTreeMap<&'a str, usize>,
}

/// A step with its names turned into lanes and its label made fit to be shown.
pub(super) enum Act {
    /// Between two different lanes.
    Arrow { from: usize, to: usize, style: MessageStyle },
    /// From a lane to itself.
    Loop { at: usize, style: MessageStyle },
    /// In one lane.
    Mark { at: usize, mark: Mark },
}

/// What stands on a lifeline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Local,
    Crash,
    Fault,
}

impl<'a> Cast<'a> {
    pub(super) fn new(story: &'a Story) -> Self {
        let mut known = BTreeMap::new();
        let mut lanes = Vec::with_capacity(story.actors.len() + 1);
        for (lane, actor) in story.actors.iter().enumerate() {
            known.entry(actor.id.as_str()).or_insert(lane);
            let shown = if actor.label.trim().is_empty() { &actor.id } else { &actor.label };
            let label = Some(clean(shown)).filter(|label| !label.is_empty()).unwrap_or_else(|| "(unnamed)".to_owned());
            lanes.push(Lane { label, kind: Some(actor.kind) });
        }
        let mut strangers: Vec<String> = Vec::new();
        for id in story.steps.iter().flat_map(|step| names(&step.kind)) {
            let id_shown = clean(id);
            if !known.contains_key(id) && !strangers.contains(&id_shown) {
                strangers.push(id_shown);
            }
        }
        if !strangers.is_empty() {
            lanes.push(Lane { label: format!("? {}", strangers.join(", ")), kind: None });
        }
        Self { lanes, known }
    }

    /// The lane of an id. An unknown id stands in the last lane, which [`Cast::new`] has added for it.
    pub(super) fn lane(&self, id: &str) -> usize {
        self.known.get(id).copied().unwrap_or(self.lanes.len().saturating_sub(1))
    }

    /// The step in terms of lanes.
    pub(super) fn act(&self, step: &Step) -> Act {
        match &step.kind {
            StepKind::Message { from, to, style, .. } => {
                let (from, to) = (self.lane(from), self.lane(to));
                if from == to { Act::Loop { at: from, style: *style } } else { Act::Arrow { from, to, style: *style } }
            }
            StepKind::Local { at, .. } => Act::Mark { at: self.lane(at), mark: Mark::Local },
            StepKind::Crash { at, .. } => Act::Mark { at: self.lane(at), mark: Mark::Crash },
            StepKind::Fault { at, .. } => Act::Mark { at: self.lane(at), mark: Mark::Fault },
        }
    }

    /// The step as one sentence, for readers who have no picture.
    pub(super) fn sentence(&self, step: &Step, arrow: &str) -> String {
        let name = |id: &str| match self.known.get(id) {
            Some(lane) => self.lanes[*lane].label.clone(),
            None => clean(id),
        };
        let label = label(step);
        match &step.kind {
            StepKind::Message { from, to, style, .. } => {
                let fate = match style {
                    MessageStyle::Request => "",
                    MessageStyle::Reply => " (reply)",
                    MessageStyle::Lost => " (lost)",
                    MessageStyle::Late => " (late)",
                };
                format!("{} {arrow} {}{fate}: {label}", name(from), name(to))
            }
            StepKind::Local { at, .. } => format!("{}: {label}", name(at)),
            StepKind::Crash { at, .. } => format!("{} (crash): {label}", name(at)),
            StepKind::Fault { at, .. } => format!("{} (fault): {label}", name(at)),
        }
    }
}

impl Act {
    /// The lane that shows by this step that it is alive. A late message was sent long ago and shows nothing.
    pub(super) fn awake(&self) -> Option<usize> {
        match *self {
            Self::Arrow { style: MessageStyle::Late, .. } | Self::Loop { style: MessageStyle::Late, .. } => None,
            Self::Arrow { from: at, .. } | Self::Loop { at, .. } | Self::Mark { at, mark: Mark::Local } => Some(at),
            Self::Mark { .. } => None,
        }
    }

    /// The lane where the notes of this step stand: where it took effect.
    pub(super) fn seat(&self) -> usize {
        match *self {
            Self::Arrow { from, style: MessageStyle::Lost, .. } => from,
            Self::Arrow { to, .. } => to,
            Self::Loop { at, .. } | Self::Mark { at, .. } => at,
        }
    }
}

/// The label of a step, fit to be shown.
pub(super) fn label(step: &Step) -> String {
    let (StepKind::Message { label, .. }
    | StepKind::Local { label, .. }
    | StepKind::Crash { label, .. }
    | StepKind::Fault { label, .. }) = &step.kind;
    clean(label)
}

/// The ids that a step names.
fn names(kind: &StepKind) -> impl Iterator<Item = &str> {
    let (first, second) = match kind {
        StepKind::Message { from, to, .. } => (from, Some(to)),
        StepKind::Local { at, .. } | StepKind::Crash { at, .. } | StepKind::Fault { at, .. } => (at, None),
    };
    std::iter::once(first).chain(second).map(String::as_str)
}
