//! Parses graphs.

use super::lex::Token;
use super::parse::{Parsed, Parser};
use crate::graph::{Edge, End, ForeignNode, Graph, KernelNode, Node, NodeId, NodeKind, NodePort};
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn graph(&mut self) -> Parsed<Graph> {
        self.keyword("graph")?;
        let mut graph = Graph { name: self.quoted()?, ..Graph::default() };
        self.mark('{')?;
        while !self.eat_mark('}') {
            if *self.peek(1) == Token::Mark('.') {
                let from = self.end()?;
                self.expect(Token::Arrow)?;
                graph.edges.push(Edge { from, to: self.end()?, span: Span::NONE });
            } else {
                self.next_id(NodeId::PREFIX, graph.nodes.len())?;
                self.mark('=')?;
                graph.nodes.push(self.node()?);
            }
        }
        Ok(graph)
    }

    fn end(&mut self) -> Parsed<End> {
        let node = self.id(NodeId::PREFIX, NodeId)?;
        self.mark('.')?;
        Ok(End { node, port: self.number("the number of a port")? })
    }

    fn node(&mut self) -> Parsed<Node> {
        let kinds = ["input", "output", "typed", "kernel", "library", "foreign", "removed"];
        let kind = self.choice("a kind of node", |word| kinds.into_iter().find(|kind| *kind == word))?;
        let name = self.quoted()?;
        let mut kind = match kind {
            "input" => NodeKind::Input { default_path: self.default_path()? },
            "output" => NodeKind::Output { default_path: self.default_path()? },
            "typed" => {
                let (type_name, params) = self.call()?;
                NodeKind::Typed { type_name, params }
            }
            "kernel" => {
                let (tail, skip) = self.tail_and_skip()?;
                NodeKind::Kernel(KernelNode { kernel: Default::default(), tail, skip })
            }
            "library" => NodeKind::Library(self.library()?),
            "foreign" => {
                NodeKind::Foreign(ForeignNode { type_name: self.name()?, reason: self.quoted()?, candidate: None })
            }
            _ => NodeKind::Removed,
        };
        self.mark(':')?;
        let inputs = self.node_ports()?;
        self.expect(Token::Arrow)?;
        let outputs = self.node_ports()?;
        if let NodeKind::Kernel(node) = &mut kind {
            node.kernel = self.kernel_body(&name)?;
        }
        Ok(Node { name, span: Span::NONE, kind, inputs, outputs })
    }

    /// Ports with commas between them, none if the next thing is not a port.
    fn node_ports(&mut self) -> Parsed<Vec<NodePort>> {
        let mut ports = Vec::new();
        while *self.peek(1) == Token::Mark(':') {
            let name = self.name()?;
            self.mark(':')?;
            let ty = if self.eat_mark('?') { None } else { Some(self.stream_type()?) };
            ports.push(NodePort { name, ty });
            if !self.eat_mark(',') {
                break;
            }
        }
        Ok(ports)
    }
}
