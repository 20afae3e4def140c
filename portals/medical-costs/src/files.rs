//! A year as a file to take along: CSV, XML and PDF, in Japanese as the tax office reads it.
//!
//! The six items that the law asks of a notice of medical costs come first: the insured, the month, the patient, the
//! institution, what was paid, the insurer (domain 3.1). It must stay true that no name of a file says anything about
//! anyone, that no cell is a formula, and that the layout for the tax office has neither 記号・番号 nor 保険者番号.

mod csv;
mod document;
mod paper;
mod xml;

pub use csv::{Encoding, csv};
pub use document::{Document, Line};
pub use paper::{Layout, eligibility_paper, year_paper};
pub use xml::{NAMESPACE, SCHEMA, xml};

/// Name of the CSV file in a download.
pub const CSV_NAME: &str = "iryouhi-no-oshirase.csv";
/// Name of the XML file in a download.
pub const XML_NAME: &str = "iryouhi-no-oshirase.xml";
/// Name of the PDF file for oneself in a download.
pub const PDF_NAME: &str = "iryouhi-no-oshirase.pdf";
/// Name of the PDF file for the tax office in a download.
pub const TAX_NAME: &str = "iryouhi-koujo.pdf";
/// Name of the notice of eligibility information in a download.
pub const ELIGIBILITY_NAME: &str = "shikaku-jouhou-no-oshirase.pdf";
