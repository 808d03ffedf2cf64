//! Cycles that the protocol can walk alone without reaching a goal: Tarjan's components, without recursion.

use super::graph::{Graph, NONE};

/// The state with the least number on such a cycle, and the bytes that the search took.
///
/// A step that changes nothing is a cycle of length one.
pub(super) fn first_on_cycle(graph: &Graph) -> (Option<u32>, usize) {
    let mut search = Components {
        graph,
        entered: vec![UNSEEN; graph.len()],
        lowest: vec![0; graph.len()],
        open: Vec::new(),
        calls: Vec::new(),
        clock: UNSEEN,
        least: None,
    };
    for root in 0..graph.len() as u32 {
        if search.entered[root as usize] == UNSEEN && !graph.is_goal(root) {
            search.explore(root);
        }
    }
    (search.least, search.bytes())
}

/// A shortest cycle through a state that lies on one: the state numbers after it, ending with the state itself.
pub(super) fn shortest_cycle(graph: &Graph, start: u32) -> Vec<u32> {
    let mut parents = vec![NONE; graph.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while parents[start as usize] == NONE {
        let from = queue.pop_front().expect("the state lies on a cycle");
        for to in graph.protocol_steps(from) {
            if parents[to as usize] == NONE {
                parents[to as usize] = from;
                queue.push_back(to);
            }
        }
    }
    let mut cycle = vec![start];
    let mut state = parents[start as usize];
    while state != start {
        cycle.push(state);
        state = parents[state as usize];
    }
    cycle.reverse();
    cycle
}

/// Tarjan's algorithm on the protocol's steps between states that are no goals.
struct Components<'g> {
    graph: &'g Graph,
    /// When a state was entered; `UNSEEN` before, `CLOSED` once its component is complete.
    entered: Vec<u32>,
    /// The earliest open state known to be reachable.
    lowest: Vec<u32>,
    /// States entered whose component is not complete.
    open: Vec<u32>,
    /// The path being explored, each state with the position of its next edge.
    calls: Vec<(u32, u64)>,
    clock: u32,
    least: Option<u32>,
}

impl Components<'_> {
    fn explore(&mut self, root: u32) {
        self.enter(root);
        while let Some((state, position)) = self.calls.last_mut() {
            let (state, at) = (*state, *position);
            if at == self.graph.row(state).end {
                self.leave(state);
                continue;
            }
            *position += 1;
            let Some(target) = self.graph.protocol_step(at) else { continue };
            match self.entered[target as usize] {
                UNSEEN => self.enter(target),
                CLOSED => {}
                entered => {
                    self.lower(state, entered);
                    if target == state {
                        self.note(state);
                    }
                }
            }
        }
    }

    fn enter(&mut self, state: u32) {
        self.clock += 1;
        self.entered[state as usize] = self.clock;
        self.lowest[state as usize] = self.clock;
        self.open.push(state);
        self.calls.push((state, self.graph.row(state).start));
    }

    fn leave(&mut self, state: u32) {
        self.calls.pop();
        let lowest = self.lowest[state as usize];
        if lowest == self.entered[state as usize] {
            self.close(state);
        } else if let Some((caller, _)) = self.calls.last() {
            self.lower(*caller, lowest);
        }
    }

    /// Completes the component whose first state this is.
    fn close(&mut self, root: u32) {
        let alone = self.open.last() == Some(&root);
        loop {
            let member = self.open.pop().expect("the root is open");
            self.entered[member as usize] = CLOSED;
            if !alone {
                self.note(member);
            }
            if member == root {
                return;
            }
        }
    }

    fn lower(&mut self, state: u32, to: u32) {
        let lowest = &mut self.lowest[state as usize];
        *lowest = to.min(*lowest);
    }

    fn note(&mut self, on_cycle: u32) {
        self.least = Some(self.least.map_or(on_cycle, |least| least.min(on_cycle)));
    }

    fn bytes(&self) -> usize {
        (self.entered.capacity() + self.lowest.capacity() + self.open.capacity()) * size_of::<u32>()
            + self.calls.capacity() * size_of::<(u32, u64)>()
    }
}

const UNSEEN: u32 = 0;
const CLOSED: u32 = u32::MAX;
