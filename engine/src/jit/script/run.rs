//! A loop being run by machine code: its memory, and what it asks of the evaluator meanwhile.

use super::rep::Rep;
use super::site::{Apply, Memory, Operand, Site, Status, WORDS, Work};
use super::touched::{Place, Touched};
use remotemedia_ir::eval::script::{Flow, Frame};
use remotemedia_ir::script::Target;
use remotemedia_runtime_min::py::array::{Array, Dtype};
use remotemedia_runtime_min::py::ops::{self, Iter};
use remotemedia_runtime_min::py::table::TABLE;
use remotemedia_runtime_min::py::value::steps;
use remotemedia_runtime_min::py::{Exception, Result, Value, expect, typed};

/// What machine code of a loop relies on.
#[derive(Debug)]
pub struct Plan {
    pub touched: Touched,
    pub sites: Vec<Site>,
    pub memory: Memory,
    /// How deep functions that are part of the loop call one another.
    pub depth: u32,
}

/// A loop at work.
pub struct Run<'r, 'f> {
    plan: &'r Plan,
    frame: &'r mut Frame<'f>,
    /// As [`Memory`] says.
    pub memory: Vec<u64>,
    iterators: Vec<Option<Iter>>,
    /// The arrays that iterators go through.
    held: Vec<Option<Array>>,
    /// What [`Work::Fetch`] keeps.
    kept: Value,
    outcome: Result<Flow>,
}

impl<'r, 'f> Run<'r, 'f> {
    /// At the start of the loop; none where a number is not what its type says, or functions might call one another too deep.
    pub fn new(plan: &'r Plan, frame: &'r mut Frame<'f>) -> Option<Run<'r, 'f>> {
        if plan.depth > frame.room() {
            return None;
        }
        let count = plan.memory.iterators();
        let mut run = Run {
            plan,
            frame,
            memory: vec![0; plan.memory.len()],
            iterators: vec![None; count],
            held: vec![None; count],
            kept: Value::None,
            outcome: Ok(Flow::On),
        };
        for (number, slot) in plan.touched.slots.iter().enumerate() {
            // Nothing reads a variable that is not set yet.
            let is_unset = matches!((slot.place, run.place(slot.place)), (Place::Variable(_), Some(Value::None)));
            if !is_unset {
                run.memory[Memory::slot(number)] = run.place(slot.place).and_then(|value| slot.rep.bits(value))?;
            }
        }
        (0..plan.touched.arrays.len()).for_each(|number| run.find(number));
        Some(run)
    }

    /// Ends it.
    pub fn finish(mut self, status: Status) -> Result<Flow> {
        if status == Status::Failed {
            // A failure without an exception: an operation that was to raise did not, since a type was wrong.
            return self.outcome.and_then(|_| Err(expect::broken()));
        }
        for (number, slot) in self.plan.touched.slots.iter().enumerate() {
            if slot.is_written {
                self.bring(number);
            }
        }
        match status {
            Status::Broke => Ok(Flow::Break),
            Status::Continued => Ok(Flow::Continue),
            Status::On | Status::Returned | Status::Ended | Status::Failed => self.outcome,
        }
    }

    fn place(&self, place: Place) -> Option<&Value> {
        match place {
            Place::Variable(variable) => Some(self.frame.variable(variable)),
            Place::Field(field) => self.frame.field_value(field),
        }
    }

    /// Brings what a slot holds to the frame.
    fn bring(&mut self, number: usize) {
        let slot = self.plan.touched.slots[number];
        let value = slot.rep.value(self.memory[Memory::slot(number)]);
        self.set(slot.place, value);
    }

    fn set(&mut self, place: Place, value: Value) {
        let target = match place {
            Place::Variable(variable) => Target::Local(variable),
            Place::Field(field) => Target::Field(field),
        };
        // Names take any value.
        drop(self.frame.give(&target, value, 0));
    }

    /// Looks for the elements of an array; one that is not what its type says has none.
    fn find(&mut self, number: usize) {
        let indexed = self.plan.touched.arrays[number];
        let words = match self.place(indexed.place) {
            Some(Value::Array(array)) => words(array, indexed.dtype, indexed.axes),
            _ => [0; WORDS],
        };
        let at = self.plan.memory.array(number);
        self.memory[at..at + WORDS].copy_from_slice(&words);
    }

