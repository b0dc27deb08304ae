//! The guest's memory: every address and length that the guest gives is checked here and nowhere else.

use std::io::IoSlice;

use super::errno::{Errno, Fault};

/// The linear memory of the calling guest; empty if it exports none, so that every address in it is wrong.
pub(super) struct Guest<'m> {
    bytes: &'m mut [u8],
}

/// The longest path that is looked at, in bytes.
const LONGEST_PATH: u32 = 4096;
/// How many parts of a vectored write are taken at once; the guest comes again for the rest.
const PARTS: u32 = 16;

impl<'m> Guest<'m> {
    pub(super) fn new(bytes: &'m mut [u8]) -> Guest<'m> {
        Guest { bytes }
    }

    pub(super) fn slice(&self, at: u32, length: u32) -> Result<&[u8], Fault> {
        let bytes = self.bytes.get(at as usize..).and_then(|rest| rest.get(..length as usize));
        bytes.ok_or(Fault::Errno(Errno::Fault))
    }

    pub(super) fn slice_mut(&mut self, at: u32, length: u32) -> Result<&mut [u8], Fault> {
        let bytes = self.bytes.get_mut(at as usize..).and_then(|rest| rest.get_mut(..length as usize));
        bytes.ok_or(Fault::Errno(Errno::Fault))
    }

    fn array<const N: usize>(&self, at: u32) -> Result<[u8; N], Fault> {
        let bytes = self.bytes.get(at as usize..).and_then(|rest| rest.first_chunk());
        bytes.copied().ok_or(Fault::Errno(Errno::Fault))
    }

    pub(super) fn u8(&self, at: u32) -> Result<u8, Fault> {
        self.array(at).map(u8::from_le_bytes)
    }

    pub(super) fn u16(&self, at: u32) -> Result<u16, Fault> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&self, at: u32) -> Result<u32, Fault> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&self, at: u32) -> Result<u64, Fault> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(super) fn set_u32(&mut self, at: u32, value: u32) -> Result<(), Fault> {
        self.set(at, &value.to_le_bytes())
    }

    pub(super) fn set_u64(&mut self, at: u32, value: u64) -> Result<(), Fault> {
        self.set(at, &value.to_le_bytes())
    }

    pub(super) fn set(&mut self, at: u32, bytes: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
        self.slice_mut(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    /// A path, which preview 1 gives in UTF-8.
    pub(super) fn path(&self, at: u32, length: u32) -> Result<&str, Fault> {
        if length > LONGEST_PATH {
            return Err(Errno::NameTooLong.into());
        }
        let path = str::from_utf8(self.slice(at, length)?).map_err(|_| Errno::IllegalBytes)?;
        match path {
            "" => Err(Errno::NotFound.into()),
            path if path.contains('\0') => Err(Errno::IllegalBytes.into()),
            path => Ok(path),
        }
    }

    /// The first part with room in a vectored read; a short read is always in order.
    pub(super) fn room(&mut self, vectors: u32, count: u32) -> Result<&mut [u8], Fault> {
        for part in 0..count {
            let (at, length) = self.part(vectors, part)?;
            if length > 0 {
                return self.slice_mut(at, length);
            }
        }
        Ok(&mut [])
    }

    /// The parts of a vectored write, the first few of them; a short write is always in order.
    pub(super) fn parts(&self, vectors: u32, count: u32) -> Result<Vec<IoSlice<'_>>, Fault> {
        let part = |part| {
            let (at, length) = self.part(vectors, part)?;
            self.slice(at, length).map(IoSlice::new)
        };
        (0..count.min(PARTS)).map(part).collect()
    }

    fn part(&self, vectors: u32, part: u32) -> Result<(u32, u32), Fault> {
        let at = part.checked_mul(8).and_then(|offset| vectors.checked_add(offset)).ok_or(Errno::Fault)?;
        let length = at.checked_add(4).ok_or(Errno::Fault)?;
        Ok((self.u32(at)?, self.u32(length)?))
    }
}
