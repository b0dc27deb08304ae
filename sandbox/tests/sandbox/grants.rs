//! Files: what was granted can be done, nothing else can, and the refusal is on record.

use std::fs;
use std::path::Path;

use remotemedia_sandbox::{Access, Command, Denied, End, Error, Grants, Limits, Outcome, run};

use crate::{folder, guest, run_guest};

/// Error numbers of preview 1, which the guests end with.
const ACCESS: i32 = 2;
const NOT_FOUND: i32 = 44;

fn run_granted(name: &str, args: &[&str], grants: &Grants) -> (Outcome, String) {
    let (outcome, written) = run_guest(name, args, &Limits::default(), grants);
    (outcome, String::from_utf8_lossy(&written).into_owned())
}

fn exit_code(outcome: &Outcome) -> i32 {
    match outcome.end {
        End::Exit(code) => code,
        ref other => panic!("{other:?}"),
    }
}

fn denied(outcome: &Outcome, path: &str, access: Access) {
    assert_eq!(exit_code(outcome), ACCESS);
    assert_eq!(outcome.missing_grant(), Some(&Denied { path: path.to_owned(), access }));
}

/// A folder with `song.txt` and `secret.txt`.
fn two_files(test: &str) -> std::path::PathBuf {
    let folder = folder(test);
    fs::write(folder.join("song.txt"), "la la la").expect("a file");
    fs::write(folder.join("secret.txt"), "hush").expect("a file");
    folder
}

#[test]
fn without_grants_nothing_can_be_read() {
    let folder = two_files("without_grants");
    let path = folder.join("song.txt").display().to_string();
    let (outcome, written) = run_granted("cat", &[&path], &Grants::none());
    denied(&outcome, &path, Access::Read);
    assert_eq!(written, "");
}

#[test]
fn a_granted_file_can_be_read_under_the_name_it_has_in_the_arguments() {
    let song = two_files("granted_file").join("song.txt");
    for name in ["song.txt", "/song.txt", "./song.txt", "../song.txt", "some/where/song.txt"] {
        let (outcome, written) = run_granted("cat", &[name], &Grants::none().read(&song, name));
        assert_eq!((exit_code(&outcome), written.as_str()), (0, "la la la"), "{name}");
        assert_eq!(outcome.denied, []);
    }
}

#[test]
fn the_file_beside_a_granted_one_cannot_be_read() {
    let folder = two_files("file_beside");
    let grants = Grants::none().read(folder.join("song.txt"), "in/song.txt");
    let (outcome, _) = run_granted("cat", &["in/secret.txt"], &grants);
    denied(&outcome, "/in/secret.txt", Access::Read);
    assert_eq!(outcome.denied[0].to_string(), "the module asked to read `/in/secret.txt`, and no grant allows that");
}

#[test]
fn a_granted_file_can_be_read_and_not_written() {
    let folder = two_files("read_only_file");
    let (outcome, _) =
        run_granted("put", &["song.txt", "noise"], &Grants::none().read(folder.join("song.txt"), "song.txt"));
    denied(&outcome, "/song.txt", Access::Write);
    assert_eq!(fs::read_to_string(folder.join("song.txt")).expect("still there"), "la la la");
}

#[test]
fn a_file_that_is_not_there_yet_can_be_granted_for_writing() {
    let folder = folder("new_file");
    let grants = Grants::none().write(folder.join("out.txt"), "out.txt");
    let (outcome, _) = run_granted("put", &["out.txt", "do re mi"], &grants);
    assert_eq!(exit_code(&outcome), 0);
    assert_eq!(fs::read_to_string(folder.join("out.txt")).expect("written"), "do re mi");
    let (outcome, _) = run_granted("put", &["other.txt", "do re mi"], &grants);
    denied(&outcome, "/other.txt", Access::Write);
    assert!(!folder.join("other.txt").exists());
}

