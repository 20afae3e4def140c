//! idp/server
