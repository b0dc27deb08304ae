//! What a script needs of the runtime, above all of NumPy.
//!
//! Where an array or NumPy scalar is, its type nearly always says so: code then calls the functions of arrays itself, and no operator, no
//! container and no printing has to expect one. [`needs`] finds out whether that holds for all of a script, and which types of
//! elements there are: the features of `runtime-min` that the program is built with, so that it links no more.

use super::arrays::{is_array, is_numpy, is_operator, is_scalar, is_view};
use super::visit::{self, Part};
use remotemedia_ir::script::{
    Compare, Expr, ExprKind, Function, FunctionId, Literal, Piece, Script, Stmt, StmtKind, Takes, Target, Ty,
};
use remotemedia_runtime_min::py::array::{Dtype, common};
use remotemedia_runtime_min::py::table::TABLE;
use remotemedia_runtime_min::py::value::Class;
use std::collections::BTreeSet;

/// The features of `runtime-min` for a script.
pub fn needs(script: &Script) -> BTreeSet<&'static str> {
    let mut needs = Needs {
        script,
        function: None,
        anywhere: false,
        sequences: false,
        in_place: false,
        unknown: false,
        dtypes: BTreeSet::new(),
        names: BTreeSet::new(),
    };
    needs.script();
    if !needs.dtypes.is_empty() || needs.anywhere {
        let names = std::mem::take(&mut needs.names);
        needs.dtypes.extend(names);
    }
    // What is not known is known to be of no type that nothing names.
    if needs.unknown || needs.anywhere {
        needs.dtypes.extend([Dtype::Bool, Dtype::I64, Dtype::F64]);
        if needs.dtypes.iter().any(|dtype| dtype.is_complex()) {
            needs.dtypes.extend(COMPLEX);
        }
    }
    let given = [
        (true, "py"),
        (needs.anywhere, "py-arrays"),
        (needs.sequences, "py-sequences"),
        (needs.in_place, "py-in-place"),
    ];
    let arrays = given.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| name);
    let dtypes = needs.dtypes.iter().filter_map(|dtype| feature(*dtype));
    arrays.chain(dtypes).chain(super::kinds::kinds(script)).collect()
}

/// The feature of a type of elements. Those of float32 are always there.
fn feature(dtype: Dtype) -> Option<&'static str> {
    Some(match dtype {
        Dtype::Bool => "py-bool",
        Dtype::U8 => "py-uint8",
        Dtype::I16 => "py-int16",
        Dtype::I32 => "py-int32",
        Dtype::I64 => "py-int64",
        Dtype::F32 => return None,
        Dtype::F64 => "py-float64",
        Dtype::C64 => "py-complex64",
        Dtype::C128 => "py-complex128",
    })
}

struct Needs<'a> {
    script: &'a Script,
    function: Option<&'a Function>,
    /// Arrays or NumPy scalars are where types do not say so.
    anywhere: bool,
    /// Arrays are made of lists and the like.
    sequences: bool,
    /// Results go into arrays that are there.
    in_place: bool,
    /// There are arrays of which the type of the elements is not known.
    unknown: bool,
    dtypes: BTreeSet<Dtype>,
    /// What texts may name.
    names: BTreeSet<Dtype>,
}

const SMALL: [Dtype; 3] = [Dtype::U8, Dtype::I16, Dtype::I32];
const COMPLEX: [Dtype; 2] = [Dtype::C64, Dtype::C128];

impl<'a> Needs<'a> {
    fn script(&mut self) {
        for field in &self.script.fields {
            self.literal(&field.init, true);
            self.ty(&field.ty);
            self.anywhere |= is_numpy(&field.init.ty()) && !is_numpy(&field.ty);
        }
        if matches!(self.script.takes, Takes::Chunk { .. } | Takes::Tensor) {
            let process = self.script.function(self.script.process);
            self.anywhere |= !process.locals.first().is_some_and(|input| is_numpy(&input.ty));
        }
        for function in &self.script.functions {
            self.function = Some(function);
            function.locals.iter().for_each(|local| self.ty(&local.ty));
            self.block(&function.body);
        }
    }

