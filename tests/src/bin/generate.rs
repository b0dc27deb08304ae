//! Writes every generated file of the repository.

fn main() -> std::io::Result<()> {
    for (path, text) in remotemedia_tests::generated() {
        let path = remotemedia_tests::root().join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}
