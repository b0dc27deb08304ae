//! The envelope follower as a person would write it in Rust: the loop that `measure.py` compares with.

use std::time::Instant;

struct Follower {
    attack: f64,
    release: f64,
    env: f64,
}

impl Follower {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        for (x, y) in input.iter().zip(output) {
            let x = f64::from(*x).abs();
            let weight = if x > self.env { self.attack } else { self.release };
            self.env += weight * (x - self.env);
            *y = self.env as f32;
        }
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("a file of f32");
    let bytes = std::fs::read(path).expect("the file");
    let input: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let mut output = vec![0.0; 1024];
    let mut follower = Follower { attack: 0.5, release: 0.01, env: 0.0 };
    let start = Instant::now();
    for block in input.chunks(1024) {
        follower.run(block, &mut output[..block.len()]);
        std::hint::black_box(&mut output);
    }
    println!("{}", start.elapsed().as_nanos() as f64 / input.len() as f64);
}
