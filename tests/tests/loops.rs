//! Loops of Python classes as machine code: which are, and that they raise what the evaluator raises, at the same lines. What they compute
//! is in the corpus (`loop_edges` and all others) and in random programs.

use remotemedia_compiler::python::Lowered;
use remotemedia_tests::corpus::run::{compiled, evaluate, lowered, tiers_agree};
use remotemedia_tests::corpus::{Case, Feed, case, cases};
use serde_json::{Map, json};

/// A class whose `process` has these lines, fed with three numbers.
fn class(body: &str) -> Case {
    let body: String = body.lines().map(|line| format!("        {line}\n")).collect();
    let source = format!(
        "import math\nfrom collections import deque\nimport numpy as np\n\n\nclass Raises:\n    def __init__(self):\n        \
         self.total = 0\n        self.level = 0.0\n        self.items = [1.0, 2.0, 3.0]\n        self.queue = deque([1.0, 2.0])\n        \
         self.ring = np.zeros(4)\n\n    def divided(self, x, i):\n        return x / i\n\n    \
         def deep(self, n):\n        for i in range(3):\n            self.level += i * 0.5\n            if n > 0 and i == 2:\n                \
         self.deep(n - 1)\n        return n\n\n    def process(self, message):\n        \
         n = int(message)\n{body}"
    );
    Case {
        name: "raises".to_owned(),
        source,
        class: "Raises".to_owned(),
        params: Map::new(),
        is_text: false,
        in_subset: true,
        beyond_64_bits: false,
        tolerance: 0.0,
        feed: Feed::Messages(vec![json!(3), json!(5), json!(70)]),
        expected: Vec::new(),
    }
}

/// Bodies, and how the error begins; the body begins in line 26.
const RAISE: &[(&str, &str)] = &[
    (
        "for i in range(n):\n    self.level += self.deep(i * 50)\nyield n",
        "RecursionError: maximum recursion depth exceeded",
    ),
    (
        "grid = np.zeros((2, 4))\nfor i in range(n):\n    grid[i % 2][i] += 0.5\nyield n",
        "IndexError: index 4 is out of bounds for axis 0 with size 4",
    ),
    (
        "grid = np.zeros((2, 4))\nfor i in range(n):\n    grid[i][7 // (2 - i)] = 0.5\nyield n",
        "IndexError: index 7 is out of bounds for axis 0 with size 4",
    ),
    (
        "grid = np.zeros((2, 4))\nfor i in range(n):\n    grid[i][1 // (3 - i)] = 0.5\nyield n",
        "IndexError: index 2 is out of bounds for axis 0 with size 2",
    ),
    (
        "grid = np.zeros((2, 4))\nfor i in range(n):\n    self.level += float(grid[1, -i])\nyield n",
        "IndexError: index -5 is out of bounds for axis 1 with size 4",
    ),
    (
        "for i in range(n):\n    self.ring[i] += 0.5\nyield n",
        "IndexError: index 4 is out of bounds for axis 0 with size 4 (line 27",
    ),
    ("for i in range(n):\n    self.level += float(self.ring[-i])\nyield n", "IndexError: index -5 is out of bounds"),
    ("for i in range(n):\n    self.level += self.items[i]\nyield n", "IndexError: list index out of range (line 27"),
    ("for i in range(n):\n    self.items[-i] = i * 0.5\nyield n", "IndexError: list assignment index out of range"),
    ("for i in range(n):\n    self.items[i] *= 0.5\nyield n", "IndexError: list index out of range"),
    ("for i in range(n):\n    self.level += self.queue.popleft()\nyield n", "IndexError: pop from an empty deque"),
    ("x = 3\nfor i in range(n):\n    x *= x\nyield x", "OverflowError: a whole number is beyond 64 bits (line 28"),
    ("x = 1\nfor i in range(n):\n    x = x + x\nyield x", "OverflowError: a whole number is beyond 64 bits (line 28"),
    ("x = 1\nfor i in range(n):\n    x = -(-x << 1)\nyield x", "OverflowError: a whole number is beyond 64 bits"),
    (
        "for i in range(n):\n    self.total += 7 // (i - 4)\nyield n",
        "ZeroDivisionError: integer division or modulo by zero",
    ),
    ("for i in range(n):\n    self.total += 7 % (i - 4)\nyield n", "ZeroDivisionError: integer modulo by zero"),
    ("for i in range(n):\n    self.level += 7 / (i - 4)\nyield n", "ZeroDivisionError: division by zero"),
    (
        "for i in range(n):\n    self.level += 0.5 / (i * 0.5 - 2.0)\nyield n",
        "ZeroDivisionError: float division by zero",
    ),
    ("for i in range(n):\n    self.level += 0.5 % (i * 0.5 - 2.0)\nyield n", "ZeroDivisionError: float modulo"),
    (
        "for i in range(n):\n    self.level += 0.5 // (i * 0.5 - 2.0)\nyield n",
        "ZeroDivisionError: float floor division by zero",
    ),
    ("for i in range(n):\n    self.level += math.sqrt(3.5 - i)\nyield n", "ValueError: math domain error (line 27"),
    ("for i in range(n):\n    self.level += math.log(4.0 - i)\nyield n", "ValueError: math domain error"),
    ("for i in range(n):\n    self.level += math.exp(i * 200.0)\nyield n", "OverflowError: math range error"),
    (
        "for i in range(n):\n    self.level += 1e200\n    self.total += int(self.level * self.level)\nyield n",
        "OverflowError: cannot",
    ),
    (
        "x = math.inf\nfor i in range(n):\n    self.total += round(x - x)\nyield n",
        "ValueError: cannot convert float NaN",
    ),
    (
        "for i in range(n):\n    self.level += self.divided(0.5, i - 4)\nyield n",
        "ZeroDivisionError: float division by zero (line 27, in process; line 15",
    ),
    (
        "for i in range(n):\n    self.level += 0.5\n    if i == 4:\n        raise ValueError(f\"at {i}: {self.level}\")\nyield n",
        "ValueError: at 4: 4.0 (line 29",
    ),
    (
        "for i in range(n):\n    for j in range(0, i, i - 4):\n        self.total += j\nyield n",
        "ValueError: range() arg 3 must not be zero",
    ),
    (
        "i = 0\nwhile 1.0 / (4 - i) > 0.0:\n    i += 1\n    if i > n:\n        break\nyield n",
        "ZeroDivisionError: float division by zero (line 27",
    ),
    (
        "for i in range(n):\n    self.level += 0.5\n    yield 1 / (i - 4)",
        "ZeroDivisionError: division by zero (line 28",
    ),
    (
        "for x in self.queue:\n    self.level += x\n    self.queue.append(x * n)\nyield n",
        "RuntimeError: deque mutated during iteration",
    ),
];

