"""What is compiled before anything is measured: our programs, the baselines by hand, Faust. Kept in `target/bench` by the hash of what they are made of."""

import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess

from graph import HERE, taps

ROOT = HERE.parent.parent
SCRATCH = ROOT / "target" / "bench"
# Where files are in memory, and reading them costs the same each time.
MEMORY = pathlib.Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else SCRATCH) / "remotemedia-bench"

FAUST_FORMS = ["-scal", "-vec -lv 0", "-vec -lv 1"]
COMPILERS = ["g++", "clang++"]
CPP_FLAGS = ["-O3", "-O3 -ffast-math", "-O3 -march=native", "-O3 -march=native -ffast-math"]


class Unable(Exception):
    """Why a peer has no figure: `str` of it goes into the table."""


def call(command, seconds=300):
    """Its standard output; an error that shows both if it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=seconds)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"[-3000:])
    return done.stdout


def need(program, package):
    if shutil.which(program) is None:
        raise Unable(f"not installed (apt-get install {package})")


def kept(name, parts, make):
    """The file `make` writes to the path it is given, unless it is there from before."""
    key = hashlib.sha256(json.dumps([str(p) for p in parts]).encode()).hexdigest()[:16]
    path = SCRATCH / "built" / f"{name}-{key}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rough = path.with_name(path.name + ".new" + path.suffix)
        make(rough)
        rough.rename(path)
    return path


def remotemedia():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "release" / "remotemedia"


def compile_ours(workload, *flags):
    """A program of ours. Not cached here: the command has a cache of its own, and may itself have changed."""
    name = f"{workload.name}{''.join(flags)}".replace("--", "-") + (".wasm" if "wasi" in flags else "")
    path = SCRATCH / "ours" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    ours([remotemedia(), "compile", workload.path, "--profile", "release", *flags, "-o", path])
    return path


def ours(command):
    """Runs our command; a flag that this version refuses is no failure."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300)
    if "not built yet" in done.stderr:
        raise Unable("not built yet")
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])


def rust(workload):
    source = HERE / "rust" / f"{workload.name}.rs"
    harness = source.with_name("harness.rs")
    version = call(["rustc", "-V"])
    return kept(
        f"rust-{workload.name}",
        [source.read_text(), harness.read_text(), version],
        # Each loop needs a part of the harness.
        lambda path: call(["rustc", "--edition=2024", "-C", "opt-level=3", "-A", "dead_code", source, "-o", path]),
    )


def faust(workload, form, compiler, flags):
    """One program of Faust's C++."""
    source = workload.path.with_suffix(".dsp")
    library = source.with_name("rbj.lib")
    frame = HERE / "faust.cpp"

    def make(path):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        folder = path.with_name(path.name + ".d")
        folder.mkdir(exist_ok=True)
        (folder / "taps.lib").write_text(f"taps = ({', '.join(map(repr, taps().tolist()))});\n")
        code = folder / "code.cpp"
        include = ["-I", folder, "-I", source.parent]
        call(["faust", "-lang", "cpp", *form.split(), "-cn", "mydsp", *include, "-a", frame, source, "-o", code])
        call([compiler, *flags.split(), code, "-o", path])
        shutil.rmtree(folder)

    parts = [source.read_text(), library.read_text(), frame.read_text(), form, compiler, flags, version_of(compiler)]
    return kept(f"faust-{workload.name}", parts, make)


def faust_choices(native):
    """Forms, compilers and flags; without `native` those whose arithmetic and processor are the baseline's."""
    flags = CPP_FLAGS if native else CPP_FLAGS[:1]
    return [c for c in itertools.product(FAUST_FORMS, COMPILERS, flags) if shutil.which(c[1])]


def version_of(program):
    """The version that a program says it has."""
    if shutil.which(program) is None:
        return None
    flag = "-version" if program == "ffmpeg" else "--version"
    text = subprocess.run([program, flag], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", text)
    return found.group(0) if found else None
