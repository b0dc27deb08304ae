//! What CPython has and other interpreters do not: NumPy, and packages of an environment.

use crate::support::{Setup, failure, finish, outputs, process, refused, started};
use super::start;
use remotemedia_runtime_min::py::array::Array;
use remotemedia_runtime_min::py::{Program, Value};

/// Calls the tests one after another.
pub fn all() {
    arrays_go_in_and_come_out();
    views_come_out_in_order();
    scalars_keep_their_types();
    arrays_of_no_numbers_are_refused();
    versions_of_packages_are_compared();
}

/// A node whose `process` returns this; none where NumPy is not installed.
fn returning(expression: &str) -> Option<Box<dyn Program>> {
    let source =
        format!("import numpy as np\nclass Probe:\n    def process(self, data):\n        return {expression}\n");
    let setup = Setup::new("probe", &source, "probe.py", "Probe");
    match start(setup) {
        Err(error) if error.kind() == "ModuleNotFoundError" => {
            eprintln!("left out: {error}");
            None
        }
        other => Some(other.unwrap_or_else(|error| panic!("{error}"))),
    }
}

fn arrays_go_in_and_come_out() {
    let Some(mut node) = returning("(data[0] * np.float32(2), data[1], str(data[0].dtype), data[0].flags.writeable)")
    else {
        return;
    };
    let chunk = Value::tuple([array(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3]), 48000.into()]);
    let (outputs, _) = outputs(&mut *node, chunk);
    let Value::Tuple(parts) = &outputs[0] else { panic!("{outputs:?}") };
    let Value::Array(samples) = &parts[0] else { panic!("{outputs:?}") };
    assert_eq!(
        (samples.shape(), samples.to_vec::<f32>().as_slice()),
        ([2, 3].as_slice(), [2.0, 4.0, 6.0, 8.0, 10.0, 12.0].as_slice())
    );
    assert_eq!(crate::support::show(&outputs[0]), "(F32[2,3],48000,'float32',True)");
}

/// Views that do not lie in order are gathered.
fn views_come_out_in_order() {
    let Some(mut node) = returning("data.T[::-1]") else { return };
    let (outputs, _) = outputs(&mut *node, array(&[1.0, 2.0, 3.0, 4.0], &[2, 2]));
    let Value::Array(samples) = &outputs[0] else { panic!("{outputs:?}") };
    assert_eq!(samples.to_vec::<f32>().as_slice(), [2.0, 4.0, 1.0, 3.0]);
}

fn scalars_keep_their_types() {
    for (expression, shown) in [
        ("data.sum()", "F32(3.0)"),
        ("np.float64(data[0])", "F64(1.0)"),
        ("np.int64(7)", "I64(7)"),
        ("data[0] > 0", "Bool(true)"),
        ("np.complex64(1 + 2j)", "C64(1.0,2.0)"),
        ("np.uint8(255)", "U8(255)"),
        ("{'rms': np.sqrt(np.mean(data ** 2, dtype=np.float64))}", "{'rms':F64(1.5811388300841898)}"),
    ] {
        let Some(mut node) = returning(expression) else { return };
        assert_eq!(process(&mut *node, array(&[1.0, 2.0], &[2])), shown);
    }
}

fn arrays_of_no_numbers_are_refused() {
    let Some(mut node) = returning("np.array(['a'])") else { return };
    let message = "TypeError: an array of <U1 cannot be sent to another node";
    assert_eq!(failure(&mut *node, 0).to_string(), message);
}

fn versions_of_packages_are_compared() {
    if returning("1").is_none() {
        return;
    }
    let source = "class Probe:\n    def process(self, data):\n        return data\n";
    let met =
        &["numpy", "numpy>=1.20,!=1.21.0", "NumPy ~= 2.0", "numpy>1.9.9", "numpy<9999", "numpy (>=1.1)", "numpy!=1.*"];
    let setup = Setup { requirements: met, ..Setup::new("probe", source, "probe.py", "Probe") };
    assert_eq!(finish(&mut *started(start, setup)), "");
    for not_met in ["numpy>=9999", "numpy==1.*", "numpy<1.26.0rc1", "numpy~=1.2"] {
        let requirements = [not_met];
        let setup = Setup { requirements: &requirements, ..Setup::new("probe", source, "probe.py", "Probe") };
        let error = refused(start, setup);
        assert!(error.message().starts_with(&format!("Python packages are missing: `{not_met}` (")), "{error}");
        assert!(error.message().contains(" is installed)"), "{error}");
    }
}

/// An array of that shape.
fn array(samples: &[f32], shape: &[usize]) -> Value {
    Value::Array(Array::from_slice(samples, shape))
}
