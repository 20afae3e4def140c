//! The certificate that the process shows.

use std::time::Duration;

use anyhow::bail;
use sekisho_base::Timestamp;
use sekisho_site::serve::Tls;

/// So long before its end a certificate should have been replaced.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Until when the certificate of the files counts.
///
/// # Errors
/// When it cannot be shown, has ended, or ends within two weeks.
pub(super) fn left(tls: &Tls, now: Timestamp) -> anyhow::Result<String> {
    let ends = tls.ends()?;
    let date = ends.date_in_tokyo();
    if ends <= now {
        bail!("it ended on {date}");
    }
    if ends <= now + SOON {
        bail!("it ends on {date}, in {} days", ends.since(now).as_secs() / 86_400);
    }
    Ok(format!("counts until {date}"))
}

#[cfg(test)]
mod tests {
    use sekisho_site::http::trial::Authority;

    use super::*;

    #[test]
    fn a_certificate_that_ends_soon_is_told_with_its_date() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
        assert!(left(&tls, Timestamp::from_seconds(0)).unwrap_err().to_string().contains("cert.pem"));
        let identity = Authority::new().issue_ended("id.example.jp");
        let tls = identity.shown(folder.path());
        let end = 1_609_459_200;
        let said = |seconds: i64| match left(&tls, Timestamp::from_seconds(end + seconds)) {
            Ok(said) => said,
            Err(error) => error.to_string(),
        };
        assert_eq!(said(-15 * 86_400), "counts until 2021-01-01");
        assert_eq!(said(-3 * 86_400), "it ends on 2021-01-01, in 3 days");
        assert_eq!(said(0), "it ended on 2021-01-01");
    }
}
