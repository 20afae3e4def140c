//! What the log must not hold (`security.md` RC-06).

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use crate::browser::Browser;
use crate::house::House;
use crate::sora::{self, EMAIL, LOGIN_ID, PASSWORD, SHOKO};

thread_local! {
    /// Everything that this thread logs at any level, as lines of one text, while it is wanted.
    static WRITTEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The one log of all tests: each thread writes its own.
struct Log;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "{}={value:?}", field.name()).unwrap();
    }
}

fn write(record: impl FnOnce(&mut Fields<'_>)) {
    WRITTEN.with_borrow_mut(|written| {
        if let Some(written) = written {
            record(&mut Fields(written));
        }
    });
}

impl Subscriber for Log {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        WRITTEN.with_borrow(Option::is_some)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write(|fields| span.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        write(|fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write(|fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn rc_06_no_token_key_code_or_name_is_logged() {
    tracing::subscriber::set_global_default(Log).unwrap();
    WRITTEN.set(Some(String::new()));
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_key(&house, &mut browser, &SHOKO).await;
    let key = sora::key(&page);
    let links = [house.letters.link(EMAIL, 1).await, house.letters.link(EMAIL, 2).await];
    let page = browser.open(&links[1]).await;
    let page = browser.press(&page, &[]).await;
    let page = browser.press(&page, &[("auth_key", "000000")]).await;
    let page = browser.press(&page, &[("auth_key", &key)]).await;
    let chosen = [
        ("login_id", LOGIN_ID),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("nickname", "しょうこ"),
    ];
    browser.press(&page, &chosen).await;
    let page = sora::to_sign_in_key(&mut browser).await;
    let code = house.letters.code(EMAIL, 4).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/");
    let written = WRITTEN.take().unwrap();
    assert!(
        written.contains("answered") && written.contains("/link/{token}"),
        "the log is looked at: {written}"
    );
    let mut secrets = vec![EMAIL.to_owned(), LOGIN_ID.to_owned(), PASSWORD.to_owned()];
    secrets.extend(["91-200001", "20000121", "しょうこ", "ショウコ"].map(str::to_owned));
    secrets.extend(links.iter().map(|link| link.strip_prefix("/link/").unwrap().to_owned()));
    secrets.extend(browser.cookies.values().cloned());
    for secret in secrets {
        let line = written.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
    // Six digits may stand in a longer number by chance.
    let words = || written.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(words().all(|word| word != key && word != code), "{key} {code}");
}
