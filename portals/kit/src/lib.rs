//! portals/kit
