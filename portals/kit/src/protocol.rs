//! The shapes of `openidconnect` that this kit uses, named once.

use std::future::Future;
use std::pin::Pin;

use http::StatusCode;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdToken, IdTokenClaims, IdTokenFields, ProviderMetadataWithLogout,
    StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};

use crate::claims::{Insurer, Membership, Relative};

/// What our identity provider adds to an ID token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InIdToken {
    /// The identity provider's session, by which it signs out.
    pub sid: Option<String>,
}

impl AdditionalClaims for InIdToken {}

/// What our identity provider adds at userinfo: the claims of the `insurance` scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AtUserinfo {
    pub insurer: Option<Insurer>,
    pub membership: Option<Membership>,
    #[serde(default)]
    pub household: Vec<Relative>,
    #[serde(default)]
    pub opt_ins: Vec<String>,
}

impl AdditionalClaims for AtUserinfo {}

pub(crate) type Metadata = ProviderMetadataWithLogout;
pub(crate) type SignedIdToken =
    IdToken<InIdToken, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(crate) type IdClaims = IdTokenClaims<InIdToken, CoreGenderClaim>;
pub(crate) type Userinfo = UserInfoClaims<AtUserinfo, CoreGenderClaim>;
pub(crate) type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        InIdToken,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
pub(crate) type Client = openidconnect::Client<
    InIdToken,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Our outbound client in the shape `openidconnect` calls.
pub(crate) struct Outbound(pub sekisho_site::http::Client);

/// Why nobody answered for the provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The request came to nothing.
    #[error(transparent)]
    Http(#[from] sekisho_site::http::Error),
    /// Somebody says that the provider cannot answer: itself, or a proxy before it.
    #[error("status {0}")]
    Busy(StatusCode),
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = Unanswered;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async {
            let response = self.0.send(request).await?;
            let status = response.status();
            let is_busy = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            if is_busy { Err(Unanswered::Busy(status)) } else { Ok(response) }
        })
    }
}
