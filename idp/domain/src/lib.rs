//! idp/domain
