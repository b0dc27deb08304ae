//! What must hold of every node type: names that lead to one type, defaults that are allowed, documentation, and a
//! lowering whose kernel the verifier accepts, at every usual rate and number of channels.

use crate::support::{least, lower, params};
use remotemedia_ir::eval::{Machine, Samples, SamplesMut};
use remotemedia_ir::graph::{KernelNode, LibraryNode};
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_ir::verify;
use remotemedia_nodes::catalog::{CATALOG, Match, find};
use remotemedia_nodes::{Default, Lowered, ParamKind, ParamSpec, Role};
use std::collections::BTreeMap;

fn bare(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    plain.strip_suffix("node").map(str::to_owned).unwrap_or(plain)
}

#[test]
fn a_name_leads_to_one_type() {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for ty in CATALOG {
        let mut spellings: Vec<&str> = ty.aliases.to_vec();
        spellings.push(ty.name);
        for name in &spellings {
            let owner = owners.entry(bare(name)).or_insert(ty.name);
            assert_eq!(*owner, ty.name, "`{name}` is a name of `{owner}` and of `{}`", ty.name);
            let how = if *name == ty.name { Match::Canonical } else { Match::Alias };
            assert_eq!(find(name).map(|(t, m)| (t.name, m)), Some((ty.name, how)), "{name}");
        }
        let count = spellings.len();
        spellings.sort_unstable();
        spellings.dedup();
        assert_eq!(spellings.len(), count, "`{}` has a name twice", ty.name);
    }
    assert_eq!(find("lowpassnode").map(|(t, m)| (t.name, m)), Some(("LowPass", Match::Spelling)));
    assert!(find("NoSuchThing").is_none());
}

#[test]
fn a_parameter_has_names_of_its_own() {
    for ty in CATALOG {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for spec in ty.params {
            let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(spec.name.chars().all(snake), "`{}` of `{}` is not snake_case", spec.name, ty.name);
            for name in spec.aliases.iter().chain([&spec.name]) {
                let plain = name.replace('_', "").to_lowercase();
                let owner = owners.entry(plain).or_insert(spec.name);
                assert_eq!(*owner, spec.name, "`{name}` of `{}`", ty.name);
            }
        }
        let mut ports: Vec<&str> = ty.inputs.iter().map(|port| port.name).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), ty.inputs.len(), "`{}` has an input twice", ty.name);
    }
}

/// Whether a default is what its kind allows.
fn allowed(spec: &ParamSpec) -> bool {
    match (spec.kind, spec.default) {
        (_, Default::Required | Default::Absent) | (ParamKind::Bool, Default::Bool(_)) => true,
        (ParamKind::Int { min, max } | ParamKind::IntOr { min, max, words: _ }, Default::Int(i)) => {
            (min..=max).contains(&i)
        }
        (ParamKind::Float { min, max }, Default::Float(x)) => (min..=max).contains(&x),
        (ParamKind::Text, Default::Text(_)) | (ParamKind::Texts, Default::Texts(_)) => true,
        (ParamKind::Choice(words) | ParamKind::IntOr { min: _, max: _, words }, Default::Text(word)) => {
            words.contains(&word)
        }
        (ParamKind::Floats { min, max, least, most }, Default::Floats(list)) => {
            (least..=most).contains(&list.len()) && list.iter().all(|x| (min..=max).contains(x))
        }
        (
            ParamKind::Int { .. }
            | ParamKind::IntOr { .. }
            | ParamKind::Float { .. }
            | ParamKind::Bool
            | ParamKind::Text
            | ParamKind::Texts
            | ParamKind::Choice(_)
            | ParamKind::Floats { .. }
            | ParamKind::Matrix
            | ParamKind::Any,
            Default::Int(_)
            | Default::Float(_)
            | Default::Bool(_)
            | Default::Text(_)
            | Default::Floats(_)
            | Default::Texts(_),
        ) => false,
    }
}

#[test]
fn defaults_are_allowed() {
    for ty in CATALOG {
        for spec in ty.params {
            assert!(allowed(spec), "{:?} of `{}` in `{}` is not {:?}", spec.default, spec.name, ty.name, spec.kind);
        }
        if ty.role != Role::Foreign {
            assert_eq!((ty.validate)(&params(ty, &least(ty))), Vec::new(), "{}", ty.name);
        }
    }
}

