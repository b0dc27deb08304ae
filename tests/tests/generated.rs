//! What is generated from the catalog is up to date.

#[test]
fn generated_files_are_fresh() {
    for (path, text) in remotemedia_tests::generated() {
        let found = std::fs::read_to_string(remotemedia_tests::root().join(path)).unwrap_or_default();
        assert!(found == text, "`{path}` is stale: run `make generate`");
    }
}