#[test]
fn an_existing_file_is_emptied_before_it_is_written() {
    let song = two_files("emptied_file").join("song.txt");
    let (outcome, _) = run_granted("put", &["s", "a"], &Grants::none().write(&song, "s"));
    assert_eq!(exit_code(&outcome), 0);
    assert_eq!(fs::read_to_string(song).expect("written"), "a");
}

#[test]
fn writing_does_not_include_reading() {
    let folder = two_files("write_only");
    let (outcome, _) = run_granted("cat", &["d/song.txt"], &Grants::none().write(&folder, "d"));
    denied(&outcome, "/d/song.txt", Access::Read);
    let (outcome, _) = run_granted("list", &["d"], &Grants::none().write(&folder, "d"));
    denied(&outcome, "/d", Access::Read);
}

#[test]
fn two_grants_for_one_place_add_up() {
    let folder = two_files("both_ways");
    let grants = Grants::none().read(&folder, "d").write(folder.join("song.txt"), "d/song.txt");
    let (outcome, _) = run_granted("put", &["d/song.txt", "fa"], &grants);
    assert_eq!(exit_code(&outcome), 0);
    let (outcome, written) = run_granted("cat", &["d/song.txt"], &grants);
    assert_eq!((exit_code(&outcome), written.as_str()), (0, "fa"));
}

#[test]
fn a_granted_folder_ends_where_it_ends() {
    let folder = two_files("folder_ends");
    fs::create_dir(folder.join("in")).expect("a folder");
    fs::write(folder.join("in/note.txt"), "so").expect("a file");
    let grants = Grants::none().read(folder.join("in"), "in");
    let (outcome, written) = run_granted("cat", &["in/x/../note.txt"], &grants);
    assert_eq!((exit_code(&outcome), written.as_str()), (0, "so"));
    let (outcome, _) = run_granted("cat", &["in/../secret.txt"], &grants);
    denied(&outcome, "/secret.txt", Access::Read);
    let (outcome, _) = run_granted("cat", &["in/missing.txt"], &grants);
    assert_eq!(exit_code(&outcome), NOT_FOUND);
    assert_eq!(outcome.missing_grant(), None);
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_a_granted_folder_only() {
    use std::os::unix::fs::symlink;

    let folder = two_files("links");
    let inside = folder.join("in");
    fs::create_dir(&inside).expect("a folder");
    fs::write(inside.join("note.txt"), "so").expect("a file");
    symlink("note.txt", inside.join("good")).expect("a link");
    symlink("../secret.txt", inside.join("bad")).expect("a link");
    symlink(folder.join("secret.txt"), inside.join("worse")).expect("a link");
    let grants = Grants::none().read(&inside, "in").write(&inside, "in");
    let (outcome, written) = run_granted("cat", &["in/good"], &grants);
    assert_eq!((exit_code(&outcome), written.as_str()), (0, "so"));
    for link in ["bad", "worse"] {
        let (outcome, _) = run_granted("cat", &[&format!("in/{link}")], &grants);
        denied(&outcome, &format!("/in/{link}"), Access::Read);
        let (outcome, _) = run_granted("put", &[&format!("in/{link}"), "noise"], &grants);
        denied(&outcome, &format!("/in/{link}"), Access::Write);
    }
    assert_eq!(fs::read_to_string(folder.join("secret.txt")).expect("still there"), "hush");
}

/// A guest that may write in the folder of a granted file cannot put a link in the file's place and go through it.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_granted_file_is_not_followed() {
    let folder = two_files("swapped");
    fs::create_dir(folder.join("in")).expect("a folder");
    std::os::unix::fs::symlink("../secret.txt", folder.join("in/outward")).expect("a link");
    std::os::unix::fs::symlink("note.txt", folder.join("in/inward")).expect("a link");
    for link in ["in/outward", "in/inward"] {
        fs::write(folder.join("in/note.txt"), "so").expect("a file");
        let grants = Grants::none().write(folder.join("in/new.txt"), "out.txt").write(folder.join("in"), "in");
        let (outcome, _) = run_granted("swap", &[link, "in/new.txt", "out.txt"], &grants);
        denied(&outcome, "/out.txt", Access::Write);
        assert_eq!(fs::read_to_string(folder.join("in/note.txt")).expect("still there"), "so");
        fs::remove_file(folder.join("in/new.txt")).expect("the link is there");
    }
    assert_eq!(fs::read_to_string(folder.join("secret.txt")).expect("still there"), "hush");
}

