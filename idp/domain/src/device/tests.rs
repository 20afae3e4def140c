//! Real-shaped browsers, and hostile ones.

use super::*;

const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)";
const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)";
const WEBVIEW: &str = "Mozilla/5.0 (Linux; Android 15; SO-52E Build/70.0.A.2.30; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.111 Mobile Safari/537.36";
const CHROMEBOOK: &str = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)";
const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";

/// What a browser says of its system and of itself, and what its owner calls it.
const KNOWN: &[(&str, &str, &str)] = &[
    (IPHONE, " Version/18.6 Mobile/15E148 Safari/604.1", "iPhone・Safari"),
    (IPHONE, " CriOS/141.0.7390.96 Mobile/15E148 Safari/604.1", "iPhone・Chrome"),
    (IPHONE, " FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "iPhone・Firefox"),
    (IPHONE, " Version/18.0 EdgiOS/141.0.3537.85 Mobile/15E148 Safari/605.1.15", "iPhone・Edge"),
    (IPHONE, " Version/18.6 Mobile/15E148 Safari/604.1 OPT/6.1.0", "iPhone・Opera"),
    (IPHONE, " GSA/391.0.818106655 Mobile/15E148 Safari/604.1", "iPhone・Google"),
    (IPHONE, " Mobile/15E148 Safari Line/15.15.0", "iPhone・LINE"),
    (IPHONE, " Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.145.0", "iPhone・Yahoo! JAPAN"),
    (IPHONE, " Mobile/22G86 Instagram 402.0.0.30.96 (iPhone15,2; iOS 18_6; ja_JP)", "iPhone・Instagram"),
    (IPHONE, " Mobile/22G86 [FBAN/FBIOS;FBAV/533.0.0.41.107;FBDV/iPhone15,2]", "iPhone・Facebook"),
    (IPHONE, " Mobile/22G86 Twitter for iPhone/11.24", "iPhone・X"),
    (IPHONE, " Version/18.6 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "iPhone・DuckDuckGo"),
    (IPHONE, " Mobile/15E148", "iPhone・アプリ"),
    (IPAD, " Version/18.6 Mobile/15E148 Safari/604.1", "iPad・Safari"),
    (IPAD, " CriOS/141.0.7390.96 Mobile/15E148 Safari/604.1", "iPad・Chrome"),
    (ANDROID, " Chrome/141.0.0.0 Mobile Safari/537.36", "Android・Chrome"),
    (ANDROID, " Chrome/141.0.0.0 Safari/537.36", "Android・Chrome"),
    (ANDROID, " Chrome/141.0.0.0 Mobile Safari/537.36 EdgA/141.0.0.0", "Android・Edge"),
    (ANDROID, " Chrome/135.0.0.0 Mobile Safari/537.36 OPR/92.0.0.0", "Android・Opera"),
    (ANDROID, " SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Android・Samsung Internet"),
    ("Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "", "Android・Firefox"),
    (WEBVIEW, "", "Android・アプリ"),
    (WEBVIEW, " Line/15.16.1/IAB", "Android・LINE"),
    (WEBVIEW, " YJApp-ANDROID jp.co.yahoo.android.yjtop/3.190.0", "Android・Yahoo! JAPAN"),
    (WEBVIEW, " [FB_IAB/FB4A;FBAV/533.0.0.0.42;]", "Android・Facebook"),
    (WEBVIEW, " Instagram 402.0.0.49.72 Android", "Android・Instagram"),
    (
        "Mozilla/5.0 (Linux; Android 9; KFMAWI)",
        " Silk/138.1 like Chrome/138.0 Safari/537.36",
        "Android・Silk",
    ),
    (WINDOWS, " Chrome/141.0.0.0 Safari/537.36", "Windows・Chrome"),
    (WINDOWS, " Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Windows・Edge"),
    (WINDOWS, " Chrome/141.0.0.0 Safari/537.36 OPR/123.0.0.0", "Windows・Opera"),
    (WINDOWS, " Chrome/141.0.0.0 Safari/537.36 Vivaldi/7.6.3797.63", "Windows・Vivaldi"),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0)",
        " Gecko/20100101 Firefox/144.0",
        "Windows・Firefox",
    ),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "", "Windows"),
    (MAC, " Version/18.6 Safari/605.1.15", "Mac・Safari"),
    (MAC, " Chrome/141.0.0.0 Safari/537.36", "Mac・Chrome"),
    (MAC, " Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Mac・Edge"),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0)",
        " Gecko/20100101 Firefox/144.0",
        "Mac・Firefox",
    ),
    (CHROMEBOOK, " Chrome/141.0.0.0 Safari/537.36", "Chromebook・Chrome"),
    (LINUX, " Chrome/141.0.0.0 Safari/537.36", "Linux・Chrome"),
    ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0)", " Gecko/20100101 Firefox/144.0", "Linux・Firefox"),
    ("curl/8.5.0", "", "名前のわからない端末"),
    ("", "", "名前のわからない端末"),
];

#[test]
fn devices_are_called_as_their_owners_call_them() {
    for &(system, rest, shown) in KNOWN {
        let agent = format!("{system}{rest}");
        // A desktop system before a mobile one would win: CrOS and Android say Linux or X11 too.
        assert_eq!(Name::of_user_agent(&agent).shown(Language::Ja), shown, "{agent}");
    }
}

#[test]
fn xs_02_nothing_of_a_hostile_text_is_passed_on() {
    let long = format!("{}iPhone Safari/", "x".repeat(10 * 1_024));
    let wide = format!("Windows {}", "あ".repeat(1_000));
    for (agent, shown) in [
        ("<script>alert(1)</script>", "Unnamed device"),
        ("\"><img src=x onerror=alert(1)> Windows Chrome/1", "Windows, Chrome"),
        ("Windows\r\nSet-Cookie: a=b\r\n Firefox/1", "Windows, Firefox"),
        ("\u{0}\u{1b}[2JMacintosh\u{7f} Safari/1", "Mac, Safari"),
        ("\u{202E}iPad\u{202C}", "iPad"),
        ("=cmd|'/c calc'!A0", "Unnamed device"),
        ("{{7*7}} ${7*7} <%= 7*7 %>", "Unnamed device"),
        (&long, "Unnamed device"),
        (&wide, "Windows"),
    ] {
        assert_eq!(Name::of_user_agent(agent).shown(Language::En), shown, "{agent:.60}");
    }
}

#[test]
fn a_name_reads_well_in_both_languages_and_has_a_picture() {
    let phone = Name::of_user_agent(WEBVIEW);
    assert_eq!(phone.shown(Language::En), "Android, App");
    assert_eq!(phone.to_string(), "Android, App");
    assert_eq!(phone.form(), Form::Handheld);
    assert_eq!(Name::of_user_agent(WINDOWS).form(), Form::Computer);
    assert_eq!(Name::of_user_agent("").form(), Form::Computer);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(agent in "\\PC{0,1200}") {
        let name = Name::of_user_agent(&agent).shown(Language::Ja);
        proptest::prop_assert!(name.chars().count() <= 32);
    }
}
