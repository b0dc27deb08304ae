//! NumPy in compiled Python nodes against NumPy itself: operators, subscripts, functions and methods, one case a line.
//!
//! Cases and results are data (`tests/reference/python_numpy.py`): what this computes has the same bits, type and shape, or the
//! same error; where a case allows for NumPy's own rounding it says so.
#![cfg(all(feature = "numpy", feature = "registry"))]

#[path = "py_numpy/compare.rs"]
mod compare;
#[path = "py_numpy/evaluate.rs"]
mod evaluate;

use evaluate::Space;
use remotemedia_runtime_min::py::array::{Array, Dtype};
use serde_json::Value as Json;
use std::path::Path;
use std::process::Command;

fn reference(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/reference").join(name)
}

#[test]
fn arrays_give_what_numpy_gives() {
    let text = std::fs::read_to_string(reference("python_data/numpy.jsonl")).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let inputs = lines.next().unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for line in lines {
        count += 1;
        let case = line["case"].as_str().unwrap();
        let found = match Space::new(&inputs["inputs"]).run(line["program"].as_array().unwrap()) {
            Ok(value) => compare::encode(&value),
            Err(exception) => serde_json::json!({"error": exception.kind(), "message": exception.message()}),
        };
        if !compare::agree(case, &line["result"], &found) {
            failures.push(format!(
                "{case}\n  expected {}\n  found    {}",
                compare::show(&line["result"]),
                compare::show(&found)
            ));
        }
    }
    assert!(failures.is_empty(), "{} of {count} cases differ:\n{}", failures.len(), failures.join("\n"));
}

/// The data is what `python_numpy.py` computes. Needs the Python that `make setup` provides.
#[test]
fn reference_is_fresh() {
    let Some(python) = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty()) else { return };
    let status = Command::new(python).arg("-B").arg(reference("python_numpy.py")).arg("--check").status();
    assert!(status.is_ok_and(|s| s.success()), "run tests/reference/python_numpy.py");
}

/// `find` and people look names up in it.
#[test]
fn table_is_sorted_and_has_each_name_once() {
    let names: Vec<&str> = remotemedia_runtime_min::py::table::TABLE.iter().map(|e| e.name).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn frames_are_rows_of_channels_and_back() {
    let samples: Vec<f32> = (0..12).map(|i| i as f32).collect();
    let a = Array::from_frames(&samples, 3);
    assert_eq!(a.shape(), [3, 4]);
    assert_eq!(a.to_vec::<f32>()[..4], [0.0, 3.0, 6.0, 9.0]);
    let mut out = vec![-1.0];
    a.to_frames(3, &mut out).unwrap();
    assert_eq!(out[1..], samples[..]);
    let mut out = Vec::new();
    Array::from_slice(&samples, &[12]).astype(Dtype::F64).to_frames(1, &mut out).unwrap();
    assert_eq!(out, samples);
    let wrong = a.to_frames(2, &mut out).unwrap_err();
    assert_eq!(wrong.kind(), "ValueError");
    assert!(wrong.message().contains("(3,4)"), "{}", wrong.message());
}
