//! The reference data is what tests/reference/generate.py computes. Needs the Python that `make setup` provides.

use std::path::Path;
use std::process::Command;

#[test]
fn reference_data_is_fresh() {
    // Without that Python the data is taken as it is; `make test` and the CI always have it.
    let Some(python) = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty()) else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/reference/generate.py");
    let status = Command::new(python).arg("-B").arg(script).arg("--check").status();
    assert!(status.is_ok_and(|s| s.success()), "run tests/reference/generate.py");
}
