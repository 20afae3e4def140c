//! The modules of the conformance suite (`oidcc-…`), each as what it sends and all that comes back: status, headers and
//! body of every answer. Every module of the Basic plan is walked twice, as that plan does and as Form Post does. The
//! same modules are walked in `crate::house`, and over TLS on the stage of `config/conformance` (`tests/stage`),
//! which borrows this file: hence the paths.

#[path = "suite/basic.rs"]
mod basic;
#[path = "suite/claims.rs"]
mod claims;
#[path = "suite/freshness.rs"]
mod freshness;
#[path = "suite/hints.rs"]
mod hints;
#[path = "suite/logout.rs"]
mod logout;
#[path = "suite/refresh.rs"]
mod refresh;
#[path = "suite/requests.rs"]
mod requests;
#[path = "suite/story.rs"]
mod story;

pub(crate) use story::{Mode, Story};

/// What a module told is what it tells in every house.
pub(crate) fn hold(plan: &str, module: &str, told: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("oidc__suite__{plan}__{module}"), told);
    });
}

/// One module, one test for each plan.
macro_rules! modules {
    ($($part:ident: $($module:ident),+;)+) => {
        mod oidcc_basic {
            $($(
                #[tokio::test]
                async fn $module() {
                    let told = super::$part::$module(super::Mode::Query).await;
                    super::hold("oidcc_basic", stringify!($module), &told);
                }
            )+)+
        }
        mod oidcc_form_post {
            $($(
                #[tokio::test]
                async fn $module() {
                    let told = super::$part::$module(super::Mode::FormPost).await;
                    super::hold("oidcc_form_post", stringify!($module), &told);
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
