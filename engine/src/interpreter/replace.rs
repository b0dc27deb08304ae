//! One plan put in the place of another while it runs.
//!
//! What has not changed goes on as it was: regions with the same kernel, library nodes with the same arguments, streams of the same
//! name and type with what is in them. A region that has changed takes over the memory that it has in common with the regions that had
//! its nodes. The rest starts afresh.

use super::{Actor, Buffer, Interpreter, Prepared, Runner, Work};
use crate::jit::Compiled;
use remotemedia_ir::plan::{self, Plan, StreamId};
use std::collections::{BTreeSet, HashMap};

/// Who reads a stream.
#[derive(Clone, Copy)]
enum Reader<'p> {
    /// The host, at an output port.
    Port(usize),
    /// An actor with these nodes.
    Actor(&'p [String]),
}

impl Reader<'_> {
    fn is(self, other: Reader<'_>) -> bool {
        match (self, other) {
            (Reader::Port(a), Reader::Port(b)) => a == b,
            (Reader::Actor(a), Reader::Actor(b)) => a.iter().any(|node| b.contains(node)),
            (Reader::Port(_) | Reader::Actor(_), _) => false,
        }
    }
}

/// The readers of a stream, by their numbers.
fn readers(plan: &Plan, stream: StreamId) -> Vec<Option<Reader<'_>>> {
    let mut list = vec![None; usize::from(plan.stream(stream).readers)];
    let mut put = |reading: &plan::Reading, reader| {
        if reading.stream == stream
            && let Some(place) = list.get_mut(usize::from(reading.reader))
        {
            *place = Some(reader);
        }
    };
    for actor in &plan.actors {
        actor.inputs.iter().for_each(|r| put(r, Reader::Actor(&actor.nodes)));
    }
    plan.outputs.iter().enumerate().for_each(|(port, p)| put(&p.from, Reader::Port(port)));
    list
}

/// Whether a plan can take the place of another: files are bound to its ports, so there must be as many of the same types, in the
/// same order. One may have another name, such as that of a node behind the last.
///
/// # Errors
/// The ports that were and those that are.
pub fn check_ports(before: &Plan, after: &Plan) -> Result<(), String> {
    type Ports = Vec<(String, String)>;
    let inputs =
        |p: &Plan| -> Ports { p.inputs.iter().map(|i| (i.name.clone(), p.stream(i.stream).ty.to_string())).collect() };
    let outputs = |p: &Plan| -> Ports {
        p.outputs.iter().map(|o| (o.name.clone(), p.stream(o.from.stream).ty.to_string())).collect()
    };
    let sides = [("inputs", inputs(before), inputs(after)), ("outputs", outputs(before), outputs(after))];
    for (what, before, after) in sides {
        let moved = |name: &String| before.iter().any(|(other, _)| other == name);
        let fits = before.len() == after.len()
            && before.iter().zip(&after).all(|(b, a)| b.1 == a.1 && (b.0 == a.0 || !moved(&a.0)));
        if !fits {
            let list = |ports: &Ports| {
                let ports: Vec<String> = ports.iter().map(|(name, ty)| format!("`{name}`: {ty}")).collect();
                if ports.is_empty() { "none".to_owned() } else { ports.join(", ") }
            };
            return Err(format!("the {what} were {}, now they are {}", list(&before), list(&after)));
        }
    }
    Ok(())
}

