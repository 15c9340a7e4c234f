//! The levels of one cell.

use super::KEPT;

/// The smallest values with their patients, and the patients of all others.
#[derive(Debug, Default, Clone)]
pub(super) struct Cell {
    /// In order of the values.
    kept: Vec<(Box<[u8]>, Patients)>,
    /// All other values, in buckets by what they are: empty, or [`BUCKETS`] of them. The commonest value may
    /// be among them, and then those away from it are in other buckets or at a kept value.
    others: Vec<Patients>,
}

const BUCKETS: usize = 8;

/// Distinct patients, up to a cap. Which ones are kept beyond it makes no difference.
#[derive(Debug, Default, Clone)]
struct Patients(Vec<u32>);

impl Patients {
    fn add(&mut self, patient: u32, cap: usize) -> usize {
        if self.0.len() >= cap || self.0.contains(&patient) {
            return 0;
        }
        self.0.push(patient);
        size_of::<u32>()
    }

    fn add_all(&mut self, others: &Self, cap: usize) -> usize {
        others.0.iter().map(|patient| self.add(*patient, cap)).sum()
    }

    fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

impl Cell {
    /// One row. Returns the bytes that it took.
    pub(super) fn add(&mut self, value: &[u8], patient: u32, cap: usize) -> usize {
        let mut one = Patients::default();
        match self.kept.binary_search_by(|(known, _)| known.as_ref().cmp(value)) {
            Ok(at) => self.kept.get_mut(at).map_or(0, |(_, patients)| patients.add(patient, cap)),
            Err(at) => {
                one.add(patient, cap);
                self.insert(at, value, one, cap)
            }
        }
    }

    fn insert(&mut self, at: usize, value: &[u8], patients: Patients, cap: usize) -> usize {
        let full = self.kept.len() >= KEPT as usize;
        if full && at >= self.kept.len() {
            return self.bucket(value).map_or(0, |bucket| bucket.add_all(&patients, cap));
        }
        let bytes = value.len() + size_of::<(Box<[u8]>, Patients)>() + patients.0.len() * size_of::<u32>();
        self.kept.insert(at, (value.into(), patients));
        if full
            && let Some((value, last)) = self.kept.pop()
            && let Some(bucket) = self.bucket(&value)
        {
            bucket.add_all(&last, cap);
        }
        bytes
    }

    fn bucket(&mut self, value: &[u8]) -> Option<&mut Patients> {
        if self.others.is_empty() {
            self.others.resize_with(BUCKETS, Patients::default);
        }
        // FNV-1a: the same on every machine, and nothing depends on its being hard to foresee.
        let hash = value.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let bucket = (hash >> 32) % BUCKETS as u64;
        self.others.get_mut(usize::try_from(bucket).ok()?)
    }

    /// Distinct values, the patients at the rarest, the patients away from the commonest.
    pub(super) fn result(&self, cap: usize) -> [u32; 3] {
        let levels = u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
        let least = self.kept.iter().map(|(_, patients)| patients.len()).min().unwrap_or(0);
        let full = self.all().filter(|patients| patients.0.len() >= cap).count();
        let units = self.kept.len() + self.others.len();
        let rest = match full {
            0 | 1 => (0..units).map(|away| self.rest(away, cap)).min().unwrap_or(0),
            _ => u32::try_from(cap).unwrap_or(u32::MAX),
        };
        [levels + u32::from(!self.others.is_empty()), least, rest]
    }

    fn all(&self) -> impl Iterator<Item = &Patients> {
        self.kept.iter().map(|(_, patients)| patients).chain(&self.others)
    }

    /// The patients at any value but one.
    fn rest(&self, away: usize, cap: usize) -> u32 {
        let mut rest = Patients::default();
        for (_, patients) in self.all().enumerate().filter(|(index, _)| *index != away) {
            rest.add_all(patients, cap);
        }
        rest.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let kept = self.kept.iter().map(|(value, patients)| {
            value.len() + size_of::<(Box<[u8]>, Patients)>() + patients.0.len() * size_of::<u32>()
        });
        let others =
            self.others.iter().map(|others| size_of::<Patients>() + others.0.len() * size_of::<u32>());
        kept.sum::<usize>() + others.sum::<usize>()
    }

    /// Length-prefixed: each value with its patients, then the buckets.
    pub(super) fn state(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes() + 16);
        number(&mut out, self.kept.len());
        for (value, patients) in &self.kept {
            number(&mut out, value.len());
            out.extend_from_slice(value);
            list(&mut out, patients);
        }
        number(&mut out, self.others.len());
        for others in &self.others {
            list(&mut out, others);
        }
        out
    }

    /// Takes in another part's state; `None` where it is not one. Returns the bytes that it took.
    pub(super) fn merge(&mut self, state: &[u8], cap: usize) -> Option<usize> {
        let mut from = Reader(state);
        let mut bytes = 0;
        for _ in 0..from.number()? {
            let length = from.number()?;
            let value = from.take(length)?;
            let patients = from.list()?;
            bytes += match self.kept.binary_search_by(|(known, _)| known.as_ref().cmp(value)) {
                Ok(at) => self.kept.get_mut(at).map_or(0, |(_, own)| own.add_all(&patients, cap)),
                Err(at) => self.insert(at, value, patients, cap),
            };
        }
        let buckets = from.number()?;
        if buckets != 0 && buckets != BUCKETS {
            return None;
        }
        self.others.resize_with(buckets.max(self.others.len()), Patients::default);
        for bucket in self.others.iter_mut().take(buckets) {
            bytes += bucket.add_all(&from.list()?, cap);
        }
        from.0.is_empty().then_some(bytes)
    }
}

fn number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn list(out: &mut Vec<u8>, patients: &Patients) {
    number(out, patients.0.len());
    for patient in &patients.0 {
        out.extend_from_slice(&patient.to_le_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn list(&mut self) -> Option<Patients> {
        let length = self.number()?;
        let bytes = self.take(length.checked_mul(4)?)?;
        let (patients, _) = bytes.as_chunks::<4>();
        Some(Patients(patients.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()))
    }
}
