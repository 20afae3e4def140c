//! Where a person goes on after signing in: always a page of the portal itself.

use url::Url;

/// A path with its query on the portal's own host. One that leads elsewhere cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Paths of the sign-in itself: returning there would sign in once more, without end.
const OWN: [&str; 6] = ["/login", "/register", "/callback", "/logout", "/initiate", "/backchannel-logout"];

impl ReturnTo {
    /// Reads a wish such as `/certificates?x=y`, or a whole address on `origin` (third-party-initiated login,
    /// OpenID Connect Core §4). `None` for anything that leads to another host or back into the sign-in.
    pub fn parse(wish: &str, origin: &Url) -> Option<Self> {
        // Browsers read a backslash as a slash and drop control characters: neither has a place here.
        if wish.len() > 1_000 || wish.contains(|c: char| c == '\\' || c.is_control()) {
            return None;
        }
        let target = origin.join(wish).ok()?;
        let same_house = target.origin() == origin.origin() && target.username().is_empty();
        let leads_on = !OWN.contains(&target.path()) && !target.path().starts_with("//");
        if !(same_house && leads_on) {
            return None;
        }
        let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
        Some(Self(format!("{}{query}", target.path())))
    }

    /// The portal's page for those who have just signed in.
    pub fn page(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// Path and query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(wish: &str) -> Option<String> {
        let origin = Url::parse("https://portal.example.jp").unwrap();
        ReturnTo::parse(wish, &origin).map(|to| to.0)
    }

    #[test]
    fn own_pages_are_returned_to() {
        assert_eq!(read("/certificates"), Some("/certificates".into()));
        assert_eq!(read("/certificates?a=b#c"), Some("/certificates?a=b".into()));
        assert_eq!(read("https://portal.example.jp/x"), Some("/x".into()));
        assert_eq!(read(""), Some("/".into()));
    }

    #[test]
    fn rp_10_nothing_leads_to_another_host_or_back_into_the_sign_in() {
        let refused = [
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https://portal.example.jp.evil.example/",
            "https://portal.example.jp@evil.example/",
            "https://user@portal.example.jp/",
            "http://portal.example.jp/",
            "https://portal.example.jp:444/",
            "https://portal.example.jp//evil.example",
            "/%09/../\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/login",
            "/logout?x=y",
            "/callback?code=1",
        ];
        for wish in refused {
            assert_eq!(read(wish), None, "{wish:?}");
        }
    }
}