impl Interpreter {
    /// Puts another plan in the place of this one, between two steps.
    ///
    /// # Errors
    /// The message of [`check_ports`], or of a library node that cannot be made; the plan then goes on as it was.
    pub fn replace(&mut self, prepared: Prepared) -> Result<(), String> {
        check_ports(&self.plan, &prepared.plan)?;
        let mut next = Interpreter::start(prepared)?;
        let homes: HashMap<&str, usize> = self
            .plan
            .order
            .iter()
            .enumerate()
            .flat_map(|(place, id)| self.plan.actor(*id).nodes.iter().map(move |node| (node.as_str(), place)))
            .collect();
        for (id, actor) in next.plan.order.iter().zip(&mut next.actors) {
            let after = next.plan.actor(*id);
            let before: BTreeSet<usize> = after.nodes.iter().filter_map(|n| homes.get(n.as_str()).copied()).collect();
            let places: Vec<usize> = before.into_iter().collect();
            match places.as_slice() {
                [] => {}
                [one] if unchanged(self.plan.actor(self.plan.order[*one]), after) => {
                    std::mem::swap(&mut actor.runner, &mut self.actors[*one].runner);
                    if let (Runner::Region { limit, .. }, Runner::Region { limit: own, .. }) =
                        (&mut actor.runner, &self.actors[*one].runner)
                    {
                        *limit = *own;
                    }
                }
                several => {
                    let plans: Vec<&plan::Actor> =
                        several.iter().map(|p| self.plan.actor(self.plan.order[*p])).collect();
                    let actors: Vec<&Actor> = several.iter().map(|p| &self.actors[*p]).collect();
                    take_over(after, actor, &plans, &actors);
                }
            }
        }
        let names: HashMap<&str, usize> =
            self.plan.streams.iter().enumerate().map(|(index, s)| (s.name.as_str(), index)).collect();
        for (index, stream) in next.plan.streams.iter().enumerate() {
            let port = next.plan.inputs.iter().position(|p| p.stream.index() == index);
            let before = match port {
                Some(port) => Some(self.plan.inputs[port].stream.index()),
                None => names.get(stream.name.as_str()).copied(),
            };
            let Some(before) = before else { continue };
            if self.plan.streams[before].ty != stream.ty {
                continue;
            }
            let (old, new) = (readers(&self.plan, StreamId::new(before)), readers(&next.plan, StreamId::new(index)));
            let place = |new: &Option<Reader<'_>>| {
                let new = (*new)?;
                old.iter().position(|o| o.is_some_and(|o| o.is(new)))
            };
            let map: Vec<Option<usize>> = new.iter().map(place).collect();
            next.streams[index].take_up(&self.streams[before], &map);
        }
        next.metrics.follow(&self.metrics);
        *self = next;
        Ok(())
    }
}

/// True for an actor that goes on as it was.
fn unchanged(before: &plan::Actor, after: &plan::Actor) -> bool {
    before.nodes == after.nodes && before.work == after.work
}

/// What a changed region has of the regions that had its nodes.
fn take_over(after: &plan::Actor, actor: &mut Actor, plans: &[&plan::Actor], before: &[&Actor]) {
    let (Runner::Region { work, early, clock, .. }, plan::Work::Region(region)) = (&mut actor.runner, &after.work)
    else {
        return;
    };
    let mut compiled: Vec<&Compiled> = Vec::new();
    let mut dropped = None;
    for (plan, actor) in plans.iter().zip(before) {
        let (Runner::Region { work, early, clock: old, .. }, plan::Work::Region(region)) = (&actor.runner, &plan.work)
        else {
            continue;
        };
        if dropped.is_none() {
            clock.follow(old, region.tail);
        }
        // What came before the first frame has been dropped once already.
        dropped = dropped.max(Some(region.skip.saturating_sub(*early as u64)));
        if let Work::Compiled(work) = work {
            compiled.push(work);
        }
    }
    if let Some(dropped) = dropped {
        *early = region.skip.saturating_sub(dropped) as usize;
    }
    if let Work::Compiled(work) = work {
        work.take_over(&compiled);
    }
}

impl Buffer {
    /// As [`remotemedia_runtime_min::Frames::take_up`], from a stream of the same type.
    fn take_up(&mut self, other: &Buffer, readers: &[Option<usize>]) {
        match (self, other) {
            (Buffer::F32(to), Buffer::F32(from)) => to.take_up(from, readers),
            (Buffer::F64(to), Buffer::F64(from)) => to.take_up(from, readers),
            (Buffer::I16(to), Buffer::I16(from)) => to.take_up(from, readers),
            (Buffer::I32(to), Buffer::I32(from)) => to.take_up(from, readers),
            (Buffer::U8(to), Buffer::U8(from)) => to.take_up(from, readers),
            (Buffer::Messages(to), Buffer::Messages(from)) => to.take_up(from, readers),
            (
                Buffer::F32(_) | Buffer::F64(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::U8(_) | Buffer::Messages(_),
                _,
            ) => {}
        }
    }
}
