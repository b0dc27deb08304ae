//! Runs kernels over random samples and gives the bits that come out.

use crate::random::Rng;
use remotemedia_ir::eval::{Machine, Samples, SamplesMut};
use remotemedia_ir::kernel::{Kernel, Port};
use remotemedia_ir::types::SampleFormat;
use remotemedia_ir::verify;
use std::ops::Range;

/// Interleaved samples of one port.
#[derive(Clone, Debug)]
pub enum Block {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    U8(Vec<u8>),
}

impl Block {
    fn zeros(port: &Port, frames: usize) -> Block {
        let count = frames * usize::from(port.lanes);
        match port.format {
            SampleFormat::F32 => Block::F32(vec![0.0; count]),
            SampleFormat::F64 => Block::F64(vec![0.0; count]),
            SampleFormat::I16 => Block::I16(vec![0; count]),
            SampleFormat::I32 => Block::I32(vec![0; count]),
            SampleFormat::U8 => Block::U8(vec![0; count]),
        }
    }

    fn random(port: &Port, frames: usize, rng: &mut Rng) -> Block {
        let mut block = Block::zeros(port, frames);
        match &mut block {
            Block::F32(list) => list.fill_with(|| rng.float() as f32),
            Block::F64(list) => list.fill_with(|| rng.float()),
            Block::I16(list) => list.fill_with(|| rng.integer() as i16),
            Block::I32(list) => list.fill_with(|| rng.integer() as i32),
            Block::U8(list) => list.fill_with(|| rng.integer() as u8),
        }
        block
    }

    fn part(&self, samples: Range<usize>) -> Samples<'_> {
        match self {
            Block::F32(list) => Samples::F32(&list[samples]),
            Block::F64(list) => Samples::F64(&list[samples]),
            Block::I16(list) => Samples::I16(&list[samples]),
            Block::I32(list) => Samples::I32(&list[samples]),
            Block::U8(list) => Samples::U8(&list[samples]),
        }
    }

    fn part_mut(&mut self, samples: Range<usize>) -> SamplesMut<'_> {
        match self {
            Block::F32(list) => SamplesMut::F32(&mut list[samples]),
            Block::F64(list) => SamplesMut::F64(&mut list[samples]),
            Block::I16(list) => SamplesMut::I16(&mut list[samples]),
            Block::I32(list) => SamplesMut::I32(&mut list[samples]),
            Block::U8(list) => SamplesMut::U8(&mut list[samples]),
        }
    }

    fn bits(&self) -> Vec<u64> {
        match self {
            Block::F32(list) => list.iter().map(|x| x.to_bits().into()).collect(),
            Block::F64(list) => list.iter().map(|x| x.to_bits()).collect(),
            Block::I16(list) => list.iter().map(|x| *x as u64).collect(),
            Block::I32(list) => list.iter().map(|x| *x as u64).collect(),
            Block::U8(list) => list.iter().map(|x| u64::from(*x)).collect(),
        }
    }
}

/// Random samples for every input port.
pub fn inputs(kernel: &Kernel, frames: usize, seed: u64) -> Vec<Block> {
    let mut rng = Rng::new(seed);
    kernel.inputs.iter().map(|port| Block::random(port, frames, &mut rng)).collect()
}

/// The bits of every output port, from a run in pieces of those many frames, the last one repeated.
pub fn run(kernel: &Kernel, inputs: &[Block], frames: usize, pieces: &[usize]) -> Vec<Vec<u64>> {
    let verified =
        verify::kernel(kernel).unwrap_or_else(|e| panic!("{e:?}\n{}", remotemedia_ir::text::print_kernel(kernel)));
    let mut machine = Machine::new(verified);
    run_by(kernel, inputs, frames, pieces, |count, parts, room| {
        machine.run(count, parts, room).expect("the blocks fit the ports");
    })
}

/// The same from whatever fires the kernel so many times.
pub fn run_by(
    kernel: &Kernel,
    inputs: &[Block],
    frames: usize,
    pieces: &[usize],
    mut fire: impl FnMut(usize, &[Samples<'_>], &mut [SamplesMut<'_>]),
) -> Vec<Vec<u64>> {
    let mut outputs: Vec<Block> = kernel.outputs.iter().map(|port| Block::zeros(port, frames)).collect();
    let mut from = 0;
    for piece in pieces.iter().chain(pieces.last().into_iter().cycle()) {
        let to = (from + piece).min(frames);
        let samples = |port: &Port| from * usize::from(port.lanes)..to * usize::from(port.lanes);
        let parts: Vec<Samples<'_>> =
            kernel.inputs.iter().zip(inputs).map(|(port, block)| block.part(samples(port))).collect();
        let mut room: Vec<SamplesMut<'_>> =
            kernel.outputs.iter().zip(&mut outputs).map(|(port, block)| block.part_mut(samples(port))).collect();
        fire(to - from, &parts, &mut room);
        if to == frames {
            break;
        }
        from = to;
    }
    outputs.iter().map(Block::bits).collect()
}
