//! The modules of the conformance suite (`oidcc-…`), each as what it sends and all that comes back: status, headers and
//! body of every answer. Every module of the Basic plan is walked twice, as that plan does and as Form Post does.

mod basic;
mod claims;
mod freshness;
mod hints;
mod logout;
mod refresh;
mod requests;
mod story;

pub(crate) use story::{Mode, Story};

/// One module, one test for each plan.
macro_rules! modules {
    ($($part:ident: $($module:ident),+;)+) => {
        mod oidcc_basic {
            $($(
                #[tokio::test]
                async fn $module() {
                    insta::assert_snapshot!(super::$part::$module(super::Mode::Query).await);
                }
            )+)+
        }
        mod oidcc_form_post {
            $($(
                #[tokio::test]
                async fn $module() {
                    insta::assert_snapshot!(super::$part::$module(super::Mode::FormPost).await);
                }
            )+)+
        }
    };
}

modules! {
    basic: server, idtoken_signature, userinfo_get, userinfo_post_header, userinfo_post_body, codereuse,
        codereuse_30seconds, server_client_secret_post;
    requests: response_type_missing, ensure_request_without_nonce_succeeds_for_code_flow, alternate_happy_flow,
        ensure_request_with_unknown_parameter_succeeds, ensure_registered_redirect_uri,
        ensure_post_request_succeeds, ensure_request_with_valid_pkce_succeeds,
        request_uri_unsigned_supported_correctly_or_rejected_as_unsupported,
        unsigned_request_object_supported_correctly_or_rejected_as_unsupported,
        ensure_request_object_with_redirect_uri;
    claims: scope_profile, scope_email, scope_address, scope_phone, scope_all, claims_essential,
        ensure_request_with_acr_values_succeeds;
    freshness: prompt_login, prompt_none_not_logged_in, prompt_none_logged_in, max_age_1, max_age_10000;
    hints: display_page, display_popup, id_token_hint, login_hint, ui_locales, claims_locales;
    refresh: refresh_token;
}
