//! The portals as members find them: one sign-in for all of them, and pages that everybody can use.

mod crawl;
mod hands;
mod install;
mod sign_in;

use sekisho_tests::town::Town;

/// The portals of a house: what each is called in the names of pictures, and where it is.
fn portals(town: &Town) -> [(&'static str, String); 2] {
    [("certificate", town.portal()), ("medical-costs", town.costs())]
}
