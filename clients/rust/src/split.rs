//! Owns splitting instances over calls by count and by bytes. Must not know what an instance is.

use bytes::Bytes;

use crate::Limits;

const HEAD: &[u8] = b"{\"instances\":[";
const TAIL: &[u8] = b"]}";

/// One call: its body, and the places of its instances among all.
pub(crate) struct Batch {
    pub(crate) indices: Vec<usize>,
    pub(crate) body: Bytes,
}

/// Fills one batch after the other, each as full as the limits allow.
pub(crate) struct Splitter {
    limits: Limits,
    indices: Vec<usize>,
    body: Vec<u8>,
}

impl Splitter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, indices: Vec::new(), body: Vec::new() }
    }

    /// The length of the longest instance that a call can take.
    pub(crate) fn most_instance_bytes(&self) -> usize {
        let envelope = HEAD.len() + TAIL.len();
        self.limits.max_body_bytes.saturating_sub(envelope)
    }

    /// Takes one instance of at most `most_instance_bytes`, and gives the batch before it when that has no room for it.
    pub(crate) fn add(&mut self, index: usize, instance: &[u8]) -> Option<Batch> {
        // One more for the comma.
        let bytes = self.body.len() + 1 + instance.len() + TAIL.len();
        let is_full = self.indices.len() >= self.limits.max_instances || bytes > self.limits.max_body_bytes;
        let full = if is_full { self.rest() } else { None };
        let before = if self.indices.is_empty() { HEAD } else { b"," };
        self.body.extend_from_slice(before);
        self.body.extend_from_slice(instance);
        self.indices.push(index);
        full
    }

    /// What is held, if anything.
    pub(crate) fn rest(&mut self) -> Option<Batch> {
        if self.indices.is_empty() {
            return None;
        }
        self.body.extend_from_slice(TAIL);
        Some(Batch { indices: std::mem::take(&mut self.indices), body: std::mem::take(&mut self.body).into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_as_full_as_both_limits_allow() {
        let envelope = HEAD.len() + TAIL.len();
        for (max_instances, max_body_bytes, want) in [
            // Two instances and a comma.
            (64, envelope + 61, vec![vec![0, 1], vec![2, 3]]),
            (64, envelope + 60, vec![vec![0], vec![1], vec![2], vec![3]]),
            (64, envelope + 30, vec![vec![0], vec![1], vec![2], vec![3]]),
            (3, 10_000, vec![vec![0, 1, 2], vec![3]]),
            (4, 10_000, vec![vec![0, 1, 2, 3]]),
        ] {
            let limits = Limits { max_instances, max_body_bytes };
            let mut split = Splitter::new(limits);
            let mut batches: Vec<Batch> = (0..4).filter_map(|index| split.add(index, &[b'x'; 30])).collect();
            batches.extend(split.rest());
            assert!(split.rest().is_none());
            for batch in &batches {
                assert!(batch.body.len() <= max_body_bytes);
                let commas = batch.body.iter().filter(|&&byte| byte == b',').count();
                assert_eq!(commas, batch.indices.len() - 1);
                assert!(batch.body.starts_with(HEAD) && batch.body.ends_with(TAIL));
            }
            let got: Vec<_> = batches.into_iter().map(|batch| batch.indices).collect();
            assert_eq!(got, want, "{limits:?}");
        }
    }
}
