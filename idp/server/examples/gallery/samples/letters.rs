//! The mails.

use sekisho_base::Language;
use sekisho_idp::mail::view::{LinkKind, Mail, Writer};

use super::{Sheet, speech};

pub fn letters(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let speech = speech(language);
    let writer = Writer {
        society: speech.pick("青葉健康保険組合", "Aoba Health Insurance Society").into(),
        phone: "03-0000-0150".into(),
        hours: speech.pick("平日 9:00〜17:00", "Weekdays 9:00 to 17:00").into(),
        speech,
    };
    let login = "https://id.example.jp/login?insurer=aoba";
    let link = "https://id.example.jp/link/lnk_sample0193";
    let to = "shoko@example.jp";
    let signup = "https://id.example.jp/signup?insurer=aoba";
    let ids = ["shoko_2000".to_owned(), "junichi-99".to_owned()];
    let (ready, until) = match language {
        Language::Ja => ("11月22日（日）10:24", "11月29日（日）10:24"),
        Language::En => ("10:24 on Sunday, 22 November", "10:24 on Sunday, 29 November"),
    };
    let question = "登録のコードが届きません。\nどうすればよいですか。";
    let mails = [
        ("mail-code", Mail::code(&writer, "482915", 10)),
        ("mail-sign-in-code", Mail::sign_in_code(&writer, "482915", 10)),
        ("mail-link-begin", Mail::link(&writer, LinkKind::Begin, to, (link, 180))),
        ("mail-link-proven", Mail::link(&writer, LinkKind::Proven, to, (link, 30))),
        ("mail-link-activate", Mail::link(&writer, LinkKind::Activate, to, (link, 1440))),
        ("mail-known-elsewhere", Mail::known_elsewhere(&writer, "https://id.example.jp/signup?insurer=aoba")),
        ("mail-joined", Mail::joined(&writer, login)),
        ("mail-known-address", Mail::known_address(&writer, login)),
        ("mail-registered", Mail::registered(&writer, login)),
        ("mail-invitation", Mail::invitation(&writer, link, 7)),
        ("mail-reset", Mail::reset(&writer, link, 30)),
        ("mail-password-changed", Mail::changed(&writer, "password_changed")),
        ("mail-factor-lost", Mail::factor_lost(&writer, link, ready)),
        ("mail-factor-ready", Mail::factor_ready(&writer, link, until)),
        ("mail-factor-kept", Mail::changed(&writer, "factor_kept")),
        ("mail-factor-changed", Mail::changed(&writer, "factor_changed")),
        ("mail-codes-made", Mail::changed(&writer, "codes_made")),
        ("mail-code-used", Mail::changed(&writer, "code_used")),
        ("mail-login-ids", Mail::login_ids(&writer, &ids, login)),
        ("mail-account-reset", Mail::account_reset(&writer, signup)),
        ("mail-address-code", Mail::change_code(&writer, "address_code", ("482915", 10))),
        ("mail-factor-code", Mail::change_code(&writer, "factor_code", ("482915", 10))),
        ("mail-address-wanted", Mail::address_wanted(&writer)),
        ("mail-address-changed", Mail::address_changed(&writer, "n•••@example.jp", (link, until))),
        ("mail-address-new", Mail::changed(&writer, "address_new")),
        ("mail-address-restored", Mail::changed(&writer, "address_restored")),
        ("mail-password-own", Mail::changed(&writer, "password_own")),
        ("mail-factor-added", Mail::changed(&writer, "factor_added")),
        ("mail-factor-replaced", Mail::changed(&writer, "factor_replaced")),
        ("mail-factor-removed", Mail::changed(&writer, "factor_removed")),
        ("mail-account-closing", Mail::closing(&writer, until, login)),
        ("mail-account-kept", Mail::changed(&writer, "account_kept")),
        ("mail-account-ended", Mail::ended(&writer)),
        ("mail-inquiry", Mail::inquiry(&writer, "4821", "shoko@example.jp", question)),
    ];
    mails.into_iter().map(|(name, mail)| Ok(Sheet { name: name.to_owned(), html: mail.html()? })).collect()
}
