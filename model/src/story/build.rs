//! Writing a story down step by step, so that whoever translates a trace need not count steps or spell out structs.

use super::{Actor, ActorKind, Ending, MessageStyle, Step, StepKind, Story};

impl Story {
    /// A story with a title and nothing else.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a sentence to the summary.
    pub fn sentence(&mut self, sentence: impl Into<String>) -> &mut Self {
        self.summary.push(sentence.into());
        self
    }

    /// Adds an actor; its lane is right of those that are there.
    pub fn actor(&mut self, id: impl Into<String>, label: impl Into<String>, kind: ActorKind) -> &mut Self {
        self.actors.push(Actor { id: id.into(), label: label.into(), kind });
        self
    }

    /// Adds a step. Its number is one more than that of the step before it.
    pub fn step(&mut self, kind: StepKind) -> &mut Self {
        let number = self.steps.last().map_or(1, |last| last.number.saturating_add(1));
        self.steps.push(Step { number, kind, note: Vec::new() });
        self
    }

    /// Adds a message.
    pub fn message(
        &mut self,
        from: impl Into<String>,
        to: impl Into<String>,
        label: impl Into<String>,
        style: MessageStyle,
    ) -> &mut Self {
        self.step(StepKind::Message { from: from.into(), to: to.into(), label: label.into(), style })
    }

    /// Adds something that an actor does by itself.
    pub fn local(&mut self, at: impl Into<String>, label: impl Into<String>) -> &mut Self {
        self.step(StepKind::Local { at: at.into(), label: label.into() })
    }

    /// Adds a crash.
    pub fn crash(&mut self, at: impl Into<String>, label: impl Into<String>) -> &mut Self {
        self.step(StepKind::Crash { at: at.into(), label: label.into() })
    }

    /// Adds a fault.
    pub fn fault(&mut self, at: impl Into<String>, label: impl Into<String>) -> &mut Self {
        self.step(StepKind::Fault { at: at.into(), label: label.into() })
    }

    /// Adds a line of state to the last step. Before the first step there is nothing to attach it to: it joins the
    /// summary.
    pub fn note(&mut self, line: impl Into<String>) -> &mut Self {
        match self.steps.last_mut() {
            Some(step) => step.note.push(line.into()),
            None => self.summary.push(line.into()),
        }
        self
    }

    /// Sets the ending.
    pub fn ends(&mut self, label: impl Into<String>, lines: Vec<String>, bad: bool) -> &mut Self {
        self.ending = Some(Ending { label: label.into(), lines, bad });
        self
    }
}
