//! A year as XML of our own schema (`schema/medical-cost-notice.xsd`), signed.
//!
//! It is written in its canonical form: one namespace, declared once; no comments, no empty-element tags, attributes in
//! order; in texts exactly `&`, `<`, `>` and carriage returns escaped. So the bytes from the root's first to its last
//! character, without the signature, are what Exclusive XML Canonicalization makes of it, and what is hashed; and the
//! signed part of the signature is canonical once it declares its namespace. XML Signature Syntax and Processing 1.1 with
//! ECDSA over P-256 and SHA-256 (RFC 4051 §2.3.6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_base::Digest;

use super::document::{Document, Line};
use crate::signing::{self, SigningKey};

/// The namespace of the schema.
pub const NAMESPACE: &str = "urn:sekisho:medical-cost-notice:1";
/// The schema itself.
pub const SCHEMA: &str = include_str!("../../schema/medical-cost-notice.xsd");

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const REMARK: &str =
    "この文書は保険者のポータルが作成し、電子署名を付けたものです。e-Taxの認証を受けた形ではありません。";

/// The year as a signed XML document.
///
/// # Errors
/// When the key cannot sign.
pub fn xml(document: &Document, key: &SigningKey) -> Result<String, signing::Error> {
    let content = content(document);
    let digest =
        STANDARD.encode(Digest::of_content(format!("{content}</MedicalCostNotice>").as_bytes()).as_bytes());
    let signed = signed(&digest);
    let canonical = format!("<SignedInfo xmlns=\"{DSIG}\">{signed}</SignedInfo>");
    let value = STANDARD.encode(key.sign(canonical.as_bytes())?);
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{content}<Signature xmlns=\"{DSIG}\"><SignedInfo>{signed}</SignedInfo>\
         <SignatureValue>{value}</SignatureValue><KeyInfo><KeyName>{}</KeyName></KeyInfo></Signature></MedicalCostNotice>\n",
        key.kid()
    ))
}

/// The root up to where the signature stands.
fn content(document: &Document) -> String {
    let mut text =
        format!("<MedicalCostNotice xmlns=\"{NAMESPACE}\" eTax=\"not-certified\" version=\"1\">\n");
    for line in &document.lines {
        text.push_str("<Treatment>\n");
        for (name, value) in items(document, line) {
            element(&mut text, name, &value);
        }
        text.push_str("</Treatment>\n");
    }
    for (name, value) in about(document) {
        element(&mut text, name, &value);
    }
    text
}

/// The six legal items, then the others.
fn items(document: &Document, line: &Line) -> Vec<(&'static str, String)> {
    let amounts = &line.amounts;
    let mut items = vec![
        ("InsuredName", document.insured.clone()),
        ("Month", line.month.to_string()),
        ("PatientName", line.patient.clone()),
        ("InstitutionName", line.institution.clone()),
        ("AmountPaid", line.paid.get().to_string()),
        ("InsurerName", document.insurer.clone()),
        ("Category", line.kind.code().to_owned()),
        ("CategoryName", line.kind.word().to_owned()),
        ("Days", line.days.to_string()),
        ("TotalCost", amounts.total.get().to_string()),
        ("MealTotal", amounts.meal_total.get().to_string()),
        ("InsurerPaid", amounts.insurer.get().to_string()),
        ("PublicPaid", amounts.public.get().to_string()),
        ("PatientPaid", amounts.patient.get().to_string()),
        ("MealPaid", amounts.meal_copay.get().to_string()),
        ("HighCostRefund", amounts.refund.get().to_string()),
        ("AdditionalBenefit", amounts.additional.get().to_string()),
    ];
    items.extend(line.paid_on.map(|day| ("RefundedOn", day.to_string())));
    items.push(("Corrected", line.corrected.to_string()));
    items
}

fn about(document: &Document) -> Vec<(&'static str, String)> {
    let total = document.total;
    let mut about = vec![
        ("TotalAmountPaid", total.paid.get().to_string()),
        ("TotalRefunds", document.refunds.sum().get().to_string()),
        ("Year", format!("{:04}", document.year)),
    ];
    let coverage = document.coverage;
    about.extend(coverage.from.map(|month| ("CoversFrom", month.to_string())));
    about.extend(coverage.to.map(|month| ("CoversTo", month.to_string())));
    about.push(("GeneratedAt", document.made_at.to_string()));
    about.push(("Revision", coverage.revision.to_string()));
    about.extend(document.not_included().into_iter().map(|sentence| ("NotIncluded", sentence)));
    about.push(("Remark", REMARK.to_owned()));
    about
}

fn element(text: &mut String, name: &str, value: &str) {
    text.push('<');
    text.push_str(name);
    text.push('>');
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\r' => text.push_str("&#xD;"),
            // Not characters of XML 1.0 (§2.2).
            '\u{fffe}' | '\u{ffff}' => text.push('〓'),
            c if c.is_control() && !matches!(c, '\t' | '\n') => text.push('〓'),
            c => text.push(c),
        }
    }
    text.push_str("</");
    text.push_str(name);
    text.push_str(">\n");
}

/// What is signed, without the element around it.
fn signed(digest: &str) -> String {
    const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
    format!(
        "<CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></SignatureMethod>\
         <Reference URI=\"\"><Transforms>\
         <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></Transform>\
         <Transform Algorithm=\"{EXCLUSIVE}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod>\
         <DigestValue>{digest}</DigestValue></Reference>"
    )
}

#[cfg(test)]
mod tests {
    use super::super::document::tests::document;
    use super::*;

    #[test]
    fn the_six_legal_items_come_first_and_nothing_names_the_number_of_the_insured() {
        let text = content(&document());
        let first: Vec<&str> = text.lines().skip(2).take(6).collect();
        assert_eq!(
            first,
            [
                "<InsuredName>健保 翔子</InsuredName>",
                "<Month>2026-02</Month>",
                "<PatientName>健保 A2</PatientName>",
                "<InstitutionName>例町病院</InstitutionName>",
                "<AmountPaid>1500</AmountPaid>",
                "<InsurerName>青葉健康保険組合</InsurerName>",
            ]
        );
        assert!(text.contains("eTax=\"not-certified\"") && text.contains("<CoversTo>2026-09</CoversTo>"));
        assert!(!text.contains("200001") && !text.contains("06999015"));
    }

    #[test]
    fn whatever_an_extract_says_is_text() {
        let mut text = String::new();
        element(&mut text, "A", "</A><!--]]>&amp;\r\u{0}\u{ffff}\"'");
        assert_eq!(text, "<A>&lt;/A&gt;&lt;!--]]&gt;&amp;amp;&#xD;〓〓\"'</A>\n");
    }
}
