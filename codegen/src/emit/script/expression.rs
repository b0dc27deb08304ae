//! Expressions: each evaluates its operands from left to right, as the reference evaluator does.

use super::arithmetic::{self, Outcome};
use super::arrays::{is_array, is_numpy, is_operator, is_view};
use super::body::Body;
use super::class::Sends;
use super::constant::{emit_class, emit_number};
use super::rep::{Binds, Code, Rep};
use super::visit;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::script::{Binary, Compare, Dim, Expr, ExprKind, Literal, Piece, Ty, Unary};
use remotemedia_runtime_min::py::array::Dtype;

impl<'a> Body<'a> {
    /// Evaluates an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Code {
        let line = expr.line;
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Local(v) => {
                let name = &self.locals[v.0];
                Code::place(self.reps[v.0], quote!(#name))
            }
            ExprKind::Field(field) => match self.class.field(*field) {
                Some((name, rep)) => Code::place(rep, quote!(self.#name)),
                // Never so: a field is emitted if anything reads it.
                None => Code::atom(Rep::Value, quote!(Value::None)),
            },
            ExprKind::Unary(op, a) => {
                let of_numpy = is_array(&a.ty) || matches!(a.ty, Ty::Scalar(_));
                let a = self.expr(a).known(&a.ty);
                match arithmetic::unary(*op, &a) {
                    Some(outcome) => self.outcome(outcome, line),
                    None => {
                        let (name, a) = (unary_name(*op, of_numpy), a.borrowed());
                        let module = if of_numpy { quote!(array) } else { quote!(ops) };
                        self.fallible(Rep::Value, &quote!(#module::#name(#a)), line)
                    }
                }
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, line),
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, Rep::of(&expr.ty) == Rep::Bool, line),
            ExprKind::Truth(a) => self.test(a),
            ExprKind::Not(a) => {
                let a = self.test(a).within(Binds::Prefix);
                Code::new(Rep::Bool, Binds::Prefix, quote!(!#a))
            }
            ExprKind::And(a, b) => self.choice(true, a, b, line),
            ExprKind::Or(a, b) => self.choice(false, a, b, line),
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.test(condition).tokens;
                let (then, otherwise) = (self.expr(then), self.expr(otherwise));
                let rep = if then.rep == otherwise.rep { then.rep } else { Rep::Value };
                let (then, otherwise) = (self.stored(then, rep), self.stored(otherwise, rep));
                Code::new(rep, Binds::Block, quote!(if #condition { #then } else { #otherwise }))
            }
            ExprKind::Call(function, args) => self.call(*function, args, line),
            ExprKind::Invoke(function, args) => self.invoke(*function, args, line),
            ExprKind::Index(object, index) => self.index(object, index, &expr.ty, line),
            ExprKind::Slice(parts) => {
                let parts = self.values(&parts[..]);
                Code::atom(Rep::Value, quote!(Value::Slice(value::Slice::new([#(#parts),*]))))
            }
            ExprKind::Attribute(object, name) => {
                let of_array = is_array(&object.ty);
                let object = self.expr(object).borrowed();
                let function = match name.as_str() {
                    "size" | "ndim" if of_array => Some((Rep::Int, format_ident!("{name}"))),
                    "shape" if of_array => Some((Rep::Value, format_ident!("shape"))),
                    "T" if of_array => Some((Rep::Value, format_ident!("transposed"))),
                    _ => None,
                };
                if let Some((rep, function)) = function {
                    return self.fallible(rep, &quote!(typed::#function(#object)), line);
                }
                self.fallible(Rep::Value, &quote!(ops::attribute(#object, #name)), line)
            }
            ExprKind::Tuple(items) if items.is_empty() => Code::atom(Rep::Value, quote!(Value::tuple([]))),
            ExprKind::Tuple(items) => {
                let items = self.values(items);
                Code::atom(Rep::Value, quote!(Value::tuple([#(#items),*])))
            }
            ExprKind::List(items) => {
                let items = self.values(items);
                Code::atom(Rep::Value, quote!(Value::list(vec![#(#items),*])))
            }
            ExprKind::Set(items) => {
                let items = self.values(items);
                self.fallible(Rep::Value, &quote!(containers::Set::from_items([#(#items),*]).map(Value::Set)), line)
            }
            ExprKind::Dict(members) if members.is_empty() => {
                Code::atom(Rep::Value, quote!(Value::Dict(containers::Dict::new())))
            }
            ExprKind::Dict(members) => {
                let all = members.iter().flat_map(|(k, v)| [k, v]);
                let all = self.values(all);
                let pairs = all.chunks(2).map(|pair| quote!((#(#pair),*)));
                self.fallible(Rep::Value, &quote!(containers::Dict::from_pairs([#(#pairs),*]).map(Value::Dict)), line)
            }
            ExprKind::Record(record, values) => {
                let values = self.values(values);
                let class = self.class.record(*record);
                let call = quote!(containers::Record::new(Rc::clone(&self.#class), vec![#(#values),*]));
                // The class is looked up before the values are evaluated, which does not matter: nothing changes it.
                Code::atom(Rep::Value, quote!(Value::Record(#call)))
            }
            ExprKind::Format(pieces) => {
                let mark = self.mark();
                let text = self.bind("text");
                let pushed = self.pieces(&text, pieces, line);
                self.release(mark);
                let tokens = quote!({ let mut #text = String::new(); #pushed Value::from(#text) });
                Code::new(Rep::Value, Binds::Block, tokens)
            }
            ExprKind::IsInstance(object, classes) => {
                let object = self.expr(object);
                let mark = self.mark();
                let (before, object) = if object.is_place && object.rep == Rep::Value || classes.len() == 1 {
                    (TokenStream::new(), object.borrowed())
                } else {
                    let (name, value) = (self.bind("object"), object.owned());
                    (quote!(let #name = #value;), quote!(&#name))
                };
                self.release(mark);
                let tests = classes.iter().map(|c| {
                    let class = emit_class(*c);
                    quote!(builtins::is_instance(#object, #class))
                });
                match (classes.len(), before.is_empty()) {
                    (0, _) => Code::atom(Rep::Bool, quote!(false)),
                    (1, _) => Code::atom(Rep::Bool, quote!(#(#tests)||*)),
                    (_, true) => Code::new(Rep::Bool, Binds::Or, quote!(#(#tests)||*)),
                    (_, false) => Code::new(Rep::Bool, Binds::Block, quote!({ #before #(#tests)||* })),
                }
            }
            ExprKind::Caught(what) => self.caught(*what),
            ExprKind::Block(body, value) => {
                let mark = self.mark();
                let body = self.block(body, false);
                let value = self.expr(value);
                self.release(mark);
                let rep = value.rep;
                // What it names may be declared in it.
                let value = self.stored(value, rep);
                Code::new(rep, Binds::Block, quote!({ #body #value }))
            }
        }
    }

    /// A constant; strings and tuples are kept as fields.
    pub(super) fn literal(&self, literal: &Literal) -> Code {
        if let Some(number) = emit_number(literal) {
            return number;
        }
        match self.class.kept(literal) {
            Some(name) => Code::place(Rep::Value, quote!(self.#name)),
            None => Code::atom(Rep::Value, self.class.value(literal)),
        }
    }

    fn outcome(&self, outcome: Outcome, line: u32) -> Code {
        match outcome {
            Outcome::Plain(code) => code,
            Outcome::Fallible(code) => self.fallible(code.rep, &code.tokens, line),
        }
    }

    /// Evaluates expressions one after the other. What a later one may change is copied before that.
    pub(super) fn operands(&mut self, items: impl IntoIterator<Item = &'a Expr>) -> Vec<Code> {
        let items: Vec<&Expr> = items.into_iter().collect();
        let changed = items.iter().rposition(|e| visit::has_effects(e)).unwrap_or(0);
        let mut codes = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let code = self.expr(item);
            codes.push(if code.is_place && code.rep == Rep::Value && i < changed {
                Code::atom(Rep::Value, code.owned())
            } else {
                code
            });
        }
        codes
    }

    pub(super) fn two(&mut self, a: &'a Expr, b: &'a Expr) -> (Code, Code) {
        let mut both = self.operands([a, b]).into_iter();
        match (both.next(), both.next()) {
            (Some(a), Some(b)) => (a, b),
            (_, _) => (Code::atom(Rep::Value, quote!(Value::None)), Code::atom(Rep::Value, quote!(Value::None))),
        }
    }

    /// Values for keeps.
    pub(super) fn values(&mut self, items: impl IntoIterator<Item = &'a Expr>) -> Vec<TokenStream> {
        self.operands(items).into_iter().map(Code::owned).collect()
    }

    fn binary(&mut self, op: Binary, a: &'a Expr, b: &'a Expr, line: u32) -> Code {
        let (x, y) = self.two(a, b);
        if let (Binary::Pow, Some(Literal::Int(2) | Literal::Float(2.0))) = (op, b.as_literal())
            && let Ty::Array { dtype: Some(Dtype::F32 | Dtype::F64), .. } = a.ty
        {
            let x = x.borrowed();
            return self.fallible(Rep::Value, &quote!(array::squared(#x, None)), line);
        }
        let of_numpy = is_operator(&a.ty, &b.ty);
        self.apply(op, (x.known(&a.ty), y.known(&b.ty)), of_numpy, false, line)
    }

    /// `a op b`, or what `a op= b` gives; of NumPy's own operators where both types say so.
    pub(super) fn apply(
        &mut self,
        op: Binary,
        (a, b): (Code, Code),
        of_numpy: bool,
        is_augmented: bool,
        line: u32,
    ) -> Code {
        match arithmetic::binary(op, &a, &b) {
            Some(outcome) => self.outcome(outcome, line),
            None if of_numpy => {
                let (a, b) = (a.borrowed(), b.borrowed());
                let name = numpy_name(op);
                let call = match is_augmented {
                    true => quote!(array::augmented(array::#name, #a, #b)),
                    false => quote!(array::#name(#a, #b, None)),
                };
                self.fallible(Rep::Value, &call, line)
            }
            None => {
                let name = binary_name(op, is_augmented);
                let (a, b) = (a.borrowed(), b.borrowed());
                self.fallible(Rep::Value, &quote!(ops::#name(#a, #b)), line)
            }
        }
    }

    /// `a op b`, a `bool` where that is all that is asked for.
    fn compare(&mut self, op: Compare, a: &'a Expr, b: &'a Expr, is_test: bool, line: u32) -> Code {
        if let (Compare::Is | Compare::IsNot, Some(Literal::None)) = (op, b.as_literal()) {
            let a = self.expr(a).boxed().tokens;
            let negated = (op == Compare::IsNot).then(|| quote!(!));
            return Code::new(Rep::Bool, Binds::Prefix, quote!(#negated matches!(#a, Value::None)));
        }
        let (x, y) = self.two(a, b);
        let (x, y) = (x.known(&a.ty), y.known(&b.ty));
        if let Some(code) = arithmetic::compare(op, &x, &y) {
            return code;
        }
        let (x, y) = (x.borrowed(), y.borrowed());
        if let (Some(name), true) = (numpy_comparison(op), is_operator(&a.ty, &b.ty)) {
            return self.fallible(Rep::Value, &quote!(array::#name(#x, #y)), line);
        }
        let name = compare_name(op);
        if is_test {
            return self.fallible(Rep::Bool, &quote!(ops::test::#name(#x, #y)), line);
        }
        self.fallible(Rep::Value, &quote!(ops::#name(#x, #y)), line)
    }

    /// The truth of an expression, a `bool`.
    pub(super) fn test(&mut self, condition: &'a Expr) -> Code {
        let code = match &condition.kind {
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, true, condition.line),
            _ => self.expr(condition),
        };
        self.truth(code.known(&condition.ty), &condition.ty, condition.line)
    }

    fn truth(&self, code: Code, ty: &Ty, line: u32) -> Code {
        match arithmetic::truth(&code) {
            Some(truth) => truth,
            None => {
                let value = code.borrowed();
                let module = if is_array(ty) || matches!(ty, Ty::Scalar(_)) { quote!(array) } else { quote!(ops) };
                self.fallible(Rep::Bool, &quote!(#module::truth(#value)), line)
            }
        }
    }

    /// `a and b`, `a or b`.
    fn choice(&mut self, is_and: bool, a: &'a Expr, b: &'a Expr, line: u32) -> Code {
        let (x, y) = (self.expr(a).known(&a.ty), self.expr(b).known(&b.ty));
        if x.rep == Rep::Bool && y.rep == Rep::Bool {
            let (binds, op) = if is_and { (Binds::And, quote!(&&)) } else { (Binds::Or, quote!(||)) };
            let right = if is_and { Binds::Compare } else { Binds::And };
            let (x, y) = (x.within(binds), y.within(right));
            return Code::new(Rep::Bool, binds, quote!(#x #op #y));
        }
        let rep = if x.rep == y.rep { x.rep } else { Rep::Value };
        let mark = self.mark();
        let name = self.bind("left");
        self.release(mark);
        let inner = x.rep;
        let value = self.stored(x, inner);
        let left = Code::place(inner, quote!(#name));
        let truth = self.truth(left.clone(), &a.ty, line).tokens;
        let (left, right) = (if rep == inner { quote!(#name) } else { self.stored(left, rep) }, self.stored(y, rep));
        let (then, otherwise) = if is_and { (right, left) } else { (left, right) };
        Code::new(rep, Binds::Block, quote!({ let #name = #value; if #truth { #then } else { #otherwise } }))
    }

    fn invoke(&mut self, function: remotemedia_ir::script::FunctionId, args: &'a [Expr], line: u32) -> Code {
        let class = self.class;
        let signature = class.signature(function);
        let codes = self.operands(args);
        let args_and_reps = codes.into_iter().zip(&signature.parameters);
        let mut given: Vec<TokenStream> = args_and_reps.map(|(code, rep)| self.stored(code, *rep)).collect();
        let mark = self.mark();
        let mut before = TokenStream::new();
        // While a method is called, its arguments cannot call others.
        if args.iter().any(visit::has_effects) {
            for tokens in &mut given {
                let name = self.bind("argument");
                before.extend(quote!(let #name = #tokens;));
                *tokens = quote!(#name);
            }
        }
        self.release(mark);
        if signature.sends == Sends::Out {
            given.push(quote!(send));
        }
        let name = &signature.name;
        let call = self.fallible(signature.returns, &quote!(self.#name(#(#given),*)), line);
        if before.is_empty() {
            return call;
        }
        let call = call.tokens;
        Code::new(signature.returns, Binds::Block, quote!({ #before #call }))
    }

    fn index(&mut self, object: &'a Expr, index: &'a Expr, ty: &Ty, line: u32) -> Code {
        if let Some((element, places)) = element(object, index) {
            let mut codes = self.operands(std::iter::once(object).chain(places)).into_iter();
            let array = codes.next().map(Code::borrowed);
            let places = codes.map(|c| c.into_rep(Rep::Int).tokens);
            let function = element.getter();
            return self.fallible(element.rep(), &quote!(typed::#function(#array #(, #places)*)), line);
        }
        // An element of a list of numbers.
        if let (Ty::Float | Ty::Int, Ty::List | Ty::Any, Ty::Int) = (ty, &object.ty, &index.ty) {
            let (list, place) = self.two(object, index);
            let (list, place) = (list.borrowed(), place.into_rep(Rep::Int).tokens);
            let rep = Rep::of(ty);
            let function = if rep == Rep::Int { quote!(item_int) } else { quote!(item_float) };
            return self.fallible(rep, &quote!(typed::#function(#list, #place)), line);
        }
        // `array.shape[axis]`
        if let (ExprKind::Attribute(array, name), Some(Literal::Int(axis))) = (&object.kind, index.as_literal())
            && let (Ty::Array { shape: Some(shape), .. }, "shape") = (&array.ty, name.as_str())
            && (-(shape.len() as i64)..shape.len() as i64).contains(axis)
        {
            let (array, axis) = (self.expr(array).borrowed(), proc_macro2::Literal::i64_unsuffixed(*axis));
            return self.fallible(Rep::Int, &quote!(typed::length(#array, #axis)), line);
        }
        if let (Ty::List, Ty::Int) = (&object.ty, &index.ty) {
            let (list, place) = self.two(object, index);
            let (list, place) = (list.borrowed(), place.into_rep(Rep::Int).tokens);
            return self.fallible(Rep::Value, &quote!(ops::element(#list, #place)), line);
        }
        let getter = match &object.ty {
            Ty::Array { .. } if is_view(index) => quote!(typed::view),
            Ty::Array { .. } => quote!(typed::get_item),
            _ if index.ty == Ty::Str => quote!(ops::member),
            _ => quote!(ops::get_item),
        };
        let (object, index) = self.two(object, index);
        let (object, index) = (object.borrowed(), index.borrowed());
        self.fallible(Rep::Value, &quote!(#getter(#object, #index)), line)
    }

    /// Appends pieces of an f-string to the variable `text`.
    fn pieces(&mut self, text: &Ident, pieces: &'a [Piece], line: u32) -> TokenStream {
        let mut out = TokenStream::new();
        for piece in pieces {
            let pushed = match piece {
                Piece::Text(part) => quote!(#part),
                Piece::Value { value, conversion, spec } => {
                    let is_plain = spec.is_empty();
                    // NumPy's scalars are formatted in another way than they are printed.
                    let is_printed = |code: &Code| {
                        let is_python = !self.class.has_arrays_anywhere && !is_numpy(&value.ty);
                        is_python && code.rep == Rep::Value
                            || code.rep.is_python()
                            || matches!(value.ty, Ty::Str | Ty::List | Ty::Dict | Ty::Tuple(_))
                    };
                    let mut code = self.expr(value);
                    if let Some(conversion) = conversion {
                        let function = match conversion {
                            'r' => quote!(repr),
                            's' => quote!(str),
                            _ => quote!(ascii),
                        };
                        let value = code.borrowed();
                        if is_plain {
                            out.extend(quote!(#text.push_str(&format::#function(#value));));
                            continue;
                        }
                        code = Code::atom(Rep::Value, quote!(Value::from(format::#function(#value))));
                    }
                    if is_plain && is_printed(&code) {
                        let value = code.borrowed();
                        quote!(&format::str(#value))
                    } else {
                        let spec = match &spec[..] {
                            [] => quote!(""),
                            [Piece::Text(constant)] => quote!(#constant),
                            _ => {
                                let mark = self.mark();
                                let (given, wanted) = (self.bind("given"), self.bind("wanted"));
                                let pushed = self.pieces(&wanted, spec, line);
                                self.release(mark);
                                let value = code.owned();
                                let call = self.noted(&quote!(format::format(&#given, &#wanted)), line);
                                out.extend(quote!({
                                    let #given = #value;
                                    let mut #wanted = String::new();
                                    #pushed
                                    #text.push_str(&#call);
                                }));
                                continue;
                            }
                        };
                        let value = code.borrowed();
                        let call = self.noted(&quote!(format::format(#value, #spec)), line);
                        quote!(&#call)
                    }
                }
            };
            out.extend(quote!(#text.push_str(#pushed);));
        }
        out
    }
}

/// An element of an array whose type and axes are known.
#[derive(Clone, Copy)]
pub(super) struct Element {
    is_double: bool,
    axes: usize,
}

impl Element {
    pub(super) fn rep(self) -> Rep {
        if self.is_double { Rep::F64 } else { Rep::F32 }
    }

    fn name(self, what: &str) -> Ident {
        let axes = if self.axes == 1 { "" } else { "2" };
        format_ident!("{what}{axes}_{}", if self.is_double { "f64" } else { "f32" })
    }

    pub(super) fn getter(self) -> Ident {
        self.name("get")
    }

    pub(super) fn setter(self) -> Ident {
        self.name("set")
    }
}

/// The element that an index names, and the indices of its axes; none if it is not known to be one element of floats.
pub(super) fn element<'e>(object: &Expr, index: &'e Expr) -> Option<(Element, Vec<&'e Expr>)> {
    let Ty::Array { dtype: Some(dtype @ (Dtype::F32 | Dtype::F64)), shape: Some(shape) } = &object.ty else {
        return None;
    };
    let shape: &[Dim] = shape;
    let places: Vec<&Expr> = match &index.kind {
        ExprKind::Tuple(items) => items.iter().collect(),
        _ => vec![index],
    };
    let fits = places.len() == shape.len() && places.len() <= 2 && !places.is_empty();
    let element = Element { is_double: *dtype == Dtype::F64, axes: places.len() };
    (fits && places.iter().all(|p| p.ty == Ty::Int)).then_some((element, places))
}

fn unary_name(op: Unary, of_numpy: bool) -> Ident {
    format_ident!(
        "{}",
        match op {
            Unary::Neg if of_numpy => "negative",
            Unary::Neg => "neg",
            Unary::Pos if of_numpy => "positive",
            Unary::Pos => "pos",
            Unary::Invert => "invert",
        }
    )
}

/// The function of `array` for an operator.
fn numpy_name(op: Binary) -> Ident {
    format_ident!(
        "{}",
        match op {
            Binary::Add => "add",
            Binary::Sub => "subtract",
            Binary::Mul => "multiply",
            Binary::Div => "divide",
            Binary::FloorDiv => "floor_divide",
            Binary::Mod => "remainder",
            Binary::Pow => "power",
            Binary::MatMul => "matmul",
            Binary::And => "bitwise_and",
            Binary::Or => "bitwise_or",
            Binary::Xor => "bitwise_xor",
            Binary::Shl => "left_shift",
            Binary::Shr => "right_shift",
        }
    )
}

/// The same for a comparison; none for those that are not NumPy's.
fn numpy_comparison(op: Compare) -> Option<Ident> {
    let name = match op {
        Compare::Eq => "equal",
        Compare::Ne => "not_equal",
        Compare::Lt => "less",
        Compare::Le => "less_equal",
        Compare::Gt => "greater",
        Compare::Ge => "greater_equal",
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => return None,
    };
    Some(format_ident!("{name}"))
}

fn binary_name(op: Binary, is_augmented: bool) -> Ident {
    let (plain, augmented) = match op {
        Binary::Add => ("add", "iadd"),
        Binary::Sub => ("sub", "isub"),
        Binary::Mul => ("mul", "imul"),
        Binary::Div => ("div", "idiv"),
        Binary::FloorDiv => ("floordiv", "ifloordiv"),
        Binary::Mod => ("modulo", "imod"),
        Binary::Pow => ("pow", "ipow"),
        Binary::MatMul => ("matmul", "imatmul"),
        Binary::And => ("bit_and", "iand"),
        Binary::Or => ("bit_or", "ior"),
        Binary::Xor => ("bit_xor", "ixor"),
        Binary::Shl => ("shl", "ishl"),
        Binary::Shr => ("shr", "ishr"),
    };
    format_ident!("{}", if is_augmented { augmented } else { plain })
}

fn compare_name(op: Compare) -> Ident {
    format_ident!(
        "{}",
        match op {
            Compare::Eq => "eq",
            Compare::Ne => "ne",
            Compare::Lt => "lt",
            Compare::Le => "le",
            Compare::Gt => "gt",
            Compare::Ge => "ge",
            Compare::Is => "is",
            Compare::IsNot => "is_not",
            Compare::In => "contains",
            Compare::NotIn => "not_contains",
        }
    )
}
