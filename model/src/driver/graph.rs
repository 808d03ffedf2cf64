//! The explicit graph of a model: states by number, transitions in compressed rows.

use super::frontier::Frontier;
use super::liveness::Truncated;
use super::meter::Meter;
use super::search::Options;
use super::table::Table;
use super::{Checked, fingerprint};

/// All states and transitions inside the boundary. States are numbered in breadth-first order, so a smaller number is never deeper.
///
/// Costs about 40 bytes a state and four an edge; the states themselves are dropped as soon as they are expanded.
pub(super) struct Graph {
    numbers: Table<u32>,
    initial: u32,
    rows: Vec<u64>,
    targets: Vec<u32>,
    goals: Vec<bool>,
    depth: usize,
    peak_frontier: usize,
}

impl Graph {
    /// Explores the model completely, or says that it did not.
    pub(super) fn build<M: Checked>(
        model: &M,
        options: &Options<'_>,
        meter: &mut Meter<'_>,
    ) -> Result<Self, Truncated> {
        let mut builder = Builder::new(model, options);
        builder.begin()?;
        meter.add(builder.graph.len() as u64, builder.graph.len() as u64);
        while builder.next.len() > 0 {
            meter.begin_level(builder.graph.depth + 1, builder.next.len() as u64);
            builder.expand_level(meter)?;
            meter.tell();
        }
        let mut graph = builder.graph;
        graph.targets.shrink_to_fit();
        Ok(graph)
    }

    /// The number of states.
    pub(super) fn len(&self) -> usize {
        self.goals.len()
    }

    pub(super) fn edge_count(&self) -> usize {
        self.targets.len()
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn peak_frontier(&self) -> usize {
        self.peak_frontier
    }

    /// Bytes of everything kept, used or not.
    pub(super) fn bytes(&self) -> usize {
        self.numbers.bytes() as usize
            + self.rows.capacity() * size_of::<u64>()
            + self.targets.capacity() * size_of::<u32>()
            + self.goals.capacity()
    }

    pub(super) fn is_goal(&self, state: u32) -> bool {
        self.goals[state as usize]
    }

    /// The number under which a state is known.
    pub(super) fn number(&self, fingerprint: u128) -> Option<u32> {
        self.numbers.get(fingerprint)
    }

    /// The positions of a state's edges; see [`edge`](Self::edge).
    pub(super) fn row(&self, state: u32) -> std::ops::Range<u64> {
        self.rows[state as usize]..self.rows[state as usize + 1]
    }

    /// Where the edge at a position leads, and whether the environment takes it.
    pub(super) fn edge(&self, position: u64) -> (u32, bool) {
        let edge = self.targets[position as usize];
        (edge & !ENVIRONMENT, edge & ENVIRONMENT != 0)
    }

    /// The states to which the protocol alone can go without passing a goal; none from a goal.
    pub(super) fn protocol_steps(&self, state: u32) -> impl Iterator<Item = u32> {
        let row = if self.is_goal(state) { 0..0 } else { self.row(state) };
        row.filter_map(|position| self.protocol_step(position))
    }

    /// Where an edge leads if it is the protocol's and does not lead to a goal.
    pub(super) fn protocol_step(&self, position: u64) -> Option<u32> {
        let (target, environment) = self.edge(position);
        (!environment && !self.is_goal(target)).then_some(target)
    }

    /// For each state, whether a goal can be reached from it, and the bytes that took: a walk backwards over reversed edges.
    pub(super) fn reaches_goal(&self) -> (Vec<bool>, usize) {
        let (rows, sources) = self.reversed();
        let mut reaches = self.goals.clone();
        let mut todo: Vec<u32> = (0..self.len() as u32).filter(|state| self.is_goal(*state)).collect();
        while let Some(state) = todo.pop() {
            let row = rows[state as usize] as usize..rows[state as usize + 1] as usize;
            for source in &sources[row] {
                if !std::mem::replace(&mut reaches[*source as usize], true) {
                    todo.push(*source);
                }
            }
        }
        let bytes = rows.capacity() * size_of::<u64>() + (sources.capacity() + todo.capacity()) * size_of::<u32>();
        (reaches, bytes + self.len())
    }

    /// A shortest path of state numbers from an initial state.
    pub(super) fn path_to(&self, state: u32) -> Vec<u32> {
        let mut parents = vec![NONE; self.len()];
        // In breadth-first order the first edge into a state comes from the level before it.
        for from in 0..self.len() as u32 {
            for position in self.row(from) {
                let (to, _) = self.edge(position);
                if parents[to as usize] == NONE {
                    parents[to as usize] = from;
                }
            }
        }
        let mut path = vec![state];
        while path[path.len() - 1] >= self.initial {
            path.push(parents[path[path.len() - 1] as usize]);
        }
        path.reverse();
        path
    }

    fn reversed(&self) -> (Vec<u64>, Vec<u32>) {
        let mut rows = vec![0_u64; self.len() + 1];
        for edge in &self.targets {
            rows[(edge & !ENVIRONMENT) as usize] += 1;
        }
        let mut sum = 0;
        for row in &mut rows {
            sum += *row;
            *row = sum;
        }
        // Each entry is its row's end now, and moves to its beginning while the row is filled.
        let mut sources = vec![0; self.targets.len()];
        for from in 0..self.len() as u32 {
            for position in self.row(from) {
                let (to, _) = self.edge(position);
                rows[to as usize] -= 1;
                sources[rows[to as usize] as usize] = from;
            }
        }
        (rows, sources)
    }
}

/// Marks an edge that the environment takes.
const ENVIRONMENT: u32 = 1 << 31;

/// No state has this number.
pub(super) const NONE: u32 = u32::MAX;

/// A graph under construction. Sequential: the numbers, and with them every answer, come out the same each time.
struct Builder<'a, M: Checked> {
    model: &'a M,
    symmetry: bool,
    max_states: usize,
    graph: Graph,
    next: Frontier<M::State>,
}

