//! The right edge of the Merkle tree: all that is needed to go on appending.
//!
//! Hashing follows RFC 6962, section 2.1; a tile holds 256 hashes (C2SP tlog-tiles).
//! Out of scope: tiles that are complete (they are handed out once and forgotten), and proofs.

use tlog_tiles::{EMPTY_HASH, Hash, node_hash};

/// Hashes in a full tile.
pub(super) const TILE: usize = 256;

/// One tile: `hashes` of level `8 * level`, from `number * 256` on.
#[derive(Debug, Clone)]
pub(super) struct HashTile {
    pub level: u8,
    pub number: u64,
    pub hashes: Vec<Hash>,
}

/// The unfinished tile of every level.
#[derive(Debug, Clone, Default)]
pub(super) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of a tree of `size` leaves out of its unfinished tiles, lowest level first.
    pub fn resume(size: u64, levels: Vec<Vec<Hash>>) -> Self {
        Self { size, levels }
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf; returns the tiles that it completes, lowest level first.
    pub fn push(&mut self, leaf: Hash) -> Vec<HashTile> {
        self.size += 1;
        let mut full = Vec::new();
        let mut hash = leaf;
        for level in 0_u8.. {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(usize::from(level)) else { break };
            hashes.push(hash);
            if hashes.len() < TILE {
                break;
            }
            let hashes = std::mem::take(hashes);
            hash = perfect(&hashes);
            let number = (self.size >> shift(level)) / TILE as u64 - 1;
            full.push(HashTile { level, number, hashes });
        }
        full
    }

    /// The unfinished tiles that hold anything.
    pub fn unfinished(&self) -> Vec<HashTile> {
        let tile = |(level, hashes): (u8, &Vec<Hash>)| HashTile {
            level,
            number: (self.size >> shift(level)) / TILE as u64,
            hashes: hashes.clone(),
        };
        (0..).zip(&self.levels).filter(|(_, hashes)| !hashes.is_empty()).map(tile).collect()
    }

    /// The root: RFC 6962's tree of `size` leaves is perfect subtrees of falling size, hashed
    /// together from the right.
    pub fn root(&self) -> Hash {
        let mut subtrees = Vec::new();
        for hashes in self.levels.iter().rev() {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let (subtree, others) = rest.split_at(1 << rest.len().ilog2());
                subtrees.push(perfect(subtree));
                rest = others;
            }
        }
        subtrees.into_iter().rev().reduce(|right, left| node_hash(left, right)).unwrap_or(EMPTY_HASH)
    }
}

/// The bits by which a leaf's index is shifted to count hashes on a tile level.
fn shift(level: u8) -> u32 {
    8 * u32::from(level)
}

/// The root of a perfect subtree over a power of two of hashes.
fn perfect(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => EMPTY_HASH,
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(perfect(left), perfect(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use tlog_tiles::record_hash;

    use super::*;

    /// RFC 6962, section 2.1, word by word: MTH(D[n]) with k the largest power of two below n.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
                node_hash(by_definition(left), by_definition(right))
            }
        }
    }

    /// Roots of the first 0 to 8 of these entries, computed with Python's hashlib out of the RFC's definition:
    /// the leaves of the well-known Certificate Transparency test vectors.
    #[test]
    fn the_vectors_of_certificate_transparency() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = include_str!("vectors.txt");
        let mut edge = Edge::default();
        let mut seen = vec![edge.root()];
        for leaf in leaves {
            edge.push(record_hash(leaf));
            seen.push(edge.root());
        }
        let hex = |hash: &Hash| hash.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(seen.iter().map(hex).collect::<Vec<_>>(), roots.lines().collect::<Vec<_>>());
    }

    #[test]
    fn the_root_is_the_definitions_at_every_size_round_a_tiles_edge() {
        let leaves: Vec<Hash> = (0..1100_u32).map(|n| record_hash(&n.to_le_bytes())).collect();
        let mut edge = Edge::default();
        for (index, leaf) in leaves.iter().enumerate() {
            for tile in edge.push(*leaf) {
                assert_eq!((tile.level, tile.hashes.len()), (0, TILE));
                assert_eq!(tile.number as usize, index / TILE);
                assert_eq!(tile.hashes, leaves[index + 1 - TILE..=index]);
            }
            if index % 256 < 3 || index % 256 > 252 || index % 97 == 0 {
                assert_eq!(edge.root(), by_definition(&leaves[..=index]), "{index}");
            }
        }
    }

    #[test]
    fn a_tile_of_the_second_level_comes_after_65536_leaves() {
        let mut edge = Edge::default();
        let leaf = record_hash(b"x");
        let full: Vec<HashTile> = (0..65_536).flat_map(|_| edge.push(leaf)).collect();
        assert_eq!(full.len(), 257);
        let last = full.last().unwrap();
        assert_eq!((last.level, last.number, last.hashes.len()), (1, 0, TILE));
        assert_eq!(edge.root(), perfect(&last.hashes));
        assert_eq!(edge.unfinished().len(), 1);
    }
}
