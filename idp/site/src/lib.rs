//! idp/site
