//! Liveness from the outputs backwards, then a copy of what is live with new numbers.

use crate::kernel::{Kernel, LineId, LocalId, Op, SectionId, StateId, Stmt, TableId, Value, ValueId};

/// Compacts a valid kernel: the number of values that went. Orphans (values without a `Let`) go too.
pub(super) fn run(kernel: &mut Kernel) -> usize {
    let before = kernel.values.len();
    let live = Live::of(kernel);
    let Kernel { name: _, inputs: _, outputs: _, states, locals, lines, tables, sections, values, body } = kernel;
    let mut copy = Copy {
        states: keep(states, &live.states, StateId::new),
        locals: keep(locals, &live.locals, LocalId::new),
        lines: keep(lines, &live.lines, LineId::new),
        tables: keep(tables, &live.tables, TableId::new),
        sections: keep(sections, &live.sections, SectionId::new),
        renamed: vec![ValueId(0); before],
        old: std::mem::take(values).into_iter().map(Some).collect(),
        values: Vec::new(),
        live: &live,
        blocks: 0,
    };
    *body = copy.block(std::mem::take(body));
    *values = copy.values;
    before - values.len()
}

/// Something that writes memory: the block it stands in and the value that it writes.
#[derive(Clone, Copy)]
struct Write {
    block: usize,
    value: ValueId,
}

/// What is live, per arena.
struct Live {
    values: Vec<bool>,
    states: Vec<bool>,
    locals: Vec<bool>,
    lines: Vec<bool>,
    tables: Vec<bool>,
    sections: Vec<bool>,
    /// Per block, in the order in which a walk enters them.
    blocks: Vec<bool>,
}

/// Where a block stands.
struct Block {
    /// None for the body.
    parent: Option<usize>,
    condition: Option<ValueId>,
    index: Option<LocalId>,
}

/// The uses of everything, by what they make live.
struct Uses<'k> {
    kernel: &'k Kernel,
    blocks: Vec<Block>,
    /// Per value the block of its `Let`.
    home: Vec<usize>,
    states: Vec<Vec<Write>>,
    locals: Vec<Vec<Write>>,
    lines: Vec<Vec<Write>>,
    /// Per section the values that feed it.
    sections: Vec<Vec<ValueId>>,
    outputs: Vec<ValueId>,
}

impl Uses<'_> {
    fn open(&mut self, block: Block, stmts: &[Stmt]) {
        let at = self.blocks.len();
        self.blocks.push(block);
        for stmt in stmts {
            match stmt {
                Stmt::Let(id) => {
                    self.home[id.index()] = at;
                    if let Op::Section(section, _) = &self.kernel.values[id.index()].op {
                        self.sections[section.index()].push(*id);
                    }
                }
                Stmt::SetState(id, value) => self.states[id.index()].push(Write { block: at, value: *value }),
                Stmt::SetLocal(id, value) => self.locals[id.index()].push(Write { block: at, value: *value }),
                Stmt::Push(id, value) => self.lines[id.index()].push(Write { block: at, value: *value }),
                Stmt::Output(_, value) => self.outputs.push(*value),
                Stmt::If { condition, then, otherwise } => {
                    for stmts in [then, otherwise] {
                        self.open(Block { parent: Some(at), condition: Some(*condition), index: None }, stmts);
                    }
                }
                Stmt::For { index, count: _, body } => {
                    self.open(Block { parent: Some(at), condition: None, index: Some(*index) }, body);
                }
            }
        }
    }
}

impl Live {
    fn of(kernel: &Kernel) -> Live {
        let mut uses = Uses {
            kernel,
            blocks: Vec::new(),
            home: vec![0; kernel.values.len()],
            states: vec![Vec::new(); kernel.states.len()],
            locals: vec![Vec::new(); kernel.locals.len()],
            lines: vec![Vec::new(); kernel.lines.len()],
            sections: vec![Vec::new(); kernel.sections.len()],
            outputs: Vec::new(),
        };
        uses.open(Block { parent: None, condition: None, index: None }, &kernel.body);
        let mut live = Live {
            values: vec![false; kernel.values.len()],
            states: vec![false; kernel.states.len()],
            locals: vec![false; kernel.locals.len()],
            lines: vec![false; kernel.lines.len()],
            tables: vec![false; kernel.tables.len()],
            sections: vec![false; kernel.sections.len()],
            blocks: vec![false; uses.blocks.len()],
        };
        let mut work = uses.outputs.clone();
        while let Some(value) = work.pop() {
            if !std::mem::replace(&mut live.values[value.index()], true) {
                live.follow(&uses, value, &mut work);
            }
        }
        live
    }