    /// Does what a site says, if that is a copy or an access to a list that succeeds; else nothing has happened. These are met at every sample.
    pub fn quick(&mut self, number: usize) -> bool {
        let Some(site) = self.plan.sites.get(number) else { return false };
        let [first, second] = [0, 1].map(|i| self.memory[Memory::operand(i)]);
        let bits = match &site.work {
            Work::Item(list, Rep::Float) => {
                self.place(*list).and_then(|list| typed::item_float(list, first as i64).ok()).map(f64::to_bits)
            }
            Work::PopLeft(place, Rep::Float) => match self.place(*place) {
                Some(held @ Value::Deque(deque)) if matches!(deque.get(0), Some(Value::Float(_))) => {
                    typed::popleft(held).ok().and_then(|item| Rep::Float.bits(&item))
                }
                _ => None,
            },
            Work::Length(object) => self.place(*object).and_then(|object| typed::len(object).ok()).map(|n| n as u64),
            Work::Put(list, rep) => {
                let done = self.place(*list).map(|list| typed::put(list, first as i64, rep.value(second)));
                return matches!(done, Some(Ok(())));
            }
            Work::Copy(to, from) if site.arrays.is_empty() => {
                let Some(value) = self.place(*from).cloned() else { return false };
                self.set(*to, value);
                return true;
            }
            Work::Append(list, rep) => {
                let done = self.place(*list).map(|list| typed::append(list, rep.value(first)));
                return matches!(done, Some(Ok(())));
            }
            _ => return false,
        };
        match bits {
            Some(bits) => {
                self.memory[Memory::RESULT] = bits;
                true
            }
            None => false,
        }
    }

    /// Does what a site says.
    pub fn call(&mut self, number: usize) -> Status {
        let plan = self.plan;
        let Some(site) = plan.sites.get(number) else { return self.fail(expect::broken()) };
        site.before.iter().for_each(|slot| self.bring(*slot));
        let status = match self.work(site) {
            Ok(status) => status,
            Err(exception) => return self.fail(exception),
        };
        for slot in &site.after {
            let of = plan.touched.slots[*slot];
            match self.place(of.place).and_then(|value| of.rep.bits(value)) {
                Some(bits) => self.memory[Memory::slot(*slot)] = bits,
                None => {
                    let broken = self.noted(expect::broken(), site);
                    return self.fail(broken);
                }
            }
        }
        site.arrays.iter().for_each(|array| self.find(*array));
        status
    }

    fn fail(&mut self, exception: Exception) -> Status {
        self.outcome = Err(exception);
        Status::Failed
    }

    /// An exception notes the lines of a site.
    fn noted(&self, exception: Exception, site: &Site) -> Exception {
        site.lines.iter().fold(exception, |e, (function, line)| e.passed(self.frame.name_of(*function), *line))
    }

    fn note<T>(&self, result: Result<T>, site: &Site) -> Result<T> {
        result.map_err(|e| self.noted(e, site))
    }

    fn work(&mut self, site: &Site) -> Result<Status> {
        let line = site.lines.last().map_or(0, |(_, line)| *line);
        match &site.work {
            Work::Statement(stmt) => match self.frame.execute(stmt)? {
                Flow::On => {}
                flow => {
                    self.outcome = Ok(flow);
                    return Ok(Status::Returned);
                }
            },
            Work::Value(expr, rep) => {
                let value = self.frame.value(expr)?;
                self.result(*rep, &value, site)?;
            }
            Work::Truth(expr) => self.memory[Memory::RESULT] = u64::from(self.frame.truth(expr)?),
            Work::Give(target, rep) => {
                let value = rep.value(self.memory[Memory::operand(0)]);
                self.frame.give(target, value, line)?;
            }
            Work::Copy(to, from) => {
                let value = self.place(*from).cloned();
                let value = self.note(value.ok_or_else(expect::broken), site)?;
                self.set(*to, value);
            }
            Work::Apply(apply, operands, rep) => {
                let result = self.apply(*apply, operands);
                let value = self.note(result, site)?;
                if let Some(rep) = rep {
                    self.result(*rep, &value, site)?;
                }
            }
            Work::Item(..)
            | Work::Put(..)
            | Work::Append(..)
            | Work::PopLeft(..)
            | Work::Length(_)
            | Work::Fetch(_)
            | Work::Change(..) => {
                let done = self.element(&site.work);
                self.note(done, site)?;
            }
            Work::Range => {
                let [start, stop, step] = [0, 1, 2].map(|i| self.memory[Memory::operand(i)] as i64);
                // Refuses a step of 0.
                self.note(typed::range(start, stop, step), site)?;
                self.memory[Memory::RESULT] = steps(start, stop, step) as u64;
            }
            Work::Begin(iterator, values) => {
                let values = self.frame.value(values)?;
                self.iterators[*iterator] = Some(self.note(ops::iterate(&values), site)?);
            }
            Work::Next(iterator, target) => match self.next(*iterator, site)? {
                Some(item) => self.frame.give(target, item, line)?,
                None => return Ok(Status::Ended),
            },
            Work::NextNumber(iterator, rep) => match self.next(*iterator, site)? {
                Some(item) => self.result(*rep, &item, site)?,
                None => return Ok(Status::Ended),
            },
            Work::Each(iterator, values, rep) => {
                let values = self.frame.value(values)?;
                let dtype = if *rep == Rep::F32 { Dtype::F32 } else { Dtype::F64 };
                let array = match values {
                    Value::Array(array) if array.dtype() == dtype && array.shape().len() == 1 => array,
                    _ => return self.note(Err(expect::broken()), site),
                };
                let at = self.plan.memory.each(*iterator);
                self.memory[at..at + WORDS].copy_from_slice(&words(&array, dtype, 1));
                self.held[*iterator] = Some(array);
            }
        }
        Ok(Status::On)
    }