#[test]
fn errors_are_those_of_the_evaluator() {
    let mut wrong = Vec::new();
    for (body, begins) in RAISE {
        let case = class(body);
        let script = match lowered(&case) {
            Ok(Lowered::Script(script)) => script,
            Ok(Lowered::Outside(why)) => panic!("{body}: {:?}", why.iter().map(|o| &o.reason).collect::<Vec<_>>()),
            Err(found) => panic!("{body}: {found}"),
        };
        let (lines, (machine, entered)) = (evaluate(&case, &script), compiled(&case, &script));
        let error = machine.last().and_then(|line| line["error"].as_str()).unwrap_or("no error");
        if machine != lines || entered == 0 || !error.starts_with(begins) {
            wrong.push(format!("{body}\n  machine code, entered {entered} times: {machine:?}\n  evaluated: {lines:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Classes of the corpus whose loops compute on numbers.
const COMPUTE: &[&str] = &[
    "binary_search",
    "collatz",
    "envelope_loop_chunk",
    "loop_edges",
    "loop_loose",
    "moving_rms_loop",
    "own_lists",
    "pitch_autocorr",
    "prime_test",
];

#[test]
fn loops_over_numbers_are_machine_code() {
    for name in COMPUTE {
        let case = case(name);
        let Ok(Lowered::Script(script)) = lowered(&case) else { panic!("{name} is not lowered") };
        let (_, entered) = compiled(&case, &script);
        assert!(entered > 0, "{name}: the evaluator walks it");
    }
}

#[test]
fn pipelines_give_the_same() {
    let all = cases();
    let fails = |case: &Case| case.expected.iter().any(|line| line.get("error").is_some());
    let (failing, fine): (Vec<&Case>, Vec<&Case>) =
        all.iter().filter(|c| c.in_subset && !c.beyond_64_bits).partition(|case| fails(case));
    tiers_agree(&fine, "loops", 0, &[]);
    failing.into_iter().for_each(|case| tiers_agree(&[case], &format!("loops-{}", case.name), 3, &[]));
}