    /// What a live value makes live: its block, its operands, and those who write what it reads.
    fn follow(&mut self, uses: &Uses<'_>, value: ValueId, work: &mut Vec<ValueId>) {
        self.enter(uses, uses.home[value.index()], work);
        let op = &uses.kernel.values[value.index()].op;
        op.operands(|v| work.push(v));
        let writes = match op {
            Op::State(id) if !std::mem::replace(&mut self.states[id.index()], true) => &uses.states[id.index()],
            Op::Local(id) if !std::mem::replace(&mut self.locals[id.index()], true) => &uses.locals[id.index()],
            Op::Line { line, ago: _ } | Op::LineAt { line, ago: _ } => self.read(uses, *line),
            Op::Fir { line, table, input: _ } => {
                self.tables[table.index()] = true;
                self.read(uses, *line)
            }
            Op::Table { table, index: _ } => {
                self.tables[table.index()] = true;
                return;
            }
            Op::Section(id, _) => {
                if !std::mem::replace(&mut self.sections[id.index()], true) {
                    work.extend(&uses.sections[id.index()]);
                }
                return;
            }
            Op::State(_)
            | Op::Local(_)
            | Op::Const(_)
            | Op::Input(_)
            | Op::Splat(_)
            | Op::Lane(..)
            | Op::Compose(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Compare(..)
            | Op::Select(..)
            | Op::Convert(_)
            | Op::Math(..) => return,
        };
        for Write { block, value } in writes {
            self.enter(uses, *block, work);
            work.push(*value);
        }
    }

    /// A line that is read: its writes, the first time.
    fn read<'u>(&mut self, uses: &'u Uses<'_>, line: LineId) -> &'u [Write] {
        if std::mem::replace(&mut self.lines[line.index()], true) { &[] } else { &uses.lines[line.index()] }
    }

    /// Something in that block is live.
    fn enter(&mut self, uses: &Uses<'_>, block: usize, work: &mut Vec<ValueId>) {
        let mut next = Some(block);
        while let Some(at) = next.filter(|at| !std::mem::replace(&mut self.blocks[*at], true)) {
            let Block { parent, condition, index } = uses.blocks[at];
            work.extend(condition);
            if let Some(index) = index {
                // The loop itself writes it; other locals' writes are followed where they are read.
                self.locals[index.index()] = true;
            }
            next = parent;
        }
    }
}

/// Keeps what is live in an arena: per old index the new id.
fn keep<T, I: std::marker::Copy>(arena: &mut Vec<T>, live: &[bool], id: impl Fn(usize) -> I) -> Vec<I> {
    let mut next = 0;
    let renamed = live.iter().map(|live| (id(next), next += usize::from(*live)).0).collect();
    let mut flags = live.iter();
    arena.retain(|_| flags.next().copied().unwrap_or(false));
    renamed
}

/// The copy being made.
struct Copy<'l> {
    /// Per arena and old index the new id, where it is live.
    states: Vec<StateId>,
    locals: Vec<LocalId>,
    lines: Vec<LineId>,
    tables: Vec<TableId>,
    sections: Vec<SectionId>,
    renamed: Vec<ValueId>,
    /// Values that were not copied yet.
    old: Vec<Option<Value>>,
    values: Vec<Value>,
    live: &'l Live,
    /// Blocks entered so far.
    blocks: usize,
}

impl Copy<'_> {
    fn block(&mut self, block: Vec<Stmt>) -> Vec<Stmt> {
        self.blocks += 1;
        block.into_iter().filter_map(|stmt| self.stmt(stmt)).collect()
    }

    fn stmt(&mut self, stmt: Stmt) -> Option<Stmt> {
        match stmt {
            Stmt::Let(id) => {
                let value = self.old[id.index()].take().filter(|_| self.live.values[id.index()])?;
                Some(Stmt::Let(self.value(id, value)))
            }
            Stmt::SetState(id, value) => self.live.states[id.index()]
                .then(|| Stmt::SetState(self.states[id.index()], self.renamed[value.index()])),
            Stmt::SetLocal(id, value) => self.live.locals[id.index()]
                .then(|| Stmt::SetLocal(self.locals[id.index()], self.renamed[value.index()])),
            Stmt::Push(id, value) => {
                self.live.lines[id.index()].then(|| Stmt::Push(self.lines[id.index()], self.renamed[value.index()]))
            }
            Stmt::Output(port, value) => Some(Stmt::Output(port, self.renamed[value.index()])),
            Stmt::If { condition, then, otherwise } => {
                let then_live = self.live.blocks[self.blocks];
                let then = self.block(then);
                let otherwise_live = self.live.blocks[self.blocks];
                let otherwise = self.block(otherwise);
                let condition = self.renamed[condition.index()];
                (then_live || otherwise_live).then_some(Stmt::If { condition, then, otherwise })
            }
            Stmt::For { index, count, body } => {
                let live = self.live.blocks[self.blocks];
                let body = self.block(body);
                live.then(|| Stmt::For { index: self.locals[index.index()], count, body })
            }
        }
    }

    fn value(&mut self, id: ValueId, value: Value) -> ValueId {
        let Value { mut op, ty, name } = value;
        op.operands_mut(|v| *v = self.renamed[v.index()]);
        match &mut op {
            Op::State(id) => *id = self.states[id.index()],
            Op::Local(id) => *id = self.locals[id.index()],
            Op::Line { line, ago: _ } | Op::LineAt { line, ago: _ } => *line = self.lines[line.index()],
            Op::Table { table, index: _ } => *table = self.tables[table.index()],
            Op::Section(id, _) => *id = self.sections[id.index()],
            Op::Fir { line, table, input: _ } => {
                *line = self.lines[line.index()];
                *table = self.tables[table.index()];
            }
            Op::Const(_)
            | Op::Input(_)
            | Op::Splat(_)
            | Op::Lane(..)
            | Op::Compose(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Compare(..)
            | Op::Select(..)
            | Op::Convert(_)
            | Op::Math(..) => {}
        }
        let new = ValueId::new(self.values.len());
        self.values.push(Value { op, ty, name });
        self.renamed[id.index()] = new;
        new
    }
}