#[test]
fn renaming_needs_both_ends() {
    let folder = two_files("renaming");
    let (outcome, _) = run_granted("move", &["d/song.txt", "d/tune.txt"], &Grants::none().write(&folder, "d"));
    assert_eq!(exit_code(&outcome), 0);
    assert!(folder.join("tune.txt").exists());
    let (outcome, _) = run_granted("move", &["d/tune.txt", "tune.txt"], &Grants::none().write(&folder, "d"));
    denied(&outcome, "/tune.txt", Access::Write);
    let (outcome, _) = run_granted("move", &["d/tune.txt", "d/song.txt"], &Grants::none().read(&folder, "d"));
    denied(&outcome, "/d/song.txt", Access::Write);
}

#[test]
fn a_folder_lists_in_the_order_of_names_with_what_was_granted_in_it() {
    let folder = two_files("listing");
    let grants = Grants::none().read(&folder, "d").write(folder.join("new.txt"), "d/new.txt").read(&folder, "e/f");
    assert_eq!(names("d", &grants), [". 3", ".. 3", "new.txt 4", "secret.txt 4", "song.txt 4"]);
    assert_eq!(names("/", &grants), [". 3", ".. 3", "d 3", "e 3"]);
    assert_eq!(names("e", &grants), [". 3", ".. 3", "f 3"]);
}

/// The entries of the guest's folder `path`, as name and type.
fn names(path: &str, grants: &Grants) -> Vec<String> {
    let (outcome, written) = run_guest("list", &[path], &Limits::default(), grants);
    assert_eq!(exit_code(&outcome), 0);
    let mut names = Vec::new();
    let mut rest = &written[..];
    while let Some((entry, after)) = rest.split_first_chunk::<24>() {
        let (name, next) = after.split_at(usize::from(entry[16]));
        names.push(format!("{} {}", String::from_utf8_lossy(name), entry[20]));
        rest = next;
    }
    names
}

#[test]
fn what_cannot_be_granted_is_an_error_that_names_it() {
    let folder = two_files("not_granted");
    let refused = |grants: Grants| match run(&guest("count"), Command::default(), &Limits::default(), &grants, None) {
        Err(Error::Grant { host, .. }) => host,
        other => panic!("{other:?}"),
    };
    let missing = folder.join("missing.txt");
    assert_eq!(refused(Grants::none().read(&missing, "x")), missing);
    let deep = folder.join("missing/out.txt");
    assert_eq!(refused(Grants::none().write(&deep, "x")), deep);
    let (song, secret) = (folder.join("song.txt"), folder.join("secret.txt"));
    assert_eq!(refused(Grants::none().read(&song, "x").read(&secret, "/x")), secret);
    assert_eq!(refused(Grants::none().read(&song, "/")), song);
    assert_eq!(
        refused(Grants::none().read(&song, "x").read(&secret, "x/y")),
        fs::canonicalize(&secret).expect("there")
    );
}

/// A pipe has no place of its own: `-i <(command)` of a shell is one.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_can_be_granted() {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer.write_all(b"drip").expect("room in the pipe");
    drop(writer);
    let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
    let (outcome, written) = run_granted("cat", &["in"], &Grants::none().read(Path::new(&path), "in"));
    assert_eq!((exit_code(&outcome), written.as_str()), (0, "drip"));
}