    /// What is done with one element of a list or the like.
    fn element(&mut self, work: &Work) -> Result<()> {
        let [first, second] = [0, 1].map(|i| self.memory[Memory::operand(i)]);
        let broken = || expect::broken();
        let bits = match work {
            Work::Item(list, Rep::Float) => {
                typed::item_float(self.place(*list).ok_or_else(broken)?, first as i64)?.to_bits()
            }
            Work::Item(list, rep) => {
                let item = ops::get_item(self.place(*list).ok_or_else(broken)?, &Value::Int(first as i64))?;
                rep.bits(&item).ok_or_else(broken)?
            }
            Work::Put(list, rep) => {
                typed::put(self.place(*list).ok_or_else(broken)?, first as i64, rep.value(second))?;
                return Ok(());
            }
            Work::Append(list, rep) => {
                typed::append(self.place(*list).ok_or_else(broken)?, rep.value(first))?;
                return Ok(());
            }
            Work::PopLeft(deque, rep) => {
                let item = typed::popleft(self.place(*deque).ok_or_else(broken)?)?;
                rep.bits(&item).ok_or_else(broken)?
            }
            Work::Length(object) => typed::len(self.place(*object).ok_or_else(broken)?)? as u64,
            Work::Fetch(object) => {
                self.kept = ops::get_item(self.place(*object).ok_or_else(broken)?, &Value::Int(first as i64))?;
                return Ok(());
            }
            Work::Change(op, object, rep) => {
                let new = ops::augment(*op, &std::mem::replace(&mut self.kept, Value::None), &rep.value(second))?;
                ops::set_item(self.place(*object).ok_or_else(broken)?, &Value::Int(first as i64), &new)?;
                return Ok(());
            }
            _ => return Err(broken()),
        };
        self.memory[Memory::RESULT] = bits;
        Ok(())
    }

    fn next(&mut self, iterator: usize, site: &Site) -> Result<Option<Value>> {
        let item = self.iterators[iterator].as_mut().map_or(Ok(None), Iter::next);
        self.note(item, site)
    }

    fn result(&mut self, rep: Rep, value: &Value, site: &Site) -> Result<()> {
        let bits = self.note(rep.bits(value).ok_or_else(expect::broken), site)?;
        self.memory[Memory::RESULT] = bits;
        Ok(())
    }

    fn apply(&self, apply: Apply, operands: &[Operand]) -> Result {
        let mut registers = 0;
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            values.push(match operand {
                Operand::Register(rep) => {
                    registers += 1;
                    rep.value(self.memory[Memory::operand(registers - 1)])
                }
                Operand::Place(place) => self.place(*place).ok_or_else(expect::broken)?.clone(),
                Operand::Constant(value) => value.clone(),
            });
        }
        let index = |values: &[Value]| match values {
            [one] => one.clone(),
            all => Value::tuple(all),
        };
        match (apply, &values[..]) {
            (Apply::Unary(op), [a]) => ops::unary(op, a),
            (Apply::Binary(op), [a, b]) => ops::binary(op, a, b),
            (Apply::Augment(op), [a, b]) => ops::augment(op, a, b),
            (Apply::Compare(op), [a, b]) => ops::compare(op, a, b),
            (Apply::Call(function), args) => (TABLE[function.0].call)(args),
            (Apply::Item, [object, rest @ ..]) => ops::get_item(object, &index(rest)),
            (Apply::SetItem, [object, rest @ .., value]) => {
                ops::set_item(object, &index(rest), value).map(|()| Value::None)
            }
            (Apply::ItemOfRow, [object, row, place]) => ops::get_item(&ops::get_item(object, row)?, place),
            (Apply::SetItemOfRow, [object, row, place, value]) => {
                ops::set_item(&ops::get_item(object, row)?, place, value).map(|()| Value::None)
            }
            _ => Err(expect::broken()),
        }
    }
}

/// Where the elements of an array are; none of another one than is expected.
fn words(array: &Array, dtype: Dtype, axes: usize) -> [u64; WORDS] {
    let (shape, strides) = (array.shape(), array.strides());
    if array.dtype() != dtype || shape.len() != axes {
        return [0; WORDS];
    }
    let mut words = [array.address() as u64, 0, 0, 0, 0];
    for (axis, (length, stride)) in shape.iter().zip(strides).enumerate() {
        words[1 + 2 * axis] = *length as u64;
        words[2 + 2 * axis] = (*stride * dtype.size() as isize) as u64;
    }
    words
}
