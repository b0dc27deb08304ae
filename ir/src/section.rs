//! The forms of a linear recurrence of second order: their coefficients, and how accurate each is.
//!
//! All forms compute `H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`; they differ in what they round. The delta form
//! (after Agarwal and Burrus, 1975) keeps the poles as small differences from 1, which f32 holds exactly enough where the
//! transposed direct form loses 60 dB; [`Ahead`] is the same state advanced four samples at a time, so that a lone section is
//! not bound by the latency of its own feedback. A section that adds to its input, as a peaking one does, needs a quarter less in the
//! delta form.

use crate::kernel::{Form, Section};
pub use remotemedia_runtime_min::sections::{Ahead, Delta};

/// The state space behind both forms, in f64: `w = x + s1`, `s1' = w + x + s2 - alpha w`, `s2' = s2 - beta w`,
/// `y = m0 x + m2 s2 + n w`.
#[derive(Clone, Copy, Debug)]
struct Space {
    alpha: f64,
    beta: f64,
    m0: f64,
    m2: f64,
    n: f64,
}

impl Space {
    fn of(section: &Section) -> Space {
        let ([b0, b1, b2], [a1, a2]) = (section.b, section.a);
        let beta = 1.0 + a1 + a2;
        let m0 = (b0 - b1 + b2) / (1.0 - a1 + a2);
        Space { alpha: 2.0 + a1, beta, m0, m2: (m0 - (b0 + b1 + b2) / beta) / 2.0, n: b0 - m0 }
    }

    /// One sample: the next state and the output.
    fn step(&self, [s1, s2]: [f64; 2], x: f64) -> ([f64; 2], f64) {
        let w = x + s1;
        ([w + (x + s2) - self.alpha * w, s2 - self.beta * w], self.m0 * x + self.m2 * s2 + self.n * w)
    }
}

/// How far the response at either end of the spectrum may be from 1 where it counts as that: -180 dB.
const NEAR: f64 = 1e-9;

impl Section {
    /// True if the response is 1 at 0 Hz and at half the rate, so that the section has [`Form::PeakF32`].
    pub fn is_peak(&self) -> bool {
        let Space { m0, m2, .. } = Space::of(self);
        (m0 - 1.0).abs() < NEAR && m2.abs() < NEAR
    }

    /// The coefficients in the delta form; not finite where a pole lies at 1 or -1.
    pub fn delta(&self) -> Delta {
        let Space { alpha, beta, m0, m2, n } = Space::of(self);
        Delta { alpha: alpha as f32, beta: beta as f32, m0: m0 as f32, m2: m2 as f32, n: n as f32 }
    }

    /// The coefficients with look-ahead.
    pub fn ahead(&self) -> Ahead {
        let space = Space::of(self);
        let mut out = Ahead { states: [[0.0; 4]; 2], impulse: [0.0; 4], inputs: [[0.0; 4]; 2], drift: [[0.0; 2]; 2] };
        for from in 0..2 {
            let mut state = [0.0; 2];
            state[from] = 1.0;
            for k in 0..4 {
                let (next, y) = space.step(state, 0.0);
                out.states[from][k] = y as f32;
                state = next;
            }
            state[from] -= 1.0;
            for (drift, moved) in out.drift.iter_mut().zip(state) {
                drift[from] = moved as f32;
            }
        }
        let mut state = [0.0; 2];
        for k in 0..4 {
            let (next, y) = space.step(state, if k == 0 { 1.0 } else { 0.0 });
            out.impulse[k] = y as f32;
            // A sample at place 3 - k of a block has k + 1 steps to its end.
            out.inputs[0][3 - k] = next[0] as f32;
            out.inputs[1][3 - k] = next[1] as f32;
            state = next;
        }
        out
    }
}

/// The memory of one lane of a section: two states, and what [`Form::AheadF32`] keeps of a block that has begun.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    pub s: [f64; 2],
    /// Samples of the block so far.
    pub block: [f32; 3],
    pub phase: u8,
}

/// The coefficients of a section in its form.
#[derive(Clone, Debug, PartialEq)]
pub enum Coefficients {
    Transposed { b: [f64; 3], a: [f64; 2] },
    Delta(Delta),
    Peak(Delta),
    Ahead(Ahead),
}

impl Section {
    /// The coefficients in the section's form.
    pub fn coefficients(&self) -> Coefficients {
        match self.form {
            Form::TransposedF64 => Coefficients::Transposed { b: self.b, a: self.a },
            Form::DeltaF32 => Coefficients::Delta(self.delta()),
            Form::PeakF32 => Coefficients::Peak(self.delta()),
            Form::AheadF32 => Coefficients::Ahead(self.ahead()),
        }
    }
}

impl Coefficients {
    /// True if all of them are numbers.
    pub fn are_finite(&self) -> bool {
        match self {
            Coefficients::Transposed { b, a } => b.iter().chain(a).all(|c| c.is_finite()),
            Coefficients::Delta(Delta { alpha, beta, m0, m2, n })
            | Coefficients::Peak(Delta { alpha, beta, m0, m2, n }) => {
                [alpha, beta, m0, m2, n].into_iter().all(|c| c.is_finite())
            }
            Coefficients::Ahead(Ahead { states, impulse, inputs, drift }) => {
                let fours = states.iter().chain(inputs).flatten();
                fours.chain(impulse).chain(drift.as_flattened()).all(|c| c.is_finite())
            }
        }
    }
}

