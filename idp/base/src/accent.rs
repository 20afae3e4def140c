//! The guard of an insurer's accent colour.
//!
//! An accent colours the band at the top of a page and the head of a
//! certificate, never a button, a link or an error. The guard makes every
//! accent readable on paper and in the dark, and refuses what could be taken
//! for the vermilion of errors.

mod oklch;

use oklch::{Oklch, Rgb};

/// A readable accent: what pages use instead of the colour that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accent {
    /// The accent on light paper, `#rrggbb`; white on it and it on paper have a contrast of at least 5.5.
    pub light: String,
    /// Text on `light`.
    pub on_light: String,
    /// The accent in the dark, at least 6 on a dark card.
    pub dark: String,
    /// Text on `dark`.
    pub on_dark: String,
    /// What was changed, in a sentence for the insurer; nothing when the colour was kept.
    pub notice: Option<String>,
}

/// Why a colour cannot be an accent. Displayed to the insurer, hence in Japanese.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccentError {
    /// Not of the form `#rrggbb`.
    #[error("「{0}」は色として読めません（#rrggbb の形で書いてください）")]
    Unreadable(String),
    /// Too near to the vermilion that means "something to put right".
    #[error("朱に近い色は使えません（エラーの色と見分けるため）")]
    Vermilion,
}

const WHITE: Rgb = Rgb([0xff, 0xff, 0xff]);
const PAPER: Rgb = Rgb([0xfb, 0xfa, 0xf6]);
const DARK_CARD: Rgb = Rgb([0x1c, 0x1f, 0x28]);
const ON_DARK: &str = "#0d1712";

const LIGHT_CONTRAST: f64 = 5.5;
const DARK_CONTRAST: f64 = 6.0;
const LIGHTNESS_STEP: f64 = 0.01;
const DARK_CHROMA: f64 = 0.11;
const DARK_LIGHTNESS: f64 = 0.55;
const VERMILION_HUE: f64 = 32.0;
const VERMILION_REACH: f64 = 16.0;
const VERMILION_CHROMA: f64 = 0.09;

/// Makes the colour an insurer asked for readable.
///
/// # Errors
/// When the text is not `#rrggbb`, or the colour could be taken for vermilion.
pub fn guard(asked: &str) -> Result<Accent, AccentError> {
    let colour = Rgb::parse(asked).ok_or_else(|| AccentError::Unreadable(asked.to_owned()))?;
    let tone = colour.oklch();
    if is_vermilion(tone) {
        return Err(AccentError::Vermilion);
    }
    let light = darken(colour, tone);
    let notice =
        (light != colour).then(|| format!("{} は明るすぎるため {} にしました", colour.hex(), light.hex()));
    Ok(Accent {
        light: light.hex(),
        on_light: WHITE.hex(),
        dark: brighten(tone).hex(),
        on_dark: ON_DARK.to_owned(),
        notice,
    })
}

fn is_vermilion(tone: Oklch) -> bool {
    let distance = (tone.hue - VERMILION_HUE).abs();
    tone.chroma > VERMILION_CHROMA && distance.min(360.0 - distance) <= VERMILION_REACH
}

fn darken(colour: Rgb, mut tone: Oklch) -> Rgb {
    let mut accent = colour;
    while accent.contrast(WHITE).min(accent.contrast(PAPER)) < LIGHT_CONTRAST {
        tone.lightness -= LIGHTNESS_STEP;
        accent = tone.rgb();
    }
    accent
}

fn brighten(mut tone: Oklch) -> Rgb {
    tone.chroma = tone.chroma.min(DARK_CHROMA);
    tone.lightness = tone.lightness.max(DARK_LIGHTNESS);
    let mut accent = tone.rgb();
    while accent.contrast(DARK_CARD) < DARK_CONTRAST {
        tone.lightness += LIGHTNESS_STEP;
        accent = tone.rgb();
    }
    accent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sample_insurers_get_the_colours_that_were_checked() {
        let cases = [
            ("#2f6b4f", "#2f6b4f", "#6eab8c"),
            ("#1c7f95", "#036d81", "#51aac1"),
            ("#c8763a", "#9d4f04", "#d58c5b"),
            ("#4aa3df", "#05699d", "#59a6db"),
            ("#8e354a", "#8e354a", "#dc8493"),
        ];
        for (asked, light, dark) in cases {
            let accent = guard(asked).unwrap();
            assert_eq!((accent.light.as_str(), accent.dark.as_str()), (light, dark), "{asked}");
            assert_eq!(accent.notice.is_none(), asked == light, "{asked}");
        }
    }

    #[test]
    fn a_colour_near_vermilion_is_refused_with_the_reason() {
        let refused = guard("#b03a26").unwrap_err();
        assert_eq!(refused.to_string(), "朱に近い色は使えません（エラーの色と見分けるため）");
        assert_eq!(guard("#b5301c"), Err(AccentError::Vermilion));
    }

    #[test]
    fn what_was_changed_is_said() {
        let notice = guard("#4aa3df").unwrap().notice;
        assert_eq!(notice.as_deref(), Some("#4aa3df は明るすぎるため #05699d にしました"));
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for text in ["", "2f6b4f", "#2f6b4", "#2f6b4f0", "#2f6b4g", "#+f6b4f", "red", "#２f6b4f", "#fff"] {
            assert_eq!(guard(text), Err(AccentError::Unreadable(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn whatever_passes_is_readable_on_paper_and_in_the_dark(channels: [u8; 3]) {
            if let Ok(accent) = guard(&Rgb(channels).hex()) {
                let light = Rgb::parse(&accent.light).unwrap();
                let dark = Rgb::parse(&accent.dark).unwrap();
                prop_assert!(light.contrast(WHITE) >= LIGHT_CONTRAST);
                prop_assert!(light.contrast(PAPER) >= LIGHT_CONTRAST);
                prop_assert!(dark.contrast(DARK_CARD) >= DARK_CONTRAST);
            }
        }
    }
}
