//! The story as the source of a Mermaid sequence diagram, for Markdown documents.

use super::cast::{Act, Cast, Mark, label};
use super::measure::clean;
use super::{ActorKind, MessageStyle, Story};

/// Words that have a meaning of their own where a participant is expected.
const RESERVED: [&str; 31] = [
    "activate",
    "actor",
    "alt",
    "and",
    "as",
    "autonumber",
    "box",
    "break",
    "create",
    "critical",
    "deactivate",
    "destroy",
    "details",
    "else",
    "end",
    "left",
    "link",
    "links",
    "loop",
    "note",
    "opt",
    "option",
    "over",
    "par",
    "participant",
    "properties",
    "rect",
    "right",
    "sequencediagram",
    "title",
    "acctitle",
];

impl Story {
    /// The story as Mermaid source, without the fence around it.
    ///
    /// A reply is dotted there, as is the custom; a late message has an open head and says so in words. The summary
    /// becomes comments: in a document it stands in the text around the diagram.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let cast = Cast::new(self);
        let names: Vec<String> = (0..cast.lanes.len()).map(|lane| self.participant(lane)).collect();
        let mut out = vec!["sequenceDiagram".to_owned()];
        if !clean(&self.title).is_empty() {
            out.push(format!("    title {}", escape(&self.title)));
        }
        // A comment that starts with a brace would be read as a directive; the space after the signs prevents it.
        out.extend(self.summary.iter().map(|sentence| format!("    %% {}", clean(sentence)).trim_end().to_owned()));
        for (lane, name) in cast.lanes.iter().zip(&names) {
            let word = if lane.kind == Some(ActorKind::Operator) { "actor" } else { "participant" };
            out.push(format!("    {word} {name} as {}", escape(&lane.label)));
        }
        for step in &self.steps {
            let act = cast.act(step);
            let text = escape(&label(step));
            let number = step.number;
            out.push(match act {
                Act::Arrow { from, to, style } => arrow(&names[from], &names[to], style, number, &text),
                Act::Loop { at, style } => arrow(&names[at], &names[at], style, number, &text),
                Act::Mark { at, mark } => {
                    let sign = match mark {
                        Mark::Local => "",
                        Mark::Crash => "✖ crash: ",
                        Mark::Fault => "⚠ fault: ",
                    };
                    format!("    Note over {}: {number}. {sign}{text}", names[at])
                }
            });
            let mut lines: Vec<String> = step.note.iter().map(|line| escape(line)).collect();
            lines.retain(|line| !line.is_empty());
            if !lines.is_empty() {
                out.push(format!("    Note right of {}: {}", names[act.seat()], lines.join("<br/>")));
            }
        }
        if let Some(ending) = &self.ending {
            let (tint, sign) = if ending.bad { ("rgb(254, 226, 226)", "✗") } else { ("rgb(220, 252, 231)", "✓") };
            let mut lines = vec![format!("{sign} {}", escape(&ending.label))];
            lines.extend(ending.lines.iter().map(|line| escape(line)));
            let text = lines.join("<br/>");
            match names.as_slice() {
                // Without lanes there is nothing to write over.
                [] => out.push(format!("    %% {text}")),
                [only] => out.extend(boxed(tint, only, &text)),
                [first, .., last] => out.extend(boxed(tint, &format!("{first},{last}"), &text)),
            }
        }
        out.push(String::new());
        out.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    }

    /// The name of a lane in the source: the actor's id where that is a plain word and stands for this lane, else a
    /// made-up one.
    fn participant(&self, lane: usize) -> String {
        let made_up = || format!("lane{lane}");
        let Some(actor) = self.actors.get(lane) else { return made_up() };
        let lower = actor.id.to_ascii_lowercase();
        let plain = actor.id.starts_with(|c: char| c.is_ascii_alphabetic())
            && actor.id.chars().all(|c| c.is_ascii_alphanumeric())
            && !lower.starts_with("lane")
            && !RESERVED.contains(&lower.as_str());
        let first = self.actors.iter().position(|other| other.id == actor.id) == Some(lane);
        if plain && first { actor.id.clone() } else { made_up() }
    }
}

fn arrow(from: &str, to: &str, style: MessageStyle, number: usize, text: &str) -> String {
    let (shaft, fate) = match style {
        MessageStyle::Request => ("->>", ""),
        MessageStyle::Reply => ("-->>", ""),
        MessageStyle::Lost => ("-x", "lost: "),
        MessageStyle::Late => ("--)", "late: "),
    };
    format!("    {from}{shaft}{to}: {number}. {fate}{text}")
}

/// A note over lanes on a tinted ground.
fn boxed(tint: &str, over: &str, text: &str) -> [String; 3] {
    [format!("    rect {tint}"), format!("    Note over {over}: {text}"), "    end".to_owned()]
}

/// A text in which nothing ends the statement, starts a comment or is read as markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '#' | ';' | '%' | '<' | '>' | '&' | '"' | '\\' => out.push_str(&format!("#{};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{ActorKind, MessageStyle, Story};

    #[test]
    fn mermaid_names_lanes_and_escapes_texts() {
        let mut story = Story::new("Two; or # three");
        story
            .sentence("Not drawn.")
            .actor("A", "Server A", ActorKind::Host)
            .actor("end", "Record <store>", ActorKind::Store)
            .message("A", "end", "save(3); 100%", MessageStyle::Request)
            .note("epoch 1")
            .note("owner A")
            .message("end", "A", "Wrote", MessageStyle::Lost)
            .crash("A", "its session")
            .ends("P4", vec!["two holders".to_owned()], true);
        let expected = "\
sequenceDiagram
    title Two#59; or #35; three
    %% Not drawn.
    participant A as Server A
    participant lane1 as Record #60;store#62;
    A->>lane1: 1. save(3)#59; 100#37;
    Note right of lane1: epoch 1<br/>owner A
    lane1-xA: 2. lost: Wrote
    Note over A: 3. ✖ crash: its session
    rect rgb(254, 226, 226)
    Note over A,lane1: ✗ P4<br/>two holders
    end
";
        assert_eq!(story.to_mermaid(), expected);
    }
}
