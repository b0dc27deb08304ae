//! What was understood of a manifest, in few lines: the expectation beside each accepted one.
//!
//! Every field is taken apart by name, so that a new one has to be shown here.

use remotemedia_compiler::manifest::{
    Capabilities, Config, CpuNeed, Docker, EdgeDecl, Endpoint, Entry, Execution, FrameworkNeed, GpuNeed, Manifest,
    Node, NodeDecl, NodeOptions, PythonEnv, RuntimeNeed, Value, Volume,
};
use remotemedia_ir::{Span, Spanned};

/// What was understood, in few lines.
pub fn describe(manifest: &Manifest) -> String {
    let Manifest { version, name, description, auto_negotiate, metadata, python_env, runtime, config, .. } = manifest;
    let Manifest { defaults, nodes, edges, outputs, span: _, .. } = manifest;
    let mut out = format!("{version:?}");
    let about = [("name", one(name)), ("description", one(description)), ("auto_negotiate", one(auto_negotiate))];
    show(&mut out, &about);
    out.push_str(&format!("\nmetadata {}", json(metadata)));
    for NodeDecl { id, node_type, params, options, .. } in nodes {
        out.push_str(&format!("\nnode {id}: {node_type} {}", json(params)));
        show(&mut out, &option_values(options));
    }
    for EdgeDecl { from, to, kind, params, comment, span: _ } in edges {
        out.push_str(&format!("\nedge {} -> {}", end(from), end(to)));
        let comment = comment.as_ref().map(Node::to_json).unwrap_or_default();
        show(&mut out, &[("type", one(kind)), ("params", entries(params)), ("comment", comment)]);
    }
    for output in outputs {
        out.push_str(&format!("\noutput {}", end(output)));
    }
    if let Some(PythonEnv { python_version, scope, extra_deps }) = python_env {
        out.push_str("\npython_env");
        show(&mut out, &[("version", one(python_version)), ("scope", one(scope)), ("extra_deps", many(extra_deps))]);
    }
    if let Some(RuntimeNeed { target, min_version, features }) = runtime {
        out.push_str("\nruntime");
        show(&mut out, &[("target", one(target)), ("min_version", one(min_version)), ("features", many(features))]);
    }
    if let Some(Config { batch_size, timeout_ms, max_retries, backoff_ms, other }) = config {
        out.push_str("\nconfig");
        show(&mut out, &[("batch_size", one(batch_size)), ("timeout_ms", one(timeout_ms))]);
        show(
            &mut out,
            &[("max_retries", one(max_retries)), ("backoff_ms", one(backoff_ms)), ("other", entries(other))],
        );
    }
    show(&mut out, &[("\ndefaults", defaults.as_ref().map(Node::to_json).unwrap_or_default())]);
    out.push('\n');
    out
}

fn option_values(options: &NodeOptions) -> Vec<(&'static str, String)> {
    let NodeOptions { is_streaming, is_output_node, capabilities, media_capabilities, host, runtime_hint, .. } =
        options;
    let NodeOptions { execution, python_deps, docker, fast_path, executor, trusted, metadata, .. } = options;
    let mut values = vec![
        ("is_streaming", one(is_streaming)),
        ("is_output_node", one(is_output_node)),
        ("fast_path", one(fast_path)),
        ("trusted", one(trusted)),
        ("host", one(host)),
        ("executor", one(executor)),
        ("runtime_hint", runtime_hint.as_ref().map(|hint| format!("{:?}", hint.value)).unwrap_or_default()),
        ("python_deps", many(python_deps)),
        ("media_capabilities", media_capabilities.as_ref().map(Node::to_json).unwrap_or_default()),
        ("metadata", entries(metadata)),
    ];
    if let Some(Execution { placement, reason, fallback, span: _ }) = execution {
        let place =
            placement.as_ref().map(|at| format!("{:?}{}", at.value.place, if at.value.prefer { "?" } else { "" }));
        values.extend([("placement", place.unwrap_or_default()), ("reason", one(reason)), ("fallback", one(fallback))]);
    }
    if let Some(Capabilities { gpu, cpu, memory_gb, codecs, hardware_accel, frameworks, custom, span: _ }) =
        capabilities
    {
        if let Some(GpuNeed { kind, min_memory_gb, required, preferred, span: _ }) = gpu {
            values.extend([
                ("gpu", one(kind)),
                ("gpu_memory_gb", one(min_memory_gb)),
                ("gpu_required", required.to_string()),
            ]);
            values.push(("gpu_preferred", one(preferred)));
        }
        if let Some(CpuNeed { cores, arch, span: _ }) = cpu {
            values.extend([("cores", one(cores)), ("arch", one(arch))]);
        }
        let named =
            |FrameworkNeed { name, version }: &FrameworkNeed| format!("{name} {}", one(version)).trim_end().to_owned();
        values.extend([
            ("memory_gb", one(memory_gb)),
            ("codecs", many(codecs)),
            ("hardware_accel", many(hardware_accel)),
        ]);
        values.extend([
            ("frameworks", frameworks.iter().map(named).collect::<Vec<_>>().join(", ")),
            ("custom", entries(custom)),
        ]);
    }
    if let Some(docker) = docker {
        let Docker { python_version, base_image, python_packages, system_packages, memory_mb, cpu_cores, .. } = docker;
        let Docker { shm_size_mb, gpu_devices, env, volumes, security, .. } = docker;
        let mount =
            |v: &Volume| format!("{}:{}{}", v.host_path, v.container_path, if v.read_only { ":ro" } else { "" });
        values.extend([
            ("docker python", one(python_version)),
            ("image", one(base_image)),
            ("pip", many(python_packages)),
        ]);
        values.extend([("apt", many(system_packages)), ("memory_mb", one(memory_mb)), ("cpu_cores", one(cpu_cores))]);
        values.extend([("shm_size_mb", one(shm_size_mb)), ("gpu_devices", many(gpu_devices))]);
        values.push(("env", env.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")));
        values.push(("volumes", volumes.iter().map(mount).collect::<Vec<_>>().join(", ")));
        values.push(("security", security.as_ref().map(Node::to_json).unwrap_or_default()));
    }
    values
}

/// Appends what is not empty.
fn show(out: &mut String, values: &[(&str, String)]) {
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!(" {name}=({value})"));
    }
}

fn one<T: std::fmt::Display>(value: &Option<Spanned<T>>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn many(values: &[Spanned<String>]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn json(entries: &[Entry]) -> String {
    Node::new(Value::Map(entries.to_vec()), Span::NONE).to_json()
}

fn entries(entries: &[Entry]) -> String {
    if entries.is_empty() { String::new() } else { json(entries) }
}

fn end(Endpoint { node, port }: &Endpoint) -> String {
    port.as_ref().map_or_else(|| node.to_string(), |port| format!("{node}[{port}]"))
}
