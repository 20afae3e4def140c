//! Has the crate built again when a migration is added: they are read at build time.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/medical-costs");
}
