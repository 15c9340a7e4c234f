//! The handshake of clients that only know user and password: the user is the handler, the
//! password the token, and the answer is the bearer header to send from then on.
//!
//! Arrow's clients send the pair as HTTP basic authentication (RFC 7617) in the call's headers.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use enclave::login::Zone;
use tonic::Status;
use tonic::metadata::{AsciiMetadataValue, MetadataMap};

use super::door;
use super::house::House;
use super::status;

/// Some clients pad, some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Longer than any pair of a handler's name and a token.
const LONGEST: usize = 1024;

/// The bearer header for a good pair.
///
/// # Errors
/// The same words for every pair that is not good.
pub async fn bearer(house: &House, metadata: &MetadataMap, zone: Zone) -> Result<AsciiMetadataValue, Status> {
    let token = token(metadata).ok_or_else(status::unauthenticated)?;
    door::enter(house, &token, zone).await?;
    AsciiMetadataValue::try_from(format!("Bearer {token}")).map_err(|_| status::unauthenticated())
}

fn token(metadata: &MetadataMap) -> Option<String> {
    let (scheme, pair) = metadata.get("authorization")?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || pair.len() > LONGEST {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(pair.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, token)| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_token_colons_and_all() {
        let mut metadata = MetadataMap::new();
        metadata.insert("authorization", "Basic dGFybzphOmI=".parse().unwrap());
        assert_eq!(token(&metadata).unwrap(), "a:b");
        metadata.insert("authorization", "basic dGFybzphOmI".parse().unwrap());
        assert_eq!(token(&metadata).unwrap(), "a:b");
        metadata.insert("authorization", "Basic !".parse().unwrap());
        assert_eq!(token(&metadata), None);
        metadata.insert("authorization", "Bearer dGFybzphOmI=".parse().unwrap());
        assert_eq!(token(&metadata), None);
    }
}
