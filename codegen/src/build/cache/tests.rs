//! The cache by itself: what is whole is found, what is not is made again, what is too much goes, what is used stays.

use super::room::DEFAULT_LIMIT;
use super::{Cache, Kind};
use crate::build::BuildError;
use crate::hash::hash;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A cache of this test's own.
fn with_cache(name: &str, test: impl FnOnce(&Cache)) {
    let root = std::env::temp_dir().join(format!("remotemedia-{name}-{}", std::process::id()));
    test(&Cache::at(&root));
    drop(std::fs::remove_dir_all(root));
}

fn write(folder: &Path, size: usize) -> Result<(), BuildError> {
    super::write_files(folder, [("a/file", vec![7; size].as_slice())])
}

fn refuse(_: &Path) -> Result<(), BuildError> {
    Err(BuildError::Bug("it is made again".into()))
}

/// Stores `size` bytes and says that they were used so many seconds ago.
fn store(cache: &Cache, key: &str, size: usize, ago: u64) {
    let made = cache.ensure(Kind::Program, key, "native/release", |f| write(f, size));
    let made = made.unwrap_or_else(|e| panic!("{e}"));
    let seal = std::fs::File::open(made.folder.join("seal")).unwrap_or_else(|e| panic!("{e}"));
    let then = SystemTime::now() - Duration::from_secs(ago);
    seal.set_modified(then).unwrap_or_else(|e| panic!("{e}"));
}

fn keys(cache: &Cache) -> Vec<String> {
    cache.entries().into_iter().map(|e| e.key).collect()
}

#[test]
fn what_is_whole_is_found_and_what_is_not_is_made_again() {
    with_cache("whole", |cache| {
        assert!(cache.find(Kind::Runtime, "k").is_none());
        assert_eq!(
            cache.ensure(Kind::Runtime, "k", "x", refuse).map(|a| a.folder),
            Err(BuildError::Bug("it is made again".into()))
        );
        let made = cache.ensure(Kind::Runtime, "k", "x", |f| write(f, 100)).unwrap_or_else(|e| panic!("{e}"));
        assert!(cache.ensure(Kind::Runtime, "k", "x", refuse).is_ok(), "found");
        for damage in [vec![7; 99], vec![8; 100], vec![]] {
            std::fs::write(made.folder.join("a/file"), damage).unwrap_or_else(|e| panic!("{e}"));
            assert!(cache.find(Kind::Runtime, "k").is_none());
            let mended = cache.ensure(Kind::Runtime, "k", "x", |f| write(f, 100)).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(std::fs::read(mended.folder.join("a/file")).ok(), Some(vec![7; 100]));
        }
        for damage in ["", "remotemedia artifact 1\n"] {
            std::fs::write(made.folder.join("seal"), damage).unwrap_or_else(|e| panic!("{e}"));
            assert!(cache.find(Kind::Runtime, "k").is_none());
        }
        std::fs::remove_file(made.folder.join("seal")).unwrap_or_else(|e| panic!("{e}"));
        assert!(cache.ensure(Kind::Runtime, "k", "x", |f| write(f, 100)).is_ok());
    });
}

#[test]
fn the_longest_unused_go_first() {
    with_cache("limit", |cache| {
        assert_eq!(cache.limit(), DEFAULT_LIMIT);
        assert!(cache.set_limit(2500).is_ok());
        assert_eq!(cache.limit(), 2500);
        store(cache, "aa", 1000, 30);
        store(cache, "bb", 1000, 20);
        // A use makes it the younger of the two.
        assert!(cache.find(Kind::Program, "aa").is_some());
        store(cache, "cc", 1000, 0);
        assert_eq!(keys(cache), ["cc", "aa"]);
        // What was just stored stays, however large.
        store(cache, "dd", 5000, 0);
        assert_eq!(keys(cache), ["dd"]);
        assert!(std::fs::write(cache.root().join("size-limit"), "much").is_ok());
        assert_eq!(cache.limit(), DEFAULT_LIMIT, "a limit that cannot be read is none that anybody set");
    });
}

#[test]
fn what_is_in_use_stays() {
    with_cache("use", |cache| {
        store(cache, "aa", 1000, 30);
        store(cache, "bb", 1000, 20);
        let used = cache.find(Kind::Program, "aa");
        let removed = cache.set_limit(0).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((removed.count, removed.bytes, removed.in_use), (1, 1000, 1));
        assert_eq!(keys(cache), ["aa"]);
        drop(used);
        assert_eq!(cache.clear().count, 1);
        assert!(keys(cache).is_empty());
    });
}

#[test]
fn leftovers_are_swept_unless_their_maker_lives() {
    with_cache("sweep", |cache| {
        let programs = cache.root().join("programs");
        let left = [".ab12.1.new", ".ab12.2.old", "old-format"].map(|n| programs.join(n));
        for folder in &left {
            assert!(write(folder, 10).is_ok());
        }
        let maker = cache.lock(Kind::Program, "ab99").unwrap_or_else(|e| panic!("{e}"));
        cache.trim(None);
        assert_eq!(
            left.each_ref().map(|l| l.exists()),
            [true, true, false],
            "keys that begin with `ab` are being made"
        );
        drop(maker);
        cache.trim(None);
        assert_eq!(left.each_ref().map(|l| l.exists()), [false; 3]);
    });
}

#[test]
fn many_at_once_make_it_once() {
    with_cache("once", |cache| {
        let made = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for i in 0..16 {
                let made = &made;
                scope.spawn(move || {
                    let key = hash([[i % 2].as_slice()]);
                    let artifact = cache.ensure(Kind::Program, &key, "", |folder| {
                        made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        write(folder, 100_000)
                    });
                    let artifact = artifact.unwrap_or_else(|e| panic!("{e}"));
                    assert_eq!(std::fs::read(artifact.folder.join("a/file")).ok(), Some(vec![7; 100_000]));
                });
            }
        });
        assert_eq!(made.into_inner(), 2);
    });
}

#[test]
fn an_answer_is_asked_for_once_per_what_it_depends_on() {
    with_cache("answer", |cache| {
        let ask = |depends: &str, text: &str| cache.answer("q", &[depends.to_owned()], || Ok::<_, ()>(text.to_owned()));
        assert_eq!(ask("a", "one\n"), Ok("one\n".to_owned()));
        assert_eq!(ask("a", "two"), Ok("one\n".to_owned()));
        assert_eq!(ask("b", "two"), Ok("two".to_owned()));
        for entry in std::fs::read_dir(cache.root().join("answers")).into_iter().flatten().flatten() {
            assert!(std::fs::write(entry.path(), "tw").is_ok());
        }
        assert_eq!(ask("b", "three"), Ok("three".to_owned()), "half an answer is none");
        cache.trim(None);
        assert_eq!(ask("b", "four"), Ok("three".to_owned()), "a recent answer stays");
        cache.clear();
        assert_eq!(ask("b", "four"), Ok("four".to_owned()));
    });
}