    fn ty(&mut self, ty: &Ty) {
        match ty {
            // Truth values are in registers, and reductions give whole numbers without arrays of them; operands are noted there.
            Ty::Scalar(Dtype::Bool | Dtype::I64) => {}
            Ty::Scalar(dtype) => drop(self.dtypes.insert(*dtype)),
            Ty::Array { dtype: Some(dtype), shape: _ } => drop(self.dtypes.insert(*dtype)),
            // Operators have types for all that they can come to; so what is not known is somewhere else.
            Ty::Array { dtype: None, shape: _ } => self.anything(),
            Ty::Tuple(items) => items.iter().for_each(|item| self.ty(item)),
            Ty::Any
            | Ty::None
            | Ty::Bool
            | Ty::Int
            | Ty::Float
            | Ty::Str
            | Ty::List
            | Ty::Dict
            | Ty::Record(_)
            | Ty::Never => {}
        }
    }

    /// Arrays may be anywhere, of any type that the class names.
    fn anything(&mut self) {
        self.anywhere = true;
        self.unknown = true;
    }

    /// A value of one type becomes one of another: what is an array must still be known to be one.
    fn becomes(&mut self, from: &Ty, to: &Ty) {
        let is_lost = match (from, to) {
            (Ty::Tuple(from), Ty::Tuple(to)) if from.len() == to.len() => {
                return from.iter().zip(to).for_each(|(from, to)| self.becomes(from, to));
            }
            (from, to) => is_numpy(from) && !is_numpy(to),
        };
        if is_lost {
            self.anything();
        }
    }

    fn literal(&mut self, literal: &Literal, is_whole: bool) {
        match literal {
            Literal::Array { dtype, .. } | Literal::Scalar(dtype, _) => {
                self.dtypes.insert(*dtype);
                if !is_whole {
                    self.anything();
                }
            }
            Literal::Type(Class::Scalar(dtype) | Class::Dtype(dtype)) => drop(self.dtypes.insert(*dtype)),
            Literal::Type(Class::Float) => drop(self.names.insert(Dtype::F64)),
            Literal::Type(Class::Int) => drop(self.names.insert(Dtype::I64)),
            Literal::Type(Class::Bool) => drop(self.names.insert(Dtype::Bool)),
            Literal::Str(text) => self.named(text),
            Literal::List(items) | Literal::Set(items) | Literal::Deque(items, _) | Literal::Tuple(items) => {
                let is_whole = is_whole && matches!(literal, Literal::Tuple(_));
                items.iter().for_each(|item| self.literal(item, is_whole));
            }
            Literal::Dict(members) => members.iter().for_each(|(key, value)| {
                self.literal(key, false);
                self.literal(value, false);
            }),
            Literal::Record { class: _, likeness: _, fields } => {
                fields.iter().for_each(|(_, value)| self.literal(value, false))
            }
            Literal::None
            | Literal::Bool(_)
            | Literal::Int(_)
            | Literal::Float(_)
            | Literal::Type(_)
            | Literal::Ellipsis => {}
        }
    }

