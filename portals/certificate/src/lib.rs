//! portals/certificate
