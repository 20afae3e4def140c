//! Where a passkey is kept, as far as its maker says.
//!
//! An AAGUID names a kind of authenticator, not one device and not its owner; it is what the browser says, attested by
//! nobody, so it serves for a word on the account page and for nothing else. Many say nothing (all zeros), and most of
//! all that there are stand in no list: both have no name here.
//!
//! Sources: passkeydeveloper/passkey-authenticator-aaguids, and the makers' own tables.

/// The name of the keeper of passkeys with this AAGUID, as people know it; none for one we do not know. Reads 32
/// hexadecimal digits in either case, with hyphens or without.
pub fn keeper(aaguid: &str) -> Option<&'static str> {
    let digits = |text: &str| text.replace('-', "").to_ascii_lowercase();
    let sought = digits(aaguid);
    KEEPERS.iter().find(|(known, _)| digits(known) == sought).map(|(_, name)| *name)
}

const KEEPERS: &[(&str, &str)] = &[
    // What systems and browsers bring along.
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", ICLOUD),
    ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", ICLOUD),
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", HELLO),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", HELLO),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", HELLO),
    ("d3452668-01fd-4c12-926c-83a4204853aa", "Microsoft Password Manager"),
    ("90a3ccdf-635c-4729-a248-9b709135078f", "Microsoft Authenticator"),
    ("de1e552d-db1d-4423-a619-566b625cdc84", "Microsoft Authenticator"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome"),
    ("b5397666-4885-aa6b-cebf-e52262a439a2", "Chromium"),
    ("771b48fd-d3d4-4f74-9232-fc157ab0507a", "Edge"),
    // Password managers.
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("b78a0a55-6ef8-d246-a042-ba0f6d55050c", "LastPass"),
    ("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
    ("eaecdef2-1c31-5634-8639-f1cbd9c00a08", "KeePassDX"),
    ("b35a26b2-8f6e-4697-ab1d-d44db4da28c6", "Zoho Vault"),
    ("de503f9c-21a4-4f76-b4b7-558eb55c6f89", "Devolutions"),
    ("22248c4c-7a12-46e2-9a41-44291b373a4d", "LogMeOnce"),
    ("a10c6dd9-465e-4226-8198-c7c44b91c555", "Kaspersky Password Manager"),
    // Keys that are carried on a ring.
    ("cb69481e-8ff7-4039-93ec-0a2729a154a8", YUBIKEY),
    ("ee882879-721c-4913-9775-3dfcce97072a", YUBIKEY),
    ("fa2b99dc-9e39-4257-8f92-4a30d23c4118", YUBIKEY),
    ("2fc0579f-8113-47ea-b116-bb5a8db9202a", YUBIKEY),
    ("c5ef55ff-ad9a-4b9f-b580-adebafe026d0", YUBIKEY),
    ("19083c3d-8383-4b18-bc03-8f1c9ab2fd1b", YUBIKEY),
    ("ff4dac45-ede8-4ec2-aced-cf66103f4335", YUBIKEY),
    ("a02167b9-ae71-4ac7-9a07-06432ebb6f1c", YUBIKEY),
    ("0a357157-9b18-4c8a-920e-d156e972b2f8", YUBIKEY),
    ("73bb0cd4-e502-49b8-9c6f-b59445bf720b", YUBIKEY),
    ("c1f9a0bc-1dd2-404a-b27f-8e29047a43fd", YUBIKEY),
    ("85203421-48f9-4355-9bc8-8a53846e5083", YUBIKEY),
    ("d8522d9f-575b-4866-88a9-ba99fa02f35b", BIO),
    ("dd86a2da-86a0-4cbe-b462-4bd31f57bc6f", BIO),
    ("90636e1f-ef82-43bf-bdcf-5255f139d12f", BIO),
    ("f8a011f3-8c0a-4d15-8006-17111f9edc7d", SECURITY_KEY),
    ("b92c3f9a-c014-4056-887f-140a2501163b", SECURITY_KEY),
    ("6d44ba9b-f6ec-2e49-b930-0c8fe920cb73", SECURITY_KEY),
    ("149a2021-8ef6-4133-96b8-81f8d5b7f1f5", SECURITY_KEY),
    ("42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3", "Titan Security Key"),
];

const ICLOUD: &str = "iCloud Keychain";
const HELLO: &str = "Windows Hello";
const YUBIKEY: &str = "YubiKey 5";
const BIO: &str = "YubiKey Bio";
const SECURITY_KEY: &str = "Security Key by Yubico";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn well_known_keepers_have_their_names_and_others_none() {
        for (aaguid, name) in [
            ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", Some("iCloud Keychain")),
            ("EA9B8D66-4D01-1D21-3CE4-B6B48CB575D4", Some("Google Password Manager")),
            ("08987058-cadc-4b81-b6e1-30de50dcbe96", Some("Windows Hello")),
            ("bada5566-a7aa-401f-bd96-45619a55120d", Some("1Password")),
            ("2fc0579f-8113-47ea-b116-bb5a8db9202a", Some("YubiKey 5")),
            ("2fc0579f811347eabb116bb5a8db9202a", None),
            ("2fc0579f811347eab116bb5a8db9202a", Some("YubiKey 5")),
            ("00000000000000000000000000000000", None),
            ("01020304-0506-0708-0102-030405060708", None),
            ("", None),
            ("<script>", None),
        ] {
            assert_eq!(keeper(aaguid), name, "{aaguid}");
        }
    }

    #[test]
    fn every_entry_is_a_uuid_in_lower_case_and_stands_once() {
        let mut seen = BTreeSet::new();
        for (aaguid, name) in KEEPERS {
            let groups: Vec<usize> = aaguid.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{aaguid}");
            assert!(aaguid.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
            assert!(!name.is_empty() && seen.insert(aaguid), "{aaguid} {name}");
        }
        assert!(seen.len() >= 30);
    }
}
