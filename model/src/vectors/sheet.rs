//! Files in the making: cases with their names, run as they are added.

use super::Case;
use super::config::{ConfigJson, Configs};
use super::file::{self, File, Vector};
use std::collections::BTreeMap;

/// A file in the making. What goes wrong is kept until the end, so that cases are lists and nothing else.
pub(super) struct Sheet<C> {
    name: &'static str,
    kind: &'static str,
    about: &'static str,
    written: BTreeMap<String, ConfigJson>,
    configs: Configs,
    vectors: Vec<Vector<C>>,
    mistakes: Vec<String>,
}

impl<C: Case> Sheet<C> {
    /// An empty file: its name, the kind of its vectors, what they show, and their configurations.
    pub(super) fn new<const N: usize>(
        name: &'static str,
        kind: &'static str,
        about: &'static str,
        configs: [(&str, ConfigJson); N],
    ) -> Self {
        let written: BTreeMap<_, _> = configs.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
        let (configs, mistakes) = match Configs::new(&written) {
            Ok(configs) => (configs, Vec::new()),
            Err((config, why)) => (Configs::default(), vec![format!("{name}: {config}: {why}")]),
        };
        Self { name, kind, about, written, configs, vectors: Vec::new(), mistakes }
    }

    /// Adds a case, with what comes of it. `shows` says whether that is what it is there for.
    pub(super) fn add(
        &mut self,
        name: &str,
        tells: &'static str,
        case: C,
        shows: impl FnOnce(&C) -> Result<(), String>,
    ) {
        let ran = case.run(&self.configs).and_then(|case| shows(&case).map(|()| case));
        match ran {
            Ok(case) => self.vectors.push(Vector { name: name.to_owned(), tells: tells.split(' ').collect(), case }),
            Err(why) => self.mistakes.push(format!("{}: {name}: {why}", self.name)),
        }
    }

    /// The file.
    pub(super) fn file(self) -> Result<File, String> {
        if !self.mistakes.is_empty() {
            return Err(self.mistakes.join("\n"));
        }
        let text = file::text(self.kind, self.about, &self.written, &self.vectors);
        text.map(|text| File { name: self.name, text }).map_err(|why| format!("{}: {why}", self.name))
    }
}

/// `Ok` if this is what was meant.
pub(super) fn meant<T: PartialEq + std::fmt::Debug>(found: T, meant: T) -> Result<(), String> {
    if found == meant { Ok(()) } else { Err(format!("{meant:?} was meant, it is {found:?}")) }
}
