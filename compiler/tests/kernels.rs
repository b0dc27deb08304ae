//! Which classes that go through their chunks are kernels, and why others are not.

use remotemedia_compiler::{Compiled, Options, World, compile_text};
use remotemedia_ir::SourceMap;
use remotemedia_ir::diag::render;

struct Nothing;

impl World for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("no such file".to_owned())
    }
}

/// What `lower` says of a class with these fields and this body of `process`, for so many channels.
fn said(channels: u16, fields: &str, body: &str) -> String {
    let indent = |text: &str| text.lines().map(|line| format!("        {line}\n")).collect::<String>();
    let source = format!(
        "import math\n\nimport numpy as np\n\n\nclass Node:\n    def __init__(self):\n{}\n    def process(self, data):\n        x, rate = data\n{}",
        indent(if fields.is_empty() { "pass" } else { fields }),
        indent(body)
    );
    let text = format!(
        r#"{{"version": "v1", "nodes": [
            {{"id": "in", "node_type": "AudioInput", "params": {{"sample_rate": 48000, "channels": {channels}}}}},
            {{"id": "node", "node_type": "PythonNode", "params": {{"source": "{}"}}, "runtime_hint": "lowered"}}
        ], "connections": [{{"from": "in", "to": "node"}}]}}"#,
        source.replace('"', "\\\"").replace('\n', "\\n")
    );
    let mut sources = SourceMap::default();
    let compiled = compile_text(&mut sources, "p.json", text.as_bytes(), &Nothing, &Options::default());
    match compiled {
        Err(found) => found.iter().map(|d| render(d, &sources)).collect(),
        Ok(Compiled { reports, .. }) => {
            let lines = reports.iter().flat_map(|report| &report.lines);
            lines.filter(|line| line.contains("is Python")).cloned().collect::<Vec<_>>().join("\n")
        }
    }
}

#[track_caller]
fn is_kernel(channels: u16, fields: &str, body: &str) {
    let said = said(channels, fields, body);
    assert!(said.contains("compiled: a kernel, whatever the chunks"), "{said}");
}

#[track_caller]
fn is_none(why: &str, channels: u16, fields: &str, body: &str) {
    let said = said(channels, fields, body);
    assert!(said.contains("no kernel (") && said.contains(why), "{said}\nbut: {why}");
}

const MONO: &str = "\
out = np.zeros_like(x)
for i in range(x.shape[1]):
    s = float(x[0, i])
    BODY
    out[0, i] = s
return out, rate";

fn mono(body: &str) -> String {
    MONO.replace("BODY", &body.replace('\n', "\n    "))
}

#[test]
fn a_state_for_each_channel() {
    let body = "\
out = np.empty_like(x)
for c in range(x.shape[0]):
    for i in range(x.shape[1]):
        self.z[c] += 0.1 * (float(x[c, i]) - self.z[c])
        out[c, i] = self.z[c]
return out, rate";
    is_kernel(2, "self.z = [0.0, 0.0]", body);
    is_kernel(2, "self.z = [0.0] * 8", body);
    is_kernel(2, "self.z = np.zeros(2)", body);
    is_none("not of the present sample", 3, "self.z = [0.0, 0.0]", body);
    is_none("not of the present sample", 2, "self.z = [0.0, 1.0]", body);
    is_none("`self.z` goes from channel to channel", 2, "self.z = 0.0", &body.replace("z[c]", "z"));
    is_kernel(1, "self.z = 0.0", &body.replace("z[c]", "z"));
}

#[test]
fn a_state_that_a_variable_holds_meanwhile() {
    let body = "\
out = np.zeros_like(x)
z = self.z
for i in range(x.shape[1]):
    z += 0.1 * (float(x[0, i]) - z)
    out[0, i] = z
self.z = z
return out, rate";
    is_kernel(1, "self.z = 0.0", body);
    is_none("`z` begins again with each chunk", 1, "self.z = 0.0", &body.replace("self.z = z\n", ""));
    is_none("keeps something from chunk to chunk", 1, "self.z = 0.0", &body.replace("self.z = z", "self.z = z * 0.5"));
    let shared = body.replace("z = self.z", "for c in range(2):\n  z = self.z").replace("x[0, i]", "x[c, i]");
    let shared = shared.replace("out[0, i]", "out[c, i]").replace("\nfor i", "\n  for i").replace("\n    ", "\n      ");
    is_none(
        "`self.z` goes from channel to channel",
        2,
        "self.z = 0.0",
        &shared.replace("\nself.z = z", "\n  self.z = z"),
    );
    is_none("is something else", 1, "self.z = 0.0", &body.replace("self.z = z", "z = 0.0\nself.z = z"));
    is_none("two names", 1, "self.z = 0.0", &body.replace("out[0, i] = z", "out[0, i] = self.z"));
    is_none(
        "`z` begins again with each chunk",
        1,
        "",
        &body.replace("z = self.z", "z = 0.0").replace("self.z = z\n", ""),
    );
}

