//! Parses plans.

use super::lex::Token;
use super::names;
use super::parse::{Parsed, Parser};
use crate::plan::{
    Actor, ActorId, InputPort, OutputPort, Plan, Reading, Region, Ring, Runtime, Stream, StreamId, Work,
};

impl Parser<'_> {
    pub(super) fn plan(&mut self) -> Parsed<Plan> {
        self.keyword("plan")?;
        let mut plan = Plan { name: self.quoted()?, ..Plan::default() };
        self.mark('{')?;
        while !self.eat_mark('}') {
            if self.eat_word("input") {
                let name = self.quoted()?;
                self.keyword("to")?;
                let stream = self.stream_id()?;
                self.keyword("block")?;
                let block = self.number("a number of tokens")?;
                plan.inputs.push(InputPort { name, stream, block, default_path: self.default_path()? });
            } else if self.eat_word("output") {
                let name = self.quoted()?;
                self.keyword("from")?;
                let from = self.reading()?;
                self.keyword("latency")?;
                let latency = self.bound()?;
                plan.outputs.push(OutputPort { name, from, default_path: self.default_path()?, latency });
            } else if self.eat_word("order") {
                plan.order.push(self.id(ActorId::PREFIX, ActorId)?);
                while self.eat_mark(',') {
                    plan.order.push(self.id(ActorId::PREFIX, ActorId)?);
                }
            } else if self.eat_word("thread") {
                plan.threads.push(self.list(|p| p.id(ActorId::PREFIX, ActorId))?);
            } else if self.eat_word("ring") {
                let stream = self.stream_id()?;
                self.keyword("to")?;
                let to = self.number("the number of a thread")?;
                self.keyword("blocks")?;
                let blocks = self.number("a number of blocks")?;
                self.keyword("of")?;
                plan.rings.push(Ring { stream, to, blocks, tokens: self.number("a number of tokens")? });
            } else if self.at_id(StreamId::PREFIX) {
                self.next_id(StreamId::PREFIX, plan.streams.len())?;
                plan.streams.push(self.stream()?);
            } else if self.at_id(ActorId::PREFIX) {
                self.next_id(ActorId::PREFIX, plan.actors.len())?;
                plan.actors.push(self.actor()?);
            } else {
                return self.unexpected("a stream, an actor, `input`, `output`, `order`, `thread` or `ring`");
            }
        }
        Ok(plan)
    }

    fn stream_id(&mut self) -> Parsed<StreamId> {
        self.id(StreamId::PREFIX, StreamId)
    }

    fn reading(&mut self) -> Parsed<Reading> {
        let stream = self.stream_id()?;
        self.mark('/')?;
        Ok(Reading { stream, reader: self.number("the number of a reader")? })
    }

    fn stream(&mut self) -> Parsed<Stream> {
        self.mark('=')?;
        self.keyword("stream")?;
        let name = self.quoted()?;
        self.mark(':')?;
        let ty = self.stream_type()?;
        self.keyword("capacity")?;
        let capacity = self.bound()?;
        self.keyword("readers")?;
        Ok(Stream { name, ty, capacity, readers: self.number("a number of readers")? })
    }

    fn actor(&mut self) -> Parsed<Actor> {
        self.mark('=')?;
        let region = self.eat_word("region");
        if !region {
            self.keyword("library")?;
        }
        let name = self.quoted()?;
        self.keyword("on")?;
        let runtime: Runtime = self.choice("a runtime", names::runtime)?;
        self.keyword("of")?;
        let nodes = self.list(Parser::name)?;
        let gate = if self.eat_word("gate") { self.number("tokens of room")? } else { 0 };
        if !region {
            let work = Work::Library(self.library()?);
            let (inputs, _) = self.readings()?;
            let outputs = self.stream_ids()?;
            return Ok(Actor { name, nodes, runtime, gate, work, inputs, outputs });
        }
        let (tail, skip) = self.tail_and_skip()?;
        let cuts = if self.eat_word("cuts") { self.list(|p| p.number("a place in the body"))? } else { Vec::new() };
        let (inputs, bounded) = self.readings()?;
        let outputs = self.stream_ids()?;
        let work = Work::Region(Region { kernel: self.kernel_body(&name)?, tail, skip, bounded, cuts });
        Ok(Actor { name, nodes, runtime, gate, work, inputs, outputs })
    }

    /// `:`, the inputs and whether each is bounded, `->`.
    fn readings(&mut self) -> Parsed<(Vec<Reading>, Vec<bool>)> {
        self.mark(':')?;
        let mut out = (Vec::new(), Vec::new());
        while !self.eat(Token::Arrow) {
            out.0.push(self.reading()?);
            out.1.push(!self.eat_word("unbounded"));
            if !self.eat_mark(',') {
                self.expect(Token::Arrow)?;
                break;
            }
        }
        Ok(out)
    }

    /// Streams with commas between them, none if the next thing declares one.
    fn stream_ids(&mut self) -> Parsed<Vec<StreamId>> {
        let mut out = Vec::new();
        while self.at_id(StreamId::PREFIX) && *self.peek(1) != Token::Mark('=') {
            out.push(self.stream_id()?);
            if !self.eat_mark(',') {
                break;
            }
        }
        Ok(out)
    }
}
