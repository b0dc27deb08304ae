//! Loops that are there several times, alike but for constants and blocks: one function for all of them.
//!
//! A loop that remembers nothing is a function of its blocks and constants. Loops are alike if they have the same tokens but for the
//! names of what they define and the values of floats; from [`OFTEN`] of them on, each is a call with its constants in a table. rustc
//! then compiles the loop once: code and compile time grow with what is different, not with how often it is there.

use crate::names::Names;
use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use std::fmt::Write;

/// How often a loop must be there to be worth a function.
const OFTEN: usize = 3;

/// Blocks of a loop that is worth one, at most.
const BLOCKS: usize = 32;

/// A block that a loop goes through.
pub struct Source {
    /// Of a frame of it.
    pub name: Ident,
    /// Samples of a frame, and their type.
    pub lanes: u16,
    pub sample: TokenStream,
    /// The place of a block between loops; none for a port, whose name is its block.
    pub kept: Option<TokenStream>,
    /// Whether it is written.
    pub exclusive: bool,
}

/// A loop over frames, or something else that stands between such.
pub struct LoopCode {
    pub sources: Vec<Source>,
    /// The number of frames, where there are no sources.
    pub frames: TokenStream,
    /// What comes before the loop, within it and behind it.
    pub load: TokenStream,
    pub body: TokenStream,
    pub store: TokenStream,
}

impl LoopCode {
    /// What is no loop.
    pub fn other(code: TokenStream) -> LoopCode {
        LoopCode {
            sources: Vec::new(),
            frames: TokenStream::new(),
            load: code,
            body: TokenStream::new(),
            store: TokenStream::new(),
        }
    }