impl<'a, M: Checked> Builder<'a, M> {
    fn new(model: &'a M, options: &Options<'_>) -> Self {
        // A number shares its word with the environment bit.
        let limit = u64::from(ENVIRONMENT);
        Self {
            model,
            symmetry: options.symmetry,
            max_states: options.max_states.unwrap_or(limit).min(limit) as usize,
            graph: Graph {
                numbers: Table::new(),
                initial: 0,
                rows: vec![0],
                targets: Vec::new(),
                goals: Vec::new(),
                depth: 0,
                peak_frontier: 0,
            },
            next: Frontier::new(),
        }
    }

    fn begin(&mut self) -> Result<(), Truncated> {
        for state in self.model.init_states() {
            if self.model.within_boundary(&state) {
                self.number(state)?;
            }
        }
        self.graph.initial = self.graph.len() as u32;
        Ok(())
    }

    fn expand_level(&mut self, meter: &Meter<'_>) -> Result<(), Truncated> {
        let mut level = std::mem::replace(&mut self.next, Frontier::new());
        self.graph.peak_frontier = self.graph.peak_frontier.max(level.len());
        let mut actions = Vec::new();
        while let Some(mut chunk) = level.pop_chunk() {
            let before = (self.graph.len(), self.graph.edge_count());
            for state in chunk.drain(..) {
                self.expand(&state, &mut actions)?;
            }
            self.next.recycle(chunk);
            meter.add((self.graph.len() - before.0) as u64, (self.graph.edge_count() - before.1) as u64);
        }
        if self.next.len() > 0 {
            self.graph.depth += 1;
        }
        Ok(())
    }

    fn expand(&mut self, state: &M::State, actions: &mut Vec<M::Action>) -> Result<(), Truncated> {
        self.model.actions(state, actions);
        for action in actions.drain(..) {
            let environment = if self.model.is_environment(&action) { ENVIRONMENT } else { 0 };
            let Some(next) = self.model.next_state(state, action) else { continue };
            if self.model.within_boundary(&next) {
                let target = self.number(next)?;
                self.graph.targets.push(target | environment);
            }
        }
        self.graph.rows.push(self.graph.targets.len() as u64);
        Ok(())
    }

    /// The number of a state; a new one waits to be expanded.
    fn number(&mut self, state: M::State) -> Result<u32, Truncated> {
        let state = if self.symmetry { self.model.canonical(state) } else { state };
        let fingerprint = fingerprint(&state);
        let new = self.graph.len() as u32;
        if let Some(known) = self.graph.numbers.shard_mut(fingerprint).insert(fingerprint, new) {
            return Ok(known);
        }
        if self.graph.len() == self.max_states {
            return Err(Truncated { states: self.graph.len() as u64 });
        }
        self.graph.goals.push(self.model.goal(&state));
        self.next.push(state);
        Ok(new)
    }
}