    /// A text may be the name of a type of elements.
    fn named(&mut self, text: &str) {
        match text.trim_start_matches(['<', '=', '|']) {
            "?" | "b1" | "bool" | "bool_" => drop(self.names.insert(Dtype::Bool)),
            "B" | "u1" | "uint8" | "h" | "i2" | "int16" | "i" | "i4" | "int32" => self.names.extend(SMALL),
            "l" | "q" | "i8" | "int" | "int64" => drop(self.names.insert(Dtype::I64)),
            "d" | "f8" | "float" | "double" | "float64" => drop(self.names.insert(Dtype::F64)),
            "F" | "c8" | "complex64" | "D" | "c16" | "complex" | "complex128" => self.names.extend(COMPLEX),
            _ => {}
        }
    }

    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.stmt(stmt);
            visit::for_parts(stmt, &mut |part| match part {
                Part::Expr(_) | Part::Target(..) => {}
                Part::Block(body) => self.block(body),
            });
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Assign(target, value) => {
                self.expr(value);
                self.assign(target, &value.ty);
            }
            StmtKind::Augment(_, target, value) => {
                self.expr(value);
                match target {
                    Target::Local(_) | Target::Field(_) => {
                        let place = self.place(target);
                        self.in_place |= is_array(&place);
                        if let (Some(a), Some(b)) = (place.dtype(), value.ty.dtype()) {
                            self.dtypes.insert(common(a, b));
                        }
                        if (is_numpy(&place) || is_numpy(&value.ty)) && !is_operator(&place, &value.ty) {
                            self.anything();
                        }
                        self.becomes(&value.ty, &place);
                    }
                    Target::Index(object, index) => {
                        self.expr(object);
                        self.expr(index);
                        self.subscript(index);
                        if is_numpy(&value.ty) && !is_array(&object.ty) {
                            self.anything();
                        }
                        if let Some(dtype) = object.ty.dtype() {
                            self.dtypes.extend(value.ty.dtype().map(|other| common(dtype, other)));
                            if dtype < Dtype::F32 {
                                self.dtypes.extend([Dtype::I64, Dtype::F64]);
                            }
                        }
                        // The element has a type only where an operand has.
                        if is_array(&object.ty) && super::expression::element(object, index).is_none() {
                            self.anywhere = true;
                        }
                    }
                    Target::Attribute(..) | Target::Unpack(..) => {
                        self.target(target);
                        self.becomes(&value.ty, &Ty::Any);
                    }
                }
            }
            StmtKind::Yield(value) => {
                let is_audio = self.script.gives.audio.is_some()
                    && match &value.ty {
                        Ty::Array { .. } => true,
                        Ty::Tuple(parts) => matches!(&parts[..], [Ty::Array { .. }, Ty::Int | Ty::Float]),
                        _ => false,
                    };
                self.sent(value);
                if !is_audio && !is_scalar(&value.ty) {
                    self.becomes(&value.ty, &Ty::Any);
                }
            }
            StmtKind::Return(Some(value)) => {
                self.expr(value);
                if let Some(function) = self.function {
                    self.becomes(&value.ty, &function.returns);
                }
            }
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::If { condition, .. } | StmtKind::While { condition, .. } => self.expr(condition),
            StmtKind::For { target, iterable, .. } => {
                match iterable {
                    remotemedia_ir::script::Iterable::Range(start, stop, step) => {
                        [start, stop, step].into_iter().for_each(|e| self.expr(e));
                    }
                    remotemedia_ir::script::Iterable::Values(values) => {
                        self.expr(values);
                        if super::statement::each(&values.ty).is_none() {
                            self.becomes(&values.ty, &Ty::Any);
                        }
                    }
                }
                self.target(target);
            }
            StmtKind::Raise { kind: _, message } => message.iter().for_each(|message| {
                self.expr(message);
                self.becomes(&message.ty, &Ty::Any);
            }),
            StmtKind::Log(_, message) => {
                self.expr(message);
                self.becomes(&message.ty, &Ty::Any);
            }
            StmtKind::Delete(object, index) => {
                for part in [object, index] {
                    self.expr(part);
                    self.becomes(&part.ty, &Ty::Any);
                }
            }
            // Their blocks are looked at by themselves.
            StmtKind::Try { .. } => {}
            StmtKind::Break | StmtKind::Continue | StmtKind::Return(None) | StmtKind::Reraise { .. } => {}
        }
    }

    /// What is sent is written as it is: numbers of NumPy's, too, where displays hold them directly.
    fn sent(&mut self, value: &'a Expr) {
        let mut item = |item: &'a Expr| {
            self.sent(item);
            if !is_scalar(&item.ty) {
                self.becomes(&item.ty, &Ty::Any);
            }
        };
        match &value.kind {
            ExprKind::Dict(members) => members.iter().for_each(|(key, value)| {
                item(key);
                item(value);
            }),
            ExprKind::List(items) => items.iter().for_each(item),
            _ => self.expr(value),
        }
    }

    /// The type of a variable or a field.
    fn place(&self, target: &Target) -> Ty {
        match target {
            Target::Local(v) => self.function.map_or(Ty::Any, |f| f.locals[v.0].ty.clone()),
            Target::Field(field) => self.script.fields[field.0].ty.clone(),
            Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => Ty::Any,
        }
    }

    fn target(&mut self, target: &'a Target) {
        match target {
            Target::Local(_) | Target::Field(_) => {}
            Target::Index(object, index) => {
                self.expr(object);
                self.expr(index);
                self.subscript(index);
            }
            Target::Attribute(object, _) => self.expr(object),
            Target::Unpack(targets, _) => targets.iter().for_each(|t| self.target(t)),
        }
    }

    fn assign(&mut self, target: &'a Target, ty: &Ty) {
        match target {
            Target::Local(_) | Target::Field(_) => {
                let place = self.place(target);
                self.becomes(ty, &place);
            }
            Target::Index(object, index) => {
                self.expr(object);
                self.expr(index);
                self.subscript(index);
                match (is_array(&object.ty), is_array(ty) || ty.is_number()) {
                    (true, true) => {}
                    (true, false) => self.sequences = true,
                    (false, _) => self.becomes(ty, &Ty::Any),
                }
            }
            Target::Attribute(object, _) => {
                self.expr(object);
                self.becomes(ty, &Ty::Any);
            }
            Target::Unpack(targets, star) => match ty {
                Ty::Tuple(parts) if parts.len() == targets.len() && star.is_none() => {
                    targets.iter().zip(parts).for_each(|(target, part)| self.assign(target, part));
                }
                other => {
                    self.becomes(other, &Ty::Any);
                    targets.iter().for_each(|target| self.assign(target, &Ty::Any));
                }
            },
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        self.ty(&expr.ty);
        if let ExprKind::Block(body, _) = &expr.kind {
            self.block(body);
        }
        let takes_arrays = matches!(&expr.kind, ExprKind::Call(f, _) if SHAPED.contains(&TABLE[f.0].name));
        visit::for_operands(expr, &mut |operand| match &operand.kind {
            ExprKind::List(items) if takes_arrays => items.iter().for_each(|item| self.expr(item)),
            _ => self.expr(operand),
        });
        let ty = &expr.ty;
        let computes = match &expr.kind {
            // These read a scalar as it is.
            ExprKind::Call(f, _) => !matches!(TABLE[f.0].name, "int" | "float" | "bool"),
            ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Compare(..) | ExprKind::Index(..) => true,
            _ => false,
        };
        if computes {
            visit::for_operands(expr, &mut |operand| {
                if let Ty::Scalar(dtype) = operand.ty {
                    self.dtypes.insert(dtype);
                }
            });
        }
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, true),
            ExprKind::Local(v) => {
                let place = self.function.map_or(Ty::Any, |f| f.locals[v.0].ty.clone());
                self.becomes(&place, ty);
            }
            ExprKind::Field(field) => {
                let place = self.script.fields[field.0].ty.clone();
                self.becomes(&place, ty);
            }
            ExprKind::Unary(_, a) => self.becomes(&a.ty, ty),
            ExprKind::Binary(_, a, b) => {
                let is_known = is_operator(&a.ty, &b.ty) && is_numpy(ty);
                if (is_numpy(&a.ty) || is_numpy(&b.ty)) && !is_known {
                    self.anything();
                }
            }
            ExprKind::Compare(op, a, b) => {
                let is_none = matches!(op, Compare::Is | Compare::IsNot) && b.as_literal() == Some(&Literal::None);
                let is_known = is_none || is_operator(&a.ty, &b.ty) && is_numpy(ty);
                if (is_numpy(&a.ty) || is_numpy(&b.ty)) && !is_known {
                    self.anything();
                }
                match (a.ty.dtype(), b.ty.dtype()) {
                    (Some(a), Some(b)) => drop(self.dtypes.insert(common(a, b))),
                    // Whole numbers are compared with an `int` as int64, and with a `float` as float64.
                    (Some(dtype), None) | (None, Some(dtype)) if !is_none && dtype < Dtype::F32 => {
                        let is_int = [a, b].into_iter().any(|operand| operand.ty == Ty::Int);
                        self.dtypes.insert(if is_int { Dtype::I64 } else { Dtype::F64 });
                    }
                    _ => {}
                }
            }
            ExprKind::Truth(a) | ExprKind::Not(a) => {
                if matches!(a.ty, Ty::Tuple(_)) {
                    self.becomes(&a.ty, &Ty::Any);
                }
            }
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                self.becomes(&a.ty, ty);
                self.becomes(&b.ty, ty);
            }
            ExprKind::If { condition: _, then, otherwise } => {
                self.becomes(&then.ty, ty);
                self.becomes(&otherwise.ty, ty);
            }
            ExprKind::Call(function, args) => self.call(TABLE[function.0].name, args, ty),
            ExprKind::Invoke(function, args) => self.invoke(*function, args, ty),
            ExprKind::Index(object, index) => match &object.ty {
                Ty::Array { .. } => {
                    let is_known = is_view(index) || is_numpy(&index.ty);
                    self.subscript(index);
                    if !is_numpy(ty) || !is_known {
                        self.anything();
                        self.sequences = true;
                    }
                }
                Ty::Tuple(items) => {
                    if items.iter().any(is_numpy) && !matches!(index.as_literal(), Some(Literal::Int(_))) {
                        self.becomes(&object.ty, ty);
                    }
                }
                _ => self.becomes(&object.ty, &Ty::Any),
            },
            ExprKind::Attribute(object, name) => {
                if !(is_array(&object.ty) && matches!(name.as_str(), "shape" | "size" | "ndim" | "T")) {
                    self.becomes(&object.ty, &Ty::Any);
                }
            }
            ExprKind::Block(_, value) => self.becomes(&value.ty, ty),
            ExprKind::Tuple(items) => {
                if !matches!(ty, Ty::Tuple(_)) {
                    items.iter().for_each(|item| self.becomes(&item.ty, &Ty::Any));
                }
            }
            ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Record(_, items) => {
                items.iter().for_each(|item| self.becomes(&item.ty, &Ty::Any));
            }
            ExprKind::Dict(members) => members.iter().flat_map(|(k, v)| [k, v]).for_each(|part| {
                self.becomes(&part.ty, &Ty::Any);
            }),
            ExprKind::Format(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Value { value, conversion, spec } = piece {
                    let is_number = is_scalar(&value.ty) && conversion.is_none() && !spec.is_empty();
                    if !is_number {
                        self.becomes(&value.ty, &Ty::Any);
                    }
                }
            }),
            ExprKind::Slice(_) | ExprKind::IsInstance(..) | ExprKind::Caught(_) => {}
        }
    }

    /// Where arrays are indices, masks are looked up as whole numbers.
    fn subscript(&mut self, index: &Expr) {
        if is_numpy(&index.ty) && !is_scalar(&index.ty) {
            self.dtypes.extend([Dtype::Bool, Dtype::I64]);
        }
    }

    fn invoke(&mut self, function: FunctionId, args: &[Expr], ty: &Ty) {
        let called = self.script.function(function);
        for (arg, parameter) in args.iter().zip(&called.locals) {
            self.becomes(&arg.ty, &parameter.ty);
        }
        self.becomes(&called.returns, ty);
    }

    fn call(&mut self, name: &str, args: &[Expr], ty: &Ty) {
        let receives = args.first().is_some_and(|object| is_numpy(&object.ty));
        if !(name.starts_with("np.") || name.starts_with('.') && receives) {
            let is_register = |e: &Expr| super::rep::Rep::of(&e.ty).is_number();
            let is_known = match name {
                "abs" => args.iter().all(|x| is_array(&x.ty) || is_register(x)),
                "bool" | "float" | "int" => args.first().is_some_and(|x| is_array(&x.ty) || is_scalar(&x.ty)),
                "len" => args.iter().all(|x| is_array(&x.ty)),
                "round" | "min" | "max" => false,
                name => name.starts_with("math.") && args.iter().all(is_register),
            };
            if !is_known {
                args.iter().for_each(|arg| self.becomes(&arg.ty, &Ty::Any));
            }
            return;
        }
        let entry = TABLE.iter().find(|entry| entry.name == name);
        // Of methods that lists have too only this one is NumPy's own in the code.
        let is_own = entry.is_some_and(|entry| entry.path.starts_with("np::")) || name == ".copy" && is_array(ty);
        let is_known = matches!(name, ".item" | ".tolist")
            || is_numpy(ty)
            || matches!(ty, Ty::Int | Ty::Float | Ty::Bool | Ty::None);
        if !(is_own && is_known) {
            self.anything();
        }
        for arg in args {
            match &arg.ty {
                Ty::Any if matches!(arg.kind, ExprKind::Slice(_)) || arg.as_literal().is_some() => {}
                Ty::List if SHAPED.contains(&name) && matches!(arg.kind, ExprKind::List(_)) => {}
                Ty::Any | Ty::List => self.sequences = true,
                Ty::Tuple(_) if !SHAPED.contains(&name) => self.sequences = true,
                _ => {}
            }
        }
        match (name, args.first().map(|arg| &arg.ty)) {
            // Computed in complex128; float32 gives complex64.
            ("np.fft.rfft", Some(ty)) => {
                self.dtypes.extend([Dtype::F64, Dtype::C128]);
                if ty.dtype() != Some(Dtype::F64) {
                    self.dtypes.insert(Dtype::C64);
                }
            }
            ("np.fft.rfftfreq" | "np.fft.fftfreq", _) => drop(self.dtypes.insert(Dtype::F64)),
            // Small whole numbers are added as int64; truth values are counted.
            (".sum" | "np.sum", Some(ty)) if ty.dtype().is_some_and(|dtype| dtype.is_integer()) => {
                self.dtypes.insert(Dtype::I64);
            }
            _ if name.starts_with("np.fft.") || name.starts_with("np.complex") => self.dtypes.extend(COMPLEX),
            // Bounds are float64 on the way, and whole ones make int64.
            ("np.arange", _) => self.dtypes.extend([Dtype::I64, Dtype::F64]),
            // A number of Python's that is computed with as an array without axes.
            (_, Some(Ty::Bool)) if !SHAPED.contains(&name) => drop(self.dtypes.insert(Dtype::Bool)),
            (_, Some(Ty::Int)) if !SHAPED.contains(&name) && !WINDOWS.contains(&name) => {
                self.dtypes.extend([Dtype::I64, Dtype::F64]);
            }
            (_, Some(Ty::Float)) if name != "np.float32" => drop(self.dtypes.insert(Dtype::F64)),
            _ => {}
        }
        if let Some(type_name) = name.strip_prefix("np.") {
            self.named(type_name);
        }
        if !PLAIN.contains(&name) {
            self.unknown = true;
        }
        let is_given = |arg: &&Expr| !matches!(arg.as_literal(), Some(Literal::None));
        let parameters = entry.map_or("", |entry| entry.parameters);
        let names = parameters.split(',').map(|p| p.trim().trim_start_matches('*').trim());
        let names: Vec<&str> = names.filter(|p| !p.is_empty()).collect();
        let at = names.iter().position(|p| p.split('=').next() == Some("out"));
        self.in_place |= at.and_then(|at| args.get(at)).is_some_and(|arg| is_given(&arg)) || IN_PLACE.contains(&name);
        let at = names.iter().position(|p| p.starts_with("dtype"));
        if let Some(given) = at.and_then(|at| args.get(at))
            && given.as_literal().is_none()
            && !matches!(&given.kind, ExprKind::Attribute(_, name) if name == "dtype")
        {
            self.dtypes.extend(SMALL);
            self.dtypes.extend(COMPLEX);
            self.sequences = true;
        }
    }
}