#[test]
fn a_state_that_the_first_chunk_makes() {
    let body = |condition: &str, list: &str| {
        format!(
            "\
channels = x.shape[0]
if {condition}:
    self.z = {list}
out = np.zeros((channels, x.shape[1]), dtype=np.float32)
for c, row in enumerate(x):
    for i, s in enumerate(row):
        self.z[c] = 0.5 * self.z[c] + float(s)
        out[c, i] = self.z[c]
return out, rate"
        )
    };
    is_kernel(2, "self.z = None", &body("self.z is None", "[0.0] * channels"));
    is_kernel(2, "self.z = None", &body("self.z is None or len(self.z) != channels", "[0.0 for _ in range(channels)]"));
    is_kernel(2, "self.z = []", &body("not self.z", "[0.25] * channels"));
    is_kernel(2, "self.z = []", &body("len(self.z) < channels", "np.zeros(channels)"));
    is_none("a statement around the loop", 2, "self.z = None", &body("self.z is None or rate > 0", "[0.0] * channels"));
    is_none("a statement around the loop", 2, "self.z = None", &body("self.z is None", "[0.0] * (channels + 1)"));
    // Begun anew with each chunk: three are not two. And an array of two has no truth.
    is_none("keeps something from chunk to chunk", 2, "self.z = []", &body("len(self.z) != 2", "[0.0, 0.0, 0.0]"));
    is_none(
        "keeps something from chunk to chunk",
        2,
        "self.z = []",
        &body("len(self.z) != 2", "[0.0, 0.0] * channels"),
    );
    is_none("a statement around the loop", 2, "self.z = []", &body("not self.z", "np.zeros(channels)"));
}

#[test]
fn what_looks_at_more_than_a_sample() {
    is_none("not of the present sample", 1, "", &mono("s = s - float(x[0, i - 1])"));
    is_none("starts again with each chunk", 1, "", &mono("s = s * i"));
    is_none(
        "changes from chunk to chunk",
        1,
        "self.n = 0.0",
        &format!("n = self.n + 1.0\n{}", mono("s = s * n\nself.n = s")),
    );
    is_none("`peak` begins again", 1, "", &format!("peak = 0.0\n{}", mono("peak = max(peak, s)")));
    let chosen = "\
out = np.zeros_like(x)
for i in range(x.shape[1]):
    if x[0, i] > 0.5:
        row = x[0]
    else:
        row = out[0]
    out[0, i] = row[i]
return out, rate";
    is_none("depends on a condition", 1, "", chosen);
    // What counts, and whole channels, within the loop and behind it.
    let counts =
        "n = 0\nout = np.zeros_like(x)\nfor s in x[0]:\n    i = n\n    n = n + 1\n    out[0, i] = n\nreturn out, rate";
    is_none("`n` begins again", 1, "", counts);
    is_none("changes from chunk to chunk", 1, "", &counts.replace("= n\nreturn out", "= s\nreturn out * n"));
    is_none("other than the present sample", 1, "", &mono("out[0] = x[0]"));
    let twice = "\
out = np.zeros_like(x)
for i in range(x.shape[1]):
    out[0, i] = float(x[0, i]) * 0.5
for i in range(x.shape[1]):
    out[0, i] = float(out[0, i]) + 1.0
return out, rate";
    is_none("more than once", 1, "", twice);
    let summed = "\
out = np.zeros_like(x)
for i in range(x.shape[1]):
    total = 0.0
    for c in range(x.shape[0]):
        total = total + float(x[c, i])
    for c in range(x.shape[0]):
        out[c, i] = total
return out, rate";
    is_none("`total` goes from channel to channel", 2, "", summed);
    let counted = mono("s = s").replace("return out, rate", "yield out, rate\nyield {'n': 1}");
    is_none("gives messages", 1, "", &counted);
}

