//! What a page must be for hands and eyes: wide enough, large enough, still enough, and in an order that keys follow.

use anyhow::{Context as _, ensure};
use sekisho_tests::browser::{Browser, TAB};
use serde_json::Value;

/// How far a page scrolls sideways.
const SIDEWAYS: &str = "return document.documentElement.scrollWidth - window.innerWidth";

/// What can be pressed and is lower than a finger is wide (look §5: 44 px). Links within a sentence have its height.
const SMALL: &str = "
const within = link => link.tagName === 'A' && getComputedStyle(link).display === 'inline'
  && [...link.parentElement.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
const shown = [...document.querySelectorAll(can)]
  .filter(one => one.checkVisibility() && !one.closest('[aria-hidden=true]') && !within(one));
const hits = (one, x, y) => {
  const hit = document.elementFromPoint(x, y);
  return hit !== null && (one.contains(hit) || [...(one.labels ?? [])].some(label => label.contains(hit)));
};
return shown.filter(one => {
  one.scrollIntoView({ block: 'center', behavior: 'instant' });
  const box = one.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  return box.height < 43.5 && !(hits(one, x, y - 21) && hits(one, x, y + 21));
}).map(one => one.outerHTML.slice(0, 160) + ' ' + one.getBoundingClientRect().height);";

/// What moves although it was asked to keep still: the ring of the seal goes on in steps, since a picture of the screen
/// stands still (look §6).
const MOVING: &str = "
return document.getAnimations().filter(one => one.playState === 'running')
  .filter(one => !(one.effect.target.closest('.stamp') && getComputedStyle(one.effect.target).animationTimingFunction.startsWith('steps')))
  .map(one => (one.animationName ?? one.transitionProperty) + ' of ' + one.effect.target.outerHTML.slice(0, 120));";

/// What has the focus: its place among all elements, whether that can be seen, and what it is.
const FOCUS: &str = "
const one = document.activeElement;
if (one === null || one === document.body || one === document.documentElement) return null;
const [style, box] = [getComputedStyle(one), one.getBoundingClientRect()];
const around = [...(one.labels ?? [])].map(label => getComputedStyle(label));
const rings = [style, getComputedStyle(one, '::after'), ...around];
const ring = rings.some(ring => (ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) > 0)
  || ring.boxShadow !== 'none');
const seen = box.bottom > 0 && box.top < innerHeight;
return [[...document.querySelectorAll('*')].indexOf(one), ring && seen, one.outerHTML.slice(0, 160)];";

/// How many stops there are for the Tab key: a group of radio buttons is one.
const STOPS: &str = "
const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]';
const shown = [...document.querySelectorAll(can)].filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0);
const groups = new Set(shown.filter(one => one.type === 'radio').map(one => one.name));
return shown.filter(one => one.type !== 'radio').length + groups.size;";

/// Says that nothing scrolls sideways at 320 px, which is a desk at 400 %, at 640 px, which is one at 200 %, and with text
/// twice as large on a phone.
pub async fn fits(browser: &Browser) -> anyhow::Result<()> {
    let own = browser.ask("return window.innerWidth").await?.as_u64().and_then(|own| u32::try_from(own).ok());
    for (width, size) in [(320, "100%"), (640, "100%"), (375, "200%")] {
        browser.widen(width).await?;
        let script = format!("document.documentElement.style.fontSize = '{size}'; {SIDEWAYS}");
        let wide = browser.ask(&script).await?;
        ensure!(
            wide.as_i64().is_some_and(|wide| wide <= 0),
            "at {width} px and {size} it scrolls sideways by {wide}"
        );
    }
    browser.ask("document.documentElement.style.fontSize = ''").await?;
    browser.widen(own.context("the page has no width")?).await
}

/// Says that everything to press is as high as a finger is wide.
pub async fn targets_are_large(browser: &Browser) -> anyhow::Result<()> {
    let small = browser.ask(SMALL).await?;
    ensure!(small == Value::Array(Vec::new()), "lower than 44 px: {small:#}");
    Ok(())
}

/// Says that nothing moves for who asked that.
pub async fn is_still(browser: &Browser) -> anyhow::Result<()> {
    let moving = browser.ask(MOVING).await?;
    ensure!(moving == Value::Array(Vec::new()), "it moves: {moving:#}");
    Ok(())
}

/// Says that the Tab key goes from the first thing to the last in the order of the document, shows where it is, and leaves
/// nothing out.
pub async fn keys_lead_through(browser: &Browser) -> anyhow::Result<()> {
    let stops = browser.ask(STOPS).await?.as_u64().context("the page says nothing")?;
    browser.ask("window.scrollTo(0, 0); document.activeElement?.blur()").await?;
    let mut last = -1;
    for stop in 1..=stops {
        browser.key(TAB).await?;
        let focus = browser.ask(FOCUS).await?;
        let at = focus.get(0).and_then(Value::as_i64);
        let at = at.with_context(|| format!("the Tab key ends after {} of {stops}", stop - 1))?;
        ensure!(at > last, "the Tab key goes back to {focus}");
        ensure!(focus.get(1) == Some(&Value::Bool(true)), "the focus cannot be seen: {focus}");
        last = at;
    }
    Ok(())
}
