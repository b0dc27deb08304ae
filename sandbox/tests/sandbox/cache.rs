//! Machine code kept between runs: used when it is whole and ours, made anew when it is not.

use std::fs;
use std::path::{Path, PathBuf};

use remotemedia_sandbox::{Command, End, Grants, Limits, run};

use crate::{folder, guest};

/// Runs a guest with this cache; whether its code came from there.
fn cached(cache: &Path, limits: &Limits) -> bool {
    let outcome = run(&guest("exit"), Command::default(), limits, &Grants::none(), Some(cache)).expect("it runs");
    assert!(matches!(outcome.end, End::Exit(7)), "{:?}", outcome.end);
    outcome.usage.cached
}

/// The files in the cache.
fn files(cache: &Path) -> Vec<PathBuf> {
    fs::read_dir(cache.join("sandbox")).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn code_is_kept_and_used() {
    let cache = folder("cache_used");
    assert!(!cached(&cache, &Limits::default()));
    assert!(cached(&cache, &Limits::default()));
    assert_eq!(files(&cache).len(), 1);
}

#[test]
fn metered_code_is_other_code() {
    let cache = folder("cache_metered");
    assert!(!cached(&cache, &Limits::default()));
    let metered = Limits { fuel: Some(1_000_000), ..Limits::default() };
    assert!(!cached(&cache, &metered));
    assert!(cached(&cache, &metered));
    assert!(cached(&cache, &Limits { memory: Some(1 << 20), ..Limits::default() }));
    assert_eq!(files(&cache).len(), 2);
}

#[test]
fn a_damaged_file_is_made_anew() {
    let cache = folder("cache_damaged");
    assert!(!cached(&cache, &Limits::default()));
    let file = files(&cache).remove(0);
    let whole = fs::read(&file).expect("the code");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for damaged in
        [&changed[..], &whole[..whole.len() / 2], &whole[..4], b"", b"not code at all, but longer than its head is"]
    {
        fs::write(&file, damaged).expect("the file can be written");
        assert!(!cached(&cache, &Limits::default()));
        assert_eq!(fs::read(&file).expect("the code"), whole);
        assert!(cached(&cache, &Limits::default()));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let cache = folder("cache_shared");
    assert!(!cached(&cache, &Limits::default()));
    fs::set_permissions(cache.join("sandbox"), fs::Permissions::from_mode(0o777)).expect("our folder");
    assert!(!cached(&cache, &Limits::default()));
    assert!(!cached(&cache, &Limits::default()));
}

#[test]
fn a_cache_that_cannot_be_is_no_obstacle() {
    let file = folder("cache_impossible").join("file");
    fs::write(&file, "no folder").expect("a file");
    assert!(!cached(&file, &Limits::default()));
}
