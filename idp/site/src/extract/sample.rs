//! A file whose first block can be looked at before it is read.

use std::io::{self, Read};

/// How much of the file is looked at to find its encoding.
const SIZE: u64 = 64 * 1024;

/// Passes a file on, having kept its first block.
pub(super) struct Sampled<R> {
    inner: R,
    block: Vec<u8>,
    served: usize,
    taken: bool,
}

impl<R> Sampled<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, block: Vec::new(), served: 0, taken: false }
    }

    /// The first block, once something was read.
    pub(super) fn block(&self) -> &[u8] {
        &self.block
    }
}

impl<R: Read> Read for Sampled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.taken {
            self.taken = true;
            // Slow files give little at a time. A failure comes again when what was read until then is used up.
            let _ = self.inner.by_ref().take(SIZE).read_to_end(&mut self.block);
        }
        let mut rest = self.block.get(self.served..).unwrap_or_default();
        if rest.is_empty() {
            return self.inner.read(buffer);
        }
        let read = rest.read(buffer)?;
        self.served += read;
        Ok(read)
    }
}
