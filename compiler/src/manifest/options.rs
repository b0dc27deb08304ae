//! The options of nodes and of the manifest: capabilities, execution, containers, Python environments.
//!
//! Much of it is meant for today's runtime. What the compiler uses is typed; what is only carried along is kept as
//! written, with a note under `check --strict`.

use super::fields::{self, Fields};
use super::model::{
    Capabilities, Config, CpuNeed, Docker, Entry, Execution, FrameworkNeed, GpuNeed, NodeOptions, Place, Placement,
    PythonEnv, RuntimeHint, RuntimeNeed, Volume,
};
use super::tree::{Node, Value};
use remotemedia_ir::{Diagnostic, Diagnostics, Spanned, codes, suggest};

const RUNTIME_HINTS: [(&str, RuntimeHint); 5] = [
    ("rust_python", RuntimeHint::RustPython),
    ("cpython", RuntimeHint::CPython),
    ("cpython_wasm", RuntimeHint::CPythonWasm),
    ("lowered", RuntimeHint::Lowered),
    ("auto", RuntimeHint::Auto),
];

impl RuntimeHint {
    /// The runtime of a name, however it is written.
    pub fn parse(name: &str) -> Option<RuntimeHint> {
        RUNTIME_HINTS.iter().find(|(known, _)| suggest::same_name(known, name)).map(|(_, hint)| *hint)
    }
}

const PLACEMENTS: [(&str, Placement); 17] = {
    const fn must(place: Place) -> Placement {
        Placement { place, prefer: false }
    }
    const fn may(place: Place) -> Placement {
        Placement { place, prefer: true }
    }
    [
        ("auto", must(Place::Any)),
        ("any", must(Place::Any)),
        ("anywhere", must(Place::Any)),
        ("local", must(Place::Local)),
        ("host", must(Place::Local)),
        ("native", must(Place::Local)),
        ("wasi", must(Place::Wasi)),
        ("wasm", must(Place::Wasi)),
        ("browser", must(Place::Browser)),
        ("remote", must(Place::Remote)),
        ("prefer_local", may(Place::Local)),
        ("prefer_host", may(Place::Local)),
        ("prefer_native", may(Place::Local)),
        ("prefer_wasi", may(Place::Wasi)),
        ("prefer_wasm", may(Place::Wasi)),
        ("prefer_browser", may(Place::Browser)),
        ("prefer_remote", may(Place::Remote)),
    ]
};

/// What to do with a parameter that is an option of every node.
pub fn misplaced(parameter: &str) -> Option<String> {
    let mut node = Fields::none("a node");
    node_options(&mut node, &mut Diagnostics::default());
    node.was_asked_for(parameter).then(|| format!("`{parameter}` is an option of the node: write it beside `params`"))
}

