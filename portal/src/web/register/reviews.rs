//! The committee's reviews, entered by a registrar from the minutes.

use axum::Json;
use axum::extract::{Path, State};
use enclave::access::{Decision, Review, ReviewForm, Vote};
use enclave::audit::Action;
use enclave::words::Bilingual;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Keeping, Seeing, studies};
use crate::web::Portal;
use crate::web::trouble::Trouble;

/// A study's review that counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reviewed {
    /// As it was entered.
    #[schema(value_type = Object)]
    review: Review,
    /// What it comes to: `approved`, `approved_with_conditions`, `rejected`.
    decision: &'static str,
    /// The same for people, with what stands against an approval.
    #[schema(value_type = crate::web::trouble::Said)]
    words: Bilingual,
}

/// The review of a study; null before the first.
#[utoipa::path(get, path = "/api/register/studies/{study}/review", params(("study" = String, Path)), responses((status = 200, body = Option<Reviewed>), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn show(
    State(portal): State<Portal>,
    _by: Seeing,
    Path(study): Path<String>,
) -> Result<Json<Option<Reviewed>>, Trouble> {
    let study = studies::known(&portal, &study).await?.study;
    let review = portal.blocking(move |portal| portal.house.access().review(&study)).await??;
    Ok(Json(review.map(reviewed)))
}

/// Enters a review in place of the one that counted before; answers with what it comes to.
#[utoipa::path(post, path = "/api/register/studies/{study}/review", params(("study" = String, Path)), request_body = Object, responses((status = 200, body = Reviewed), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn record(
    State(portal): State<Portal>,
    by: Keeping,
    Path(study): Path<String>,
    Json(form): Json<ReviewForm>,
) -> Result<Json<Reviewed>, Trouble> {
    // It opens the data to an organisation.
    by.fresh(&portal)?;
    let study = studies::known(&portal, &study).await?.study;
    let review = Review::new(form, portal.now())?;
    let bytes = serde_json::to_vec(&review).map_err(|error| Trouble::internal(&error))?;
    let votes = |vote| review.votes().iter().filter(|ballot| ballot.vote == vote).count() as u64;
    let receipt = portal.record(by.acting(), Action::StudyReview, |entry| {
        let entry = entry.study(&study).object(&study).hash_of(&bytes);
        [Vote::For, Vote::Against, Vote::Barred]
            .into_iter()
            .fold(entry.reason(Decision::of(&review).code()), |entry, vote| {
                entry.detail(vote.code(), votes(vote))
            })
    });
    let receipt = receipt.await?;
    let recorded = portal.blocking(move |portal| {
        portal.house.access().record_review(&study, &review, &receipt).map(|()| review)
    });
    Ok(Json(reviewed(recorded.await??)))
}

fn reviewed(review: Review) -> Reviewed {
    let decision = Decision::of(&review);
    Reviewed { decision: decision.code(), words: decision.words(), review }
}
