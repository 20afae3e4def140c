//! Draws an insurer's journeys: each a row of steps, in the order in which they are walked.

use std::fmt::Write as _;

use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Journey, Step};

const WIDTH: usize = 132;
const GAP: usize = 28;
const ROW: usize = 92;
const LEFT: usize = 24;

/// The journeys as lines.
pub fn lines(insurer: &Insurer) -> String {
    insurer.journeys().fold(String::new(), |mut text, journey| {
        let words: Vec<&str> = journey.steps().iter().map(Step::word).collect();
        let _ = writeln!(text, "  {:<12} [{}]", journey.kind().as_str(), words.join("] → ["));
        text
    })
}

/// The journeys as a picture.
pub fn svg(insurer: &Insurer) -> String {
    let journeys: Vec<&Journey> = insurer.journeys().collect();
    let longest = journeys.iter().map(|journey| journey.steps().len()).max().unwrap_or(1);
    let (width, height) = (LEFT * 2 + longest * (WIDTH + GAP), 56 + journeys.len() * ROW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fbfaf6\"/>\n\
         <text x=\"{LEFT}\" y=\"34\" font-size=\"18\" font-weight=\"600\">{}</text>\n",
        insurer.code, insurer.code
    );
    for (row, journey) in journeys.iter().enumerate() {
        draw_row(&mut svg, journey, 56 + row * ROW);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_row(svg: &mut String, journey: &Journey, top: usize) {
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\" fill=\"#4b505c\">{}</text>",
        top + 16,
        journey.kind().as_str()
    );
    for (at, step) in journey.steps().iter().enumerate() {
        let (x, y) = (LEFT + at * (WIDTH + GAP), top + 26);
        if at > 0 {
            let _ = writeln!(
                svg,
                "<path d=\"M{} {}h{}\" stroke=\"#213e78\" stroke-width=\"2\"/>",
                x - GAP + 4,
                y + 22,
                GAP - 8
            );
        }
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"44\" rx=\"8\" fill=\"#fff\" stroke=\"#213e78\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x + WIDTH / 2,
            y + 27,
            step.word()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_every_journey_is_drawn() {
        let text = include_str!("../../../../../config/insurers/kaede.toml");
        let kaede = Insurer::parse("kaede.toml", text, &|_| Some("text".to_owned())).unwrap();
        let (lines, svg) = (lines(&kaede), svg(&kaede));
        for journey in kaede.journeys() {
            assert!(lines.contains(journey.kind().as_str()) && svg.contains(journey.kind().as_str()));
            for step in journey.steps() {
                assert!(lines.contains(step.word()) && svg.contains(step.word()), "{}", step.word());
            }
        }
        let steps: usize = kaede.journeys().map(|journey| journey.steps().len()).sum();
        assert_eq!(svg.matches("<rect").count(), steps + 1);
    }
}