#[test]
fn lists_with_a_number_for_each_sample() {
    let body = |way: &str| {
        format!(
            "\
out = []
for s in x[0]:
    {way}out.append(float(s) * 0.5)
return np.array(out, dtype=np.float32).reshape(1, -1), rate"
        )
    };
    is_kernel(1, "", &body(""));
    is_none("not set on some way", 1, "", &body("if s > 0.0: "));
    is_none("more than one number", 1, "", &body("out.append(0.0); "));
}

#[test]
fn numbers_of_numpy() {
    let body = |next: &str| {
        format!(
            "\
out = np.zeros_like(x)
for i in range(x.shape[1]):
    self.z = {next}
    out[0, i] = self.z
return out, rate"
        )
    };
    // float32 from the second sample on.
    is_kernel(1, "self.z = 0.0", &body("0.9 * self.z + x[0, i]"));
    is_kernel(1, "self.z = 0", &body("0.9 * self.z + x[0, i]"));
    is_kernel(1, "self.z = 0.1", &body("x[0, i] - self.z"));
    is_kernel(1, "self.z = 0.0", &body("x[0, i] * (0.5 if x[0, i] > 0.5 else 2.0)"));
    is_none("a truth value", 1, "self.z = 0.0", &body("float((x[0, i] > 0.5) + (x[0, i] > 0.2))"));
    is_none("a truth value", 1, "self.z = 0.0", &body("x[0, i] * (0.3 * (x[0, i] > 0.5))"));
    // What the first chunk makes of it counts.
    let made = body("(self.z + 0.2) * 0.7 + x[0, i]").replace("self.z", "self.z[0]");
    let made = format!("if len(self.z) != 1:\n    self.z = [0.1]\n{made}");
    is_none("of one type at first", 1, "self.z = [0.0] * 3", &made);
    is_kernel(
        1,
        "self.z = None",
        &made.replace("len(self.z) != 1", "self.z is None").replace("+ 0.2) * 0.7", "- 0.0)"),
    );
    // 0.1 and 0.2 are added as floats at first, and as float32 later.
    is_none("of one type at first", 1, "self.z = 0.1", &body("(self.z + 0.2) * 0.7 + x[0, i]"));
    is_none(
        "float64 and in float32",
        1,
        "self.z = np.zeros(1)",
        &body("x[0, i] * 0.5 + self.z").replace("self.z", "self.z[0]"),
    );
}

#[test]
fn counters_that_a_condition_bounds() {
    let hold = "if abs(s) > 0.5:\n    self.n = 100\nelif self.n > 0:\n    self.n -= 1\nif self.n == 0:\n    s = 0.0";
    is_kernel(1, "self.n = 0", &mono(hold));
    is_none("may not fit 64 bits", 1, "self.n = 0", &mono(&hold.replace("elif self.n > 0", "elif self.n != 0")));
    // A phase is less than the number that it is compared with.
    let phase = "self.n += 0.1\nif self.n >= 6.28:\n    self.n -= 6.28\ns = s * math.sin(self.n)";
    is_kernel(1, "self.n = 0.0", &mono(phase));
    is_none("`math.sin` of what", 1, "self.n = 0.0", &mono(&phase.replace("if self.n >= 6.28", "if s >= 0.5")));
    // What goes towards bounded numbers is bounded; and a power of a constant with it.
    let towards =
        "target = 6.0 if abs(s) > 0.5 else -60.0\nself.n += 0.1 * (target - self.n)\ns = s * 10.0 ** (self.n / 20.0)";
    is_kernel(1, "self.n = 0.0", &mono(towards));
    is_none("or that may raise", 1, "self.n = 0.0", &mono(&towards.replace("0.1 * (target", "0.1 * (s")));
    is_none("or that may raise", 1, "self.n = 0.0", &mono(&towards.replace("0.1 * (target", "1.5 * (target")));
    is_kernel(1, "self.n = 0.0", &mono("self.n = abs(s)\ns = 1.0 / self.n if self.n > 0 else 0.0"));
    is_kernel(1, "", &mono("if 2.0 * abs(s) <= 0.5:\n    s = (s + 1.0) ** 2"));
    is_none("or that may raise", 1, "", &mono("if 2.0 * abs(s) >= 0.5:\n    s = (s + 1.0) ** 2"));
    let divided = "if self.n > 0.5:\n    s = s / self.n\nself.n = s";
    is_kernel(1, "self.n = 0.0", &mono(divided));
    is_none("what may be zero", 1, "self.n = 0.0", &mono(&divided.replace("> 0.5", "> -0.5")));
}