    /// The code, at its place.
    fn whole(&self) -> TokenStream {
        let LoopCode { sources, frames, load, body, store } = self;
        if sources.is_empty() && body.is_empty() {
            return quote!(#load #store);
        }
        let places = sources.iter().map(|s| s.kept.clone().unwrap_or_else(|| s.name.to_token_stream()));
        let inner = over(sources, places, frames, body);
        quote!(#load #inner #store)
    }

    /// True for a loop that can be a function of its blocks and constants.
    fn is_free(&self) -> bool {
        let is_small = (1..=BLOCKS).contains(&self.sources.len());
        is_small && self.load.is_empty() && self.store.is_empty() && !names_self(self.body.clone())
    }
}

/// True for code that uses memory of the region.
fn names_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => names_self(group.stream()),
        TokenTree::Ident(ident) => ident == "self",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `for` over blocks.
fn over(
    sources: &[Source],
    places: impl Iterator<Item = TokenStream>,
    frames: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let chunks = sources.iter().zip(places).map(|(source, place)| {
        let lanes = Literal::u16_unsuffixed(source.lanes);
        let name = &source.name;
        let chunks = if source.exclusive { quote!(chunks_exact_mut(#lanes)) } else { quote!(chunks_exact(#lanes)) };
        (quote!(#place.#chunks), quote!(#name))
    });
    let mut zipped = grouped(chunks.collect()).into_iter();
    let (mut iterator, mut pattern) = zipped.next().unwrap_or_else(|| (quote!(0..#frames), quote!(_)));
    for (source, name) in zipped {
        iterator = quote!(#iterator.zip(#source));
        pattern = quote!((#pattern, #name));
    }
    quote!(for #pattern in #iterator { #body })
}

/// Sources of a loop with the patterns of their items, zipped in groups until they are few. A row of zips is a type as deep as
/// the row is long, which rustc refuses beyond 128 and checks in more than the square of its depth.
fn grouped(mut list: Vec<(TokenStream, TokenStream)>) -> Vec<(TokenStream, TokenStream)> {
    const FEW: usize = 8;
    while list.len() > FEW {
        let zip = |(a, p): (TokenStream, TokenStream), (b, q): (TokenStream, TokenStream)| {
            (quote!(#a.zip(#b)), quote!((#p, #q)))
        };
        list = list.chunks(FEW).filter_map(|group| group.iter().cloned().reduce(zip)).collect();
    }
    list
}

/// The code of all loops, and the functions that they share.
pub fn repeated(loops: Vec<LoopCode>, names: &mut Names) -> (TokenStream, TokenStream) {
    let shapes: Vec<Option<Shape>> = loops.iter().map(|code| code.is_free().then(|| Shape::of(code))).collect();
    let mut alike: HashMap<&str, Vec<&Shape>> = HashMap::new();
    for shape in shapes.iter().flatten() {
        alike.entry(&shape.text).or_default().push(shape);
    }
    let (mut out, mut functions) = (TokenStream::new(), TokenStream::new());
    let mut made: HashMap<&str, Function> = HashMap::new();
    for (code, shape) in loops.iter().zip(&shapes) {
        let Some((shape, alike)) =
            shape.as_ref().map(|s| (s, &alike[s.text.as_str()])).filter(|(_, a)| a.len() >= OFTEN)
        else {
            out.extend(code.whole());
            continue;
        };
        let function = made.entry(&shape.text).or_insert_with(|| {
            let function = Function::new(alike, names);
            functions.extend(function.code(code));
            function
        });
        let blocks = code.sources.iter().map(|source| match (&source.kept, source.exclusive) {
            (Some(place), true) => quote!(&mut #place),
            (Some(place), false) => quote!(&#place),
            (None, true) => {
                let name = &source.name;
                quote!(&mut #name[..])
            }
            (None, false) => source.name.to_token_stream(),
        });
        let tables = function.tables.iter().zip(&shape.floats).filter_map(|(table, floats)| table.of(floats));
        let name = &function.name;
        out.extend(quote!(Self::#name(#(#tables,)* #(#blocks),*);));
    }
    (out, functions)
}

/// What loops that are alike share.
struct Function {
    name: Ident,
    /// The constants of f32, and of f64.
    tables: [Table; 2],
}

impl Function {
    fn new(alike: &[&Shape], names: &mut Names) -> Function {
        let name = names.snake("each");
        let tables = [0, 1].map(|which| Table::new(names.snake(["c", "d"][which]), alike, which));
        Function { name, tables }
    }

    /// From one of the loops.
    fn code(&self, code: &LoopCode) -> TokenStream {
        let mut parameters = Vec::new();
        for (table, ty) in self.tables.iter().zip([quote!(f32), quote!(f64)]).filter(|(table, _)| !table.own.is_empty())
        {
            let (name, count) = (&table.name, Literal::usize_unsuffixed(table.own.len()));
            parameters.push(quote!(#name: &[#ty; #count]));
        }
        for Source { name, sample, exclusive, .. } in &code.sources {
            let exclusive = exclusive.then(|| quote!(mut));
            parameters.push(quote!(#name: &#exclusive [#sample]));
        }
        let body = self.with_tables(code.body.clone(), &mut [0, 0]);
        let places = code.sources.iter().map(|source| source.name.to_token_stream());
        let inner = over(&code.sources, places, &code.frames, &body);
        let (name, doc) = (&self.name, " A loop that is there several times, with other constants over other blocks.");
        quote! {
            #[doc = #doc]
            #[inline(never)]
            fn #name(#(#parameters),*) { #inner }
        }
    }

    /// The same tokens with every float that differs taken from its table.
    fn with_tables(&self, tokens: TokenStream, next: &mut [usize; 2]) -> TokenStream {
        let mut out = TokenStream::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let inner = self.with_tables(group.stream(), next);
                    out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
                }
                TokenTree::Literal(literal) => {
                    let place = float(&literal).and_then(|which| {
                        next[which] += 1;
                        let table = &self.tables[which];
                        table.places[next[which] - 1].map(|at| (&table.name, Literal::usize_unsuffixed(at)))
                    });
                    out.extend(place.map_or_else(|| literal.to_token_stream(), |(name, at)| quote!(#name[#at])));
                }
                other => out.extend([other]),
            }
        }
        out
    }
}

/// The floats of one type that differ from loop to loop.
struct Table {
    name: Ident,
    /// For each float of a loop its place in the table; none for one that is the same in all loops.
    places: Vec<Option<usize>>,
    /// For each place the float of a loop that goes there.
    own: Vec<usize>,
}

impl Table {
    fn new(name: Ident, alike: &[&Shape], which: usize) -> Table {
        let mut table = Table { name, places: Vec::new(), own: Vec::new() };
        let mut known: HashMap<Vec<String>, usize> = HashMap::new();
        for at in 0..alike.first().map_or(0, |shape| shape.floats[which].len()) {
            let column: Vec<String> = alike.iter().map(|shape| shape.floats[which][at].to_string()).collect();
            let differs = column.iter().any(|text| *text != column[0]);
            table.places.push(differs.then(|| {
                *known.entry(column).or_insert_with(|| {
                    table.own.push(at);
                    table.own.len() - 1
                })
            }));
        }
        table
    }

    /// The table of a loop with these floats.
    fn of(&self, floats: &[Literal]) -> Option<TokenStream> {
        let own = self.own.iter().map(|at| &floats[*at]);
        (!self.own.is_empty()).then(|| quote!(&[#(#own),*]))
    }
}

/// What a loop has in common with those that are alike, and its own floats.
struct Shape {
    text: String,
    /// Those of f32, and those of f64, in their order.
    floats: [Vec<Literal>; 2],
}

impl Shape {
    fn of(code: &LoopCode) -> Shape {
        let mut shape = Shape { text: String::new(), floats: [Vec::new(), Vec::new()] };
        let mut own: HashMap<String, usize> = HashMap::new();
        for Source { name, lanes, sample, kept: _, exclusive } in &code.sources {
            let number = own.len();
            own.insert(name.to_string(), number);
            let _ = write!(shape.text, "{sample} {lanes} {exclusive} ");
        }
        shape.read(code.body.clone(), &mut own);
        shape
    }

    fn read(&mut self, tokens: TokenStream, own: &mut HashMap<String, usize>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == c);
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let _ = write!(self.text, "{:?}(", group.delimiter());
                    self.read(group.stream(), own);
                    self.text.push(')');
                }
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let follows =
                        |keyword: &str, at: usize| matches!(tokens.get(at), Some(TokenTree::Ident(i)) if i == keyword);
                    let before = at.wrapping_sub(1);
                    if follows("let", before) && name != "mut"
                        || follows("mut", before) && follows("let", at.wrapping_sub(2))
                    {
                        let number = own.len();
                        own.insert(name.clone(), number);
                    }
                    // A method or a path may be called as something that is defined here.
                    let is_path = is(before, '.') || is(before, ':') && is(at.wrapping_sub(2), ':');
                    let is_path = is_path || is(at + 1, ':') && is(at + 2, ':');
                    let _ = match own.get(&name).filter(|_| !is_path) {
                        Some(number) => write!(self.text, "v{number} "),
                        None => write!(self.text, "`{name} "),
                    };
                }
                TokenTree::Literal(literal) => match float(literal) {
                    Some(which) => {
                        self.text.push_str(["c ", "d "][which]);
                        self.floats[which].push(literal.clone());
                    }
                    None => {
                        let _ = write!(self.text, "{literal} ");
                    }
                },
                TokenTree::Punct(punct) => self.text.push(punct.as_char()),
            }
        }
    }
}

/// 0 for an f32, 1 for an f64; none for other literals.
fn float(literal: &Literal) -> Option<usize> {
    let text = literal.to_string();
    ["f32", "f64"].iter().position(|ty| text.ends_with(ty))
}

#[cfg(test)]
mod tests {
    use super::{LoopCode, Shape};
    use proc_macro2::TokenStream;
    use quote::quote;

    fn shape(body: TokenStream) -> String {
        Shape::of(&LoopCode { body, ..LoopCode::other(TokenStream::new()) }).text
    }

    #[test]
    fn loops_are_alike_but_for_names_and_floats() {
        let one = shape(quote!(let a: f32 = x[0] * 2f32; let b: f32 = a.abs(); y[0] = b;));
        assert_eq!(one, shape(quote!(let c: f32 = x[0] * 0.5f32; let a: f32 = c.abs(); y[0] = a;)));
        for other in [
            quote!(let a: f32 = x[1] * 2f32; let b: f32 = a.abs(); y[0] = b;),
            quote!(let a: f32 = x[0] * 2f32; let b: f32 = a.abs(); y[0] = a;),
            quote!(let a: f32 = x[0] / 2f32; let b: f32 = a.abs(); y[0] = b;),
            quote!(let a: f64 = x[0] * 2f64; let b: f64 = a.abs(); y[0] = b;),
            quote!(let a: f32 = x[0] * 2f32; let b: f32 = a.sqrt(); y[0] = b;),
        ] {
            assert_ne!(one, shape(other.clone()), "{other}");
        }
        // Names of what is called are not those of what is defined.
        let called = shape(quote!(let abs: f32 = x[0]; let b: f32 = abs.abs(); let c: f32 = math::abs(b);));
        assert_ne!(called, shape(quote!(let sqrt: f32 = x[0]; let b: f32 = sqrt.sqrt(); let c: f32 = math::sqrt(b);)));
    }
}