impl Memory {
    /// One sample through a section, in the order of operations that [`Form`] gives. Takes and gives f64, which holds f32.
    pub fn step(&mut self, coefficients: &Coefficients, x: f64) -> f64 {
        match coefficients {
            Coefficients::Transposed { b: [b0, b1, b2], a: [a1, a2] } => {
                let [s1, s2] = self.s;
                let y = b0 * x + s1;
                self.s = [(b1 * x - a1 * y) + s2, b2 * x - a2 * y];
                y
            }
            Coefficients::Delta(c) => f64::from(self.delta(c, x as f32, |s2, w, x| (c.m0 * x + c.m2 * s2) + c.n * w)),
            Coefficients::Peak(c) => f64::from(self.delta(c, x as f32, |_, w, x| x + c.n * w)),
            Coefficients::Ahead(c) => f64::from(self.ahead(c, x as f32)),
        }
    }

    fn delta(&mut self, c: &Delta, x: f32, output: impl Fn(f32, f32, f32) -> f32) -> f32 {
        let [s1, s2] = self.s.map(|s| s as f32);
        let w = x + s1;
        self.s = [f64::from((w + (x + s2)) - c.alpha * w), f64::from(s2 - c.beta * w)];
        output(s2, w, x)
    }

    fn ahead(&mut self, c: &Ahead, x: f32) -> f32 {
        let phase = usize::from(self.phase);
        let [s1, s2] = self.s.map(|s| s as f32);
        let mut block = [self.block[0], self.block[1], self.block[2], 0.0];
        block[phase] = x;
        // Before the block there is nothing to add, which of the zeros is the negative one.
        let past = |d: usize| if d <= phase { c.impulse[d] * block[phase - d] } else { -0.0 };
        let y = ((c.states[0][phase] * s1 + c.states[1][phase] * s2) + (past(0) + past(1))) + (past(2) + past(3));
        self.phase = (self.phase + 1) % 4;
        if phase < 3 {
            self.block[phase] = x;
            return y;
        }
        let next = |to: usize| {
            let (g, e) = (c.inputs[to], c.drift[to]);
            let r = (g[0] * block[0] + g[1] * block[1]) + (g[2] * block[2] + g[3] * block[3]);
            ([s1, s2][to] + r) + (e[0] * s1 + e[1] * s2)
        };
        self.s = [f64::from(next(0)), f64::from(next(1))];
        y
    }
}

/// Decibels by which the rounding of a form lies below its output on white noise, against [`Form::TransposedF64`]; minus
/// infinity where the form cannot be computed.
///
/// Measured, not estimated: the form runs for eight time constants of the slowest pole, at most 4096 samples, on noise of a fixed
/// seed. So the figure has in it the rounding of coefficients, products and state.
pub fn accuracy(section: &Section, form: Form) -> f64 {
    let [a1, a2] = section.a;
    // The distance of the slowest pole from the unit circle: from the radius of a complex pair, or from real roots.
    let square = a1 * a1 - 4.0 * a2;
    let radius = if square < 0.0 { a2.abs().sqrt() } else { (a1.abs() + square.sqrt()) / 2.0 };
    let length = (8.0 / (1.0 - radius).max(1e-9)).clamp(512.0, 4096.0) as u32;
    let judged = Section { form, ..section.clone() }.coefficients();
    let exact = Section { form: Form::TransposedF64, ..section.clone() }.coefficients();
    let (mut memory, mut reference) = (Memory::default(), Memory::default());
    let (mut power, mut error) = (0.0, 0.0);
    let mut noise = 1u32;
    for _ in 0..length {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let x = f64::from((noise >> 8) as f32 / 16_777_216.0 - 0.5);
        let expected = reference.step(&exact, x);
        let y = f64::from(memory.step(&judged, x) as f32);
        power += expected * expected;
        error += (expected - y) * (expected - y);
    }
    if error.is_finite() && power.is_finite() {
        10.0 * (power / error.max(f64::MIN_POSITIVE)).log10()
    } else {
        f64::NEG_INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::{Memory, accuracy};
    use crate::kernel::{Form, Section};

    fn peaking(frequency: f64, q: f64, gain_db: f64) -> Section {
        let (a, w) = (10f64.powf(gain_db / 40.0), 2.0 * std::f64::consts::PI * frequency / 48_000.0);
        let (alpha, c) = (w.sin() / (2.0 * q), w.cos());
        let a0 = 1.0 + alpha / a;
        let b = [(1.0 + alpha * a) / a0, -2.0 * c / a0, (1.0 - alpha * a) / a0];
        let form = Form::TransposedF64;
        Section { name: "q".into(), lanes: 1, b, a: [-2.0 * c / a0, (1.0 - alpha / a) / a0], form }
    }

    #[test]
    fn forms_agree_within_their_accuracy() {
        for frequency in [40.0, 400.0, 4000.0] {
            let section = peaking(frequency, 1.0, 6.0);
            assert!(section.is_peak());
            for form in [Form::DeltaF32, Form::PeakF32, Form::AheadF32] {
                let db = accuracy(&section, form);
                assert!((120.0..160.0).contains(&db), "{form:?} at {frequency} Hz: {db}");
            }
        }
    }

    #[test]
    fn a_pole_on_the_unit_circle_has_no_delta_form() {
        let integrator = Section { a: [-1.0, 0.0], ..peaking(100.0, 1.0, 0.0) };
        assert_eq!(accuracy(&integrator, Form::DeltaF32), f64::NEG_INFINITY);
    }

    #[test]
    fn a_block_that_has_begun_is_remembered() {
        let section = Section { form: Form::AheadF32, ..peaking(1000.0, 2.0, -3.0) }.coefficients();
        let mut memory = Memory::default();
        for x in [1.0, 0.5, -0.25, 0.125, 2.0] {
            memory.step(&section, x);
        }
        assert_eq!((memory.phase, memory.block[0]), (1, 2.0));
    }
}