/// Functions that change an array.
const IN_PLACE: &[&str] = &[".fill", ".sort", "np.nan_to_num"];

/// Functions of a length.
const WINDOWS: &[&str] = &["np.blackman", "np.hamming", "np.hanning"];

/// Functions that take a tuple of numbers or of arrays.
#[rustfmt::skip]
const SHAPED: &[&str] = &[
    ".reshape", "np.concatenate", "np.empty", "np.full", "np.ones", "np.reshape", "np.stack", "np.vstack", "np.zeros",
];

/// Functions that compute in the types of their arguments and results alone.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    ".argmax", ".argmin", ".astype", ".clip", ".copy", ".dot", ".flatten", ".item", ".max", ".mean", ".min", ".ravel",
    ".reshape", ".round", ".sum", ".tolist", "np.abs", "np.absolute", "np.add", "np.arange", "np.arctan", "np.arctan2",
    "np.argmax", "np.argmin", "np.blackman", "np.ceil", "np.clip", "np.concatenate", "np.cos", "np.count_nonzero",
    "np.divide", "np.dot", "np.empty", "np.exp", "np.exp2", "np.fabs", "np.fft.rfft", "np.fft.rfftfreq", "np.float32",
    "np.float64", "np.floor", "np.full", "np.hamming", "np.hanning", "np.log", "np.log10", "np.log1p", "np.log2",
    "np.max", "np.maximum", "np.mean", "np.min", "np.minimum", "np.multiply", "np.ones", "np.ones_like", "np.power",
    "np.round", "np.sign", "np.sin", "np.sqrt", "np.square", "np.stack", "np.subtract", "np.sum", "np.tan", "np.tanh",
    "np.zeros", "np.zeros_like",
];