/// Takes the options out of a node's fields.
pub fn node_options(node: &mut Fields, out: &mut Diagnostics) -> NodeOptions {
    let mut options = NodeOptions {
        is_streaming: node.take("is_streaming", &[], out).and_then(|e| fields::boolean(e, out)),
        is_output_node: node.take("is_output_node", &["is_output"], out).and_then(|e| fields::boolean(e, out)),
        capabilities: node.take("capabilities", &[], out).and_then(|e| capabilities(e, out)),
        media_capabilities: node.take("media_capabilities", &[], out).map(|(_, node)| node),
        host: node.take("host", &[], out).and_then(|e| fields::string(e, out)),
        runtime_hint: node.take("runtime_hint", &[], out).and_then(|e| fields::one_of(e, &RUNTIME_HINTS, out)),
        execution: node.take("execution", &[], out).and_then(|e| execution(e, out)),
        python_deps: node.take("python_deps", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
        docker: node.take("docker", &[], out).and_then(|(_, node)| docker(node, out)),
        fast_path: node.take("fast_path", &[], out).and_then(|e| fields::boolean(e, out)),
        executor: node.take("executor", &[], out).and_then(|e| fields::string(e, out)),
        trusted: node.take("trusted", &[], out).and_then(|e| fields::boolean(e, out)),
        metadata: node.take("metadata", &[], out).map_or_else(Vec::new, |e| fields::map(e, out)),
    };
    if options.docker.is_none() {
        options.docker = docker_of_metadata(&options.metadata, out);
    }
    options
}

fn capabilities((_, node): Entry, out: &mut Diagnostics) -> Option<Capabilities> {
    let mut map = Fields::open(node, "`capabilities`", out)?;
    let capabilities = Capabilities {
        gpu: map.take("gpu", &[], out).and_then(|(_, node)| gpu(node, out)),
        cpu: map.take("cpu", &[], out).and_then(|(_, node)| cpu(node, out)),
        memory_gb: map.take("memory_gb", &[], out).and_then(|e| fields::amount(e, out)),
        codecs: map.take("codecs", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
        hardware_accel: map.take("hardware_accel", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
        frameworks: map.take("frameworks", &["framework"], out).map_or_else(Vec::new, |e| frameworks(e, out)),
        custom: map.take("custom", &[], out).map_or_else(Vec::new, |e| fields::map(e, out)),
        span: map.span,
    };
    map.finish(out);
    Some(capabilities)
}

fn gpu(node: Node, out: &mut Diagnostics) -> Option<GpuNeed> {
    let span = node.span;
    let need = |kind, required| GpuNeed { kind, min_memory_gb: None, required, preferred: None, span };
    let short = |out: &mut Diagnostics| {
        let note = Diagnostic::tolerated(codes::TOLERATED_SHAPE, span, "`gpu` is written in short");
        out.push(note.with_help("write `{\"gpu\": {\"type\": \"cuda\", \"required\": true}}`"));
    };
    match &node.value {
        Value::Bool(false) => return None,
        Value::Bool(true) => {
            short(out);
            return Some(need(None, true));
        }
        Value::String(kind) => {
            short(out);
            return Some(need(Some(Spanned::new(kind.clone(), span)), true));
        }
        Value::Null | Value::Number(_) | Value::List(_) | Value::Map(_) => {}
    }
    let mut map = Fields::open(node, "`gpu`", out)?;
    let gpu = GpuNeed {
        kind: map.take("type", &["kind"], out).and_then(|e| fields::string(e, out)),
        min_memory_gb: map.take("min_memory_gb", &["memory_gb"], out).and_then(|e| fields::amount(e, out)),
        required: map.take("required", &[], out).and_then(|e| fields::boolean(e, out)).is_none_or(|v| v.value),
        preferred: map.take("preferred", &[], out).and_then(|e| fields::boolean(e, out)),
        span,
    };
    map.finish(out);
    Some(gpu)
}

fn cpu(node: Node, out: &mut Diagnostics) -> Option<CpuNeed> {
    let mut map = Fields::open(node, "`cpu`", out)?;
    let cpu = CpuNeed {
        cores: map.take("cores", &[], out).and_then(|e| fields::amount(e, out)),
        arch: map.take("arch", &["architecture"], out).and_then(|e| fields::string(e, out)),
        span: map.span,
    };
    map.finish(out);
    Some(cpu)
}

/// `["onnx>=1.16", "torch"]`, `{onnx: ">=1.16", torch: null}`, or a list of `{name, version}`.
fn frameworks((key, node): Entry, out: &mut Diagnostics) -> Vec<FrameworkNeed> {
    let named = |(name, version): Entry, out: &mut Diagnostics| {
        let wanted = (!version.is_null()).then(|| fields::text((name.clone(), version), out)).flatten();
        FrameworkNeed { name, version: wanted }
    };
    match node.value {
        Value::Map(entries) => entries.into_iter().map(|entry| named(entry, out)).collect(),
        Value::List(elements) if elements.iter().any(|e| e.as_map().is_some()) => {
            let read = |element: Node| {
                let mut map = Fields::open(element, "a framework", out)?;
                let name = map.need("name", &[], out).and_then(|e| fields::name(e, out));
                let version = map.take("version", &["min_version"], out).and_then(|e| fields::text(e, out));
                map.finish(out);
                Some(FrameworkNeed { name: name?, version })
            };
            elements.into_iter().filter_map(read).collect()
        }
        value => {
            let listed = fields::strings((key, Node { value, ..node }), out);
            listed.into_iter().map(requirement).collect()
        }
    }
}

/// `onnx>=1.16` as name and version.
fn requirement(text: Spanned<String>) -> FrameworkNeed {
    let at = text.value.find(|c: char| "<>=!~ ".contains(c)).unwrap_or(text.value.len());
    let (name, version) = text.value.split_at(at);
    let version = Some(version.trim()).filter(|version| !version.is_empty());
    FrameworkNeed {
        name: Spanned::new(name.to_owned(), text.span),
        version: version.map(|version| Spanned::new(version.to_owned(), text.span)),
    }
}

fn execution((_, node): Entry, out: &mut Diagnostics) -> Option<Execution> {
    let mut map = Fields::open(node, "`execution`", out)?;
    let execution = Execution {
        placement: map.take("placement", &[], out).and_then(|e| fields::one_of(e, &PLACEMENTS, out)),
        reason: map.take("reason", &[], out).and_then(|e| fields::string(e, out)),
        fallback: map.take("fallback", &[], out).and_then(|e| fields::string(e, out)),
        span: map.span,
    };
    map.finish(out);
    Some(execution)
}

fn docker(node: Node, out: &mut Diagnostics) -> Option<Docker> {
    let mut map = Fields::open(node, "`docker`", out)?;
    let limits = map.take("resource_limits", &[], out);
    let mut docker = docker_fields(&mut map, out);
    if let Some(mut limits) = limits.and_then(|(_, node)| Fields::open(node, "`resource_limits`", out)) {
        let Docker { memory_mb, cpu_cores, shm_size_mb, gpu_devices, .. } = docker_fields(&mut limits, out);
        docker.memory_mb = memory_mb.or(docker.memory_mb);
        docker.cpu_cores = cpu_cores.or(docker.cpu_cores);
        docker.shm_size_mb = shm_size_mb.or(docker.shm_size_mb);
        docker.gpu_devices.extend(gpu_devices);
        limits.finish(out);
    }
    map.finish(out);
    Some(docker)
}

fn docker_fields(map: &mut Fields, out: &mut Diagnostics) -> Docker {
    Docker {
        python_version: map.take("python_version", &[], out).and_then(|e| fields::text(e, out)),
        base_image: map.take("base_image", &["image"], out).and_then(|e| fields::string(e, out)),
        python_packages: map.take("python_packages", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
        system_packages: map
            .take("system_packages", &["system_dependencies"], out)
            .map_or_else(Vec::new, |e| fields::strings(e, out)),
        memory_mb: map.take("memory_mb", &[], out).and_then(|e| fields::amount(e, out)),
        cpu_cores: map.take("cpu_cores", &[], out).and_then(|e| fields::amount(e, out)),
        shm_size_mb: map.take("shm_size_mb", &[], out).and_then(|e| fields::amount(e, out)),
        gpu_devices: map.take("gpu_devices", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
        env: map.take("env", &["env_vars", "environment"], out).map_or_else(Vec::new, |e| environment(e, out)),
        volumes: map.take("volumes", &[], out).map_or_else(Vec::new, |e| volumes(e, out)),
        security: map.take("security", &[], out).map(|(_, node)| node),
    }
}

fn environment(entry: Entry, out: &mut Diagnostics) -> Vec<(Spanned<String>, Spanned<String>)> {
    let read = |(name, node): Entry| {
        let value = fields::text((name.clone(), node), out)?;
        Some((name, value))
    };
    let entries = match entry.1.as_map() {
        Some(_) => fields::map(entry, &mut Diagnostics::new()),
        None => {
            fields::wrong_type("a map of names and values", &entry.0.value, &entry.1, out);
            return Vec::new();
        }
    };
    entries.into_iter().filter_map(read).collect()
}

fn volumes(entry: Entry, out: &mut Diagnostics) -> Vec<Volume> {
    let Some((elements, _)) = fields::list(entry, out) else {
        return Vec::new();
    };
    let mut volumes = Vec::new();
    for element in elements {
        let Some(mut map) = Fields::open(element, "a volume", out) else {
            continue;
        };
        let host_path = map.need("host_path", &["source"], out).and_then(|e| fields::name(e, out));
        let container_path = map.need("container_path", &["target"], out).and_then(|e| fields::name(e, out));
        let read_only = map.take("read_only", &["readonly"], out).and_then(|e| fields::boolean(e, out));
        map.take("mount_type", &["type"], out).and_then(|e| fields::string(e, out));
        map.finish(out);
        if let (Some(host_path), Some(container_path)) = (host_path, container_path) {
            volumes.push(Volume { host_path, container_path, read_only: read_only.is_some_and(|v| v.value) });
        }
    }
    volumes
}

/// The older way to ask for a container: `metadata: {use_docker: true, docker_config: {…}}`. Since `metadata` is free,
/// nothing in it is an error.
fn docker_of_metadata(metadata: &[Entry], out: &mut Diagnostics) -> Option<Docker> {
    let get = |name: &str| metadata.iter().find(|(key, _)| key.value == name);
    get("use_docker").filter(|(_, node)| node.as_bool() == Some(true))?;
    let (key, node) = get("docker_config")?;
    let note = Diagnostic::tolerated(codes::TOLERATED_SHAPE, key.span, "`metadata.docker_config` is read as `docker`");
    out.push(note.with_help("write `docker` beside `params`"));
    let mut unheard = Diagnostics::new();
    let mut map = Fields::open(node.clone(), "`docker_config`", &mut unheard)?;
    Some(docker_fields(&mut map, &mut unheard))
}

/// The manifest's `python_env`.
pub fn python_env(node: Node, out: &mut Diagnostics) -> Option<PythonEnv> {
    let mut map = Fields::open(node, "`python_env`", out)?;
    let env = PythonEnv {
        python_version: map.take("python_version", &[], out).and_then(|e| fields::text(e, out)),
        scope: map.take("scope", &[], out).and_then(|e| fields::string(e, out)),
        extra_deps: map.take("extra_deps", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
    };
    map.finish(out);
    Some(env)
}

/// The manifest's `runtime`.
pub fn runtime(node: Node, out: &mut Diagnostics) -> Option<RuntimeNeed> {
    let mut map = Fields::open(node, "`runtime`", out)?;
    let runtime = RuntimeNeed {
        target: map.take("target", &[], out).and_then(|e| fields::string(e, out)),
        min_version: map.take("min_version", &[], out).and_then(|e| fields::text(e, out)),
        features: map.take("features", &[], out).map_or_else(Vec::new, |e| fields::strings(e, out)),
    };
    map.finish(out);
    Some(runtime)
}

/// The manifest's `config`, which may hold anything for today's runtime.
pub fn config(node: Node, out: &mut Diagnostics) -> Option<Config> {
    let mut map = Fields::open(node, "`config`", out)?;
    let mut config = Config {
        batch_size: map.take("batch_size", &[], out).and_then(|e| fields::amount(e, out)),
        timeout_ms: map.take("timeout_ms", &[], out).and_then(|e| fields::amount(e, out)),
        ..Config::default()
    };
    let retry = map.take("retry_policy", &["retry"], out);
    if let Some(mut retry) = retry.and_then(|(_, node)| Fields::open(node, "`retry_policy`", out)) {
        config.max_retries = retry.take("max_retries", &[], out).and_then(|e| fields::amount(e, out));
        config.backoff_ms = retry.take("backoff_ms", &[], out).and_then(|e| fields::amount(e, out));
        config.other = retry.finish_open(out);
    }
    config.other.extend(map.finish_open(out));
    Some(config)
}
