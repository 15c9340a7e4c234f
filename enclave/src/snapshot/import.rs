//! Import: a manifest and its sources in, a snapshot out.
//!
//! The source is read twice. The first pass finds the columns' types, the rows and everybody's
//! identifier; then patients get their numbers and are divided into buckets of about equal size. The
//! second pass spreads rows to their buckets in an encrypted temporary file; each bucket is sorted in memory
//! and written as one part. Memory holds one batch, or one bucket per thread, and a hash per patient.
//!
//! The snapshot appears by a rename or not at all. What is left of a failure is the reject file.
//!
//! Out of scope: the log's entry for an import (whoever calls [`Prepared::publish`] writes it first), drawing the
//! progress (the portal).

mod columnar;
mod csv;
mod error;
mod fill;
mod input;
mod kind;
mod layout;
mod numbering;
mod parts;
mod prepared;
mod progress;
mod rejects;
mod request;
mod rows;
mod sizes;
mod spill;
mod spread;
mod staging;
mod survey;
mod tally;
#[cfg(test)]
mod tests;
mod work;

pub use error::ImportError;
pub use prepared::{Imported, ImportedTable, Prepared};
pub use progress::{Progress, Step};
pub use sizes::Sizes;

use std::path::Path;

use chrono::{DateTime, Utc};
use ring::rand::SecureRandom;

use super::crypt::encryption;
use super::manifest::{FORMAT, Manifest};
use crate::keys::{DataKey, DataKeyId, KeyStore, Keyed};
use input::Input;
use numbering::Collector;
use progress::Meter;
use rejects::Rejects;
use request::Request;
use rows::Numberings;
use spread::Buckets;
use staging::Staging;
use survey::{People, Survey, survey};
use work::Work;

/// Imports what a manifest describes into `home`, and lets it appear at once.
///
/// # Errors
/// As [`prepare`] and [`Prepared::publish`].
pub fn import(
    home: &Path,
    manifest: &Path,
    keys: &KeyStore,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
) -> Result<Imported, ImportError> {
    import_within(home, manifest, keys, now, rng, progress, &Sizes::default())
}

/// As [`import`], with the sizes of the work as an argument.
///
/// # Errors
/// As [`prepare`] and [`Prepared::publish`].
pub fn import_within(
    home: &Path,
    manifest: &Path,
    keys: &KeyStore,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
    sizes: &Sizes,
) -> Result<Imported, ImportError> {
    prepare(home, manifest, keys, now, rng, progress, sizes)?.publish(keys)
}

/// Does all the work of an import but the last step. `now` stands in the snapshot as its time.
///
/// # Errors
/// When the manifest asks for what can't be, a source can't be read, more rows are unreadable than
/// the manifest allows, or the disk is full. No snapshot is left behind then.
pub fn prepare(
    home: &Path,
    manifest: &Path,
    keys: &KeyStore,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
    sizes: &Sizes,
) -> Result<Prepared, ImportError> {
    let request = Request::read(manifest)?;
    let policy = request.policy(home)?;
    let inputs = request.tables.iter().map(|table| Input::find(&request, table));
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    let meter = Meter::new(inputs.iter().map(Input::bytes).sum(), progress);
    let mut rejects = Rejects::new(home, &request.name, now);
    let staging = Staging::begin(home)?;

    let (surveys, numberings) = first_pass(&request, &inputs, keys, &mut rejects, &meter)?;
    let key = DataKey::random(rng)?;
    let work = Work {
        request: &request,
        numberings: &numberings,
        buckets: Buckets::choose(numberings.patients.count(), surveys.iter(), sizes),
        sizes,
        rng,
        staging: &staging,
        encryption: encryption(&key)?,
        meter: &meter,
    };
    let tables = request.tables.iter().zip(&inputs).zip(&surveys);
    let tables = tables.map(|((table, input), survey)| work.table(table, input, survey, &mut rejects));
    let snapshot = Manifest {
        format: FORMAT,
        name: request.name.clone(),
        created: now,
        patients: numberings.patients.count(),
        institutions: numberings.institutions.count(),
        policy,
        data_key: DataKeyId::random(rng)?,
        tables: tables.collect::<Result<_, _>>()?,
        roster: work.roster()?,
    };
    let rejects = rejects.close()?;
    Prepared::new(snapshot, staging, keys, key, rejects)
}

fn first_pass(
    request: &Request,
    inputs: &[Input],
    keys: &KeyStore,
    rejects: &mut Rejects,
    meter: &Meter<'_>,
) -> Result<(Vec<Survey>, Numberings), ImportError> {
    let mut people = People {
        patients: Collector::new(keys.record_keys(Keyed::Patient)),
        institutions: Collector::new(keys.record_keys(Keyed::Institution)),
    };
    let mut surveys = Vec::with_capacity(inputs.len());
    for (table, input) in request.tables.iter().zip(inputs) {
        let survey = survey(table, input, &mut people, rejects, meter)?;
        rejects.check(&table.name, survey.rows, request.reject_limit)?;
        surveys.push(survey);
    }
    let patients = people.patients.number("patients")?;
    let institutions = people.institutions.number("institutions")?;
    Ok((surveys, Numberings { patients, institutions }))
}