#[test]
fn everything_is_documented() {
    let sentence = |text: &str| !text.ends_with('.') && text.chars().count() >= 3 && text.trim() == text;
    for ty in CATALOG {
        assert!(sentence(ty.summary) && ty.summary.contains(' '), "summary of `{}`: {}", ty.name, ty.summary);
        assert!(ty.docs.len() >= 40 && ty.docs.ends_with(['.', '`', '|', ')']), "docs of `{}`: {}", ty.name, ty.docs);
        assert!(!ty.docs.contains("TODO"), "docs of `{}`", ty.name);
        for spec in ty.params {
            assert!(sentence(spec.doc), "doc of `{}` in `{}`: {}", spec.name, ty.name, spec.doc);
            let suffixes = [("_hz", "Hz"), ("_ms", "ms"), ("_db", "dB"), ("_octaves", "octaves")];
            for (_, unit) in suffixes.iter().filter(|(suffix, _)| spec.name.ends_with(suffix)) {
                assert_eq!(spec.unit, *unit, "unit of `{}` in `{}`", spec.name, ty.name);
            }
        }
        for port in ty.inputs.iter().chain(ty.outputs) {
            assert!(sentence(port.doc), "doc of the port `{}` of `{}`: {}", port.name, ty.name, port.doc);
        }
        let placed = match ty.role {
            Role::Compute | Role::Foreign => !ty.runtimes.is_empty(),
            Role::Input | Role::Output | Role::Null => true,
        };
        assert!(placed, "`{}` runs nowhere", ty.name);
    }
}

/// A kernel whose ports are the node's and which the verifier accepts; fired some hundred times on silence.
fn check_kernel(what: &str, node: &KernelNode, inputs: &[StreamType], outputs: &[StreamType]) {
    let verified = verify::kernel(&node.kernel).unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let ports = |list: &[remotemedia_ir::kernel::Port]| list.iter().map(|p| (p.format, p.lanes)).collect::<Vec<_>>();
    let types = |list: &[StreamType]| list.iter().map(audio).collect::<Vec<_>>();
    assert_eq!(ports(&node.kernel.inputs), types(inputs), "{what}: inputs");
    assert_eq!(ports(&node.kernel.outputs), types(outputs), "{what}: outputs");
    let frames = 300;
    let all_f32 = inputs.iter().chain(outputs).all(|ty| audio(ty).0 == SampleFormat::F32);
    if !all_f32 {
        return;
    }
    let silence: Vec<Vec<f32>> = inputs.iter().map(|ty| vec![0.0; frames * ty.width()]).collect();
    let mut rooms: Vec<Vec<f32>> = outputs.iter().map(|ty| vec![f32::NAN; frames * ty.width()]).collect();
    let from: Vec<Samples<'_>> = silence.iter().map(|list| Samples::F32(list)).collect();
    let mut to: Vec<SamplesMut<'_>> = rooms.iter_mut().map(|list| SamplesMut::F32(list)).collect();
    Machine::new(verified).run(frames, &from, &mut to).unwrap_or_else(|e| panic!("{what}: {e}"));
    for sample in rooms.iter().flatten() {
        assert!(sample.is_finite(), "{what}: silence gives {sample}");
        assert!(inputs.is_empty() || *sample == 0.0, "{what}: silence gives {sample}");
    }
}

/// Format and lanes of the kernel port for a stream.
fn audio(ty: &StreamType) -> (SampleFormat, u16) {
    match ty {
        StreamType::Audio { format, rate: _, channels } => (*format, *channels),
        StreamType::Tensor { .. } => (SampleFormat::F32, ty.width() as u16),
        StreamType::Text | StreamType::Json => panic!("a kernel has no port for `{ty}`"),
    }
}

#[test]
fn every_node_lowers() {
    let (mut kernels, mut libraries, mut identities) = (0, 0, 0);
    for ty in CATALOG.iter().filter(|ty| ty.role == Role::Compute) {
        let params = params(ty, &least(ty));
        for rate in [8_000, 44_100, 48_000] {
            for channels in [1, 2, 6] {
                let what = format!("`{}` at {rate} Hz with {channels} channels", ty.name);
                let typed = match lower(ty, &params, rate, channels) {
                    Ok(typed) => typed,
                    Err(error) => panic!("{what}: {error:?}"),
                };
                let spread = ty.inputs.iter().map(|port| if port.variadic { 2 } else { 1 }).sum::<usize>();
                assert_eq!(typed.inputs.len(), spread, "{what}: inputs");
                match &typed.lowered {
                    Lowered::Kernel(node) => {
                        check_kernel(&what, node, &typed.inputs, &typed.outputs);
                        kernels += 1;
                    }
                    Lowered::Library(LibraryNode {
                        path,
                        features: _,
                        args,
                        rate,
                        hold: _,
                        latency,
                        same_length,
                        python: _,
                    }) => {
                        let (module, name) = path.split_once("::").unwrap_or_default();
                        let camel = name.starts_with(|c: char| c.is_ascii_uppercase());
                        assert!(!module.is_empty() && camel, "{what}: the path `{path}`");
                        let mut names: Vec<&str> = args.iter().map(|(name, _)| name.as_str()).collect();
                        names.sort_unstable();
                        names.dedup();
                        assert_eq!(names.len(), args.len(), "{what}: an argument twice");
                        let zero = remotemedia_ir::graph::Rate::Static { consume: 0, produce: 0 };
                        assert!(*rate != zero && (*same_length || *latency < u64::MAX), "{what}");
                        libraries += 1;
                    }
                    Lowered::Identity => {
                        assert_eq!(typed.inputs, typed.outputs, "{what}: vanishes");
                        identities += 1;
                    }
                }
            }
        }
    }
    assert!(kernels > 200 && libraries > 100 && identities > 0, "{kernels} {libraries} {identities}");
}
