//! portals/demo
