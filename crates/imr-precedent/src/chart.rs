//! Charts of rates, as SVG.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels, and numbers of rows and times: all small"
)]

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Rate;

/// A chart of rates with their intervals: one row each, or by time, one line a series.
#[derive(Clone, Debug)]
pub struct Chart {
    title: String,
    is_over_time: bool,
    series: Vec<Series>,
}

/// Rates that belong together.
#[derive(Clone, Debug)]
struct Series {
    name: String,
    points: Vec<Point>,
}

impl Series {
    fn decided(&self) -> usize {
        self.points.iter().map(|point| point.decided).sum()
    }
}

/// The rate of one group.
#[derive(Clone, Debug)]
struct Point {
    label: String,
    rate: Rate,
    /// Of how many decisions.
    decided: usize,
    /// Too few to draw more than the interval.
    is_small: bool,
}

/// Of a chart, in pixels.
const WIDTH: i32 = 900;
/// Of the part above and below the rows.
const MARGIN: i32 = 60;
const ROW: i32 = 22;
const FONT: &str = "sans-serif";
const FONT_SIZE: i32 = 13;
/// About how wide a character of that size is.
const CHARACTER: i32 = 7;
/// No more characters of a label are drawn.
const LONGEST_LABEL: usize = 48;
const LONGEST_TITLE: usize = 100;
const TIME_HEIGHT: i32 = 460;
/// Only the largest series are drawn, with notice: nobody can tell so many lines apart.
const MOST_SERIES: usize = 8;
const GRID: RGBColor = RGBColor(225, 225, 225);
const TEXT: RGBColor = RGBColor(40, 40, 40);
/// The colours of Okabe and Ito (2008), which people with any colour vision can tell apart; the yellow is left out, as it
/// is faint on white.
const COLOURS: [RGBColor; MOST_SERIES] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(120, 120, 120),
];

type Area<'c> = DrawingArea<SVGBackend<'c>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Chart {
    /// An empty chart. `is_over_time`: labels are times, and a series is drawn as a line.
    #[must_use]
    pub fn new(title: String, is_over_time: bool) -> Self {
        Self { title, is_over_time, series: Vec::new() }
    }

    /// Adds the rate of a group of so many decisions to a series. Of a small group only the interval is drawn.
    pub fn add(&mut self, series: &str, label: &str, rate: Rate, decided: usize, is_small: bool) {
        let point = Point { label: shortened(label), rate, decided, is_small };
        match self.series.iter_mut().find(|known| known.name == series) {
            Some(known) => known.points.push(point),
            None => self.series.push(Series { name: series.to_owned(), points: vec![point] }),
        }
    }

    /// Whether no group was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The chart as an SVG document.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        let height = if self.is_over_time { TIME_HEIGHT } else { self.rows().count() as i32 * ROW + 2 * MARGIN };
        let area = SVGBackend::with_string(&mut svg, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
        // Nothing can fail that writes into a text.
        let _ = self.draw(&area, height);
        drop(area);
        svg
    }

    fn draw(&self, area: &Area, height: i32) -> Drawn {
        area.fill(&WHITE)?;
        text(
            area,
            &shortened_to(&self.title, LONGEST_TITLE),
            (WIDTH / 2, 18),
            16,
            Pos::new(HPos::Center, VPos::Center),
        )?;
        if self.is_over_time { self.draw_lines(area) } else { self.draw_rows(area, height) }?;
        area.present()
    }

    fn rows(&self) -> impl Iterator<Item = &Point> {
        self.series.iter().flat_map(|series| &series.points)
    }

    /// The greatest share to draw, in full ten percent.
    fn end(&self) -> f64 {
        let highest = self.rows().map(|point| point.rate.high).fold(0.1, f64::max);
        ((highest * 10.0).ceil() / 10.0).min(1.0)
    }

    fn draw_rows(&self, area: &Area, height: i32) -> Drawn {
        let labels = self.rows().map(|point| point.label.chars().count() as i32 * CHARACTER).max().unwrap_or(0);
        let (left, right) = (labels + 30, WIDTH - 90);
        let end = self.end();
        let x = |share: f64| left + (f64::from(right - left) * share / end).round() as i32;
        let (top, bottom) = (MARGIN - 12, height - MARGIN + 6);
        for share in ticks(end) {
            line(area, (x(share), top), (x(share), bottom), GRID)?;
            text(area, &percent(share), (x(share), bottom + 14), FONT_SIZE, Pos::new(HPos::Center, VPos::Center))?;
        }
        for (row, point) in self.rows().enumerate() {
            let y = MARGIN + row as i32 * ROW + ROW / 2 - 6;
            text(area, &point.label, (left - 12, y), FONT_SIZE, Pos::new(HPos::Right, VPos::Center))?;
            line(area, (x(point.rate.low), y), (x(point.rate.high), y), COLOURS[0])?;
            if !point.is_small {
                area.draw(&Circle::new((x(point.rate.rate), y), 4, COLOURS[0].filled()))?;
            }
            let n = format!("n = {}", point.decided);
            text(area, &n, (right + 12, y), FONT_SIZE, Pos::new(HPos::Left, VPos::Center))?;
        }
        legend_of_intervals(area, height)
    }

    fn draw_lines(&self, area: &Area) -> Drawn {
        let mut times: Vec<&str> = self.rows().map(|point| point.label.as_str()).collect();
        times.sort_unstable();
        times.dedup();
        let (left, right, top, bottom) = (60, WIDTH - 200, MARGIN - 12, TIME_HEIGHT - MARGIN - 20);
        let end = self.end();
        let y = |share: f64| bottom - (f64::from(bottom - top) * share / end).round() as i32;
        let step = f64::from(right - left) / times.len().max(1) as f64;
        let x = |time: &str| {
            let at = times.iter().position(|known| *known == time).unwrap_or(0);
            left + (step * (at as f64 + 0.5)).round() as i32
        };
        for share in ticks(end) {
            line(area, (left, y(share)), (right, y(share)), GRID)?;
            text(area, &percent(share), (left - 8, y(share)), FONT_SIZE, Pos::new(HPos::Right, VPos::Center))?;
        }
        // No label runs into the next.
        let widest = times.iter().map(|time| (time.len() as i32 + 2) * CHARACTER).max().unwrap_or(1);
        let every = (f64::from(widest) / step).ceil().max(1.0) as usize;
        for time in times.iter().step_by(every) {
            text(area, time, (x(time), bottom + 16), FONT_SIZE, Pos::new(HPos::Center, VPos::Center))?;
        }
        let mut largest: Vec<&Series> = self.series.iter().collect();
        largest.sort_by_key(|series| std::cmp::Reverse(series.decided()));
        for (at, (series, colour)) in largest.into_iter().zip(COLOURS).enumerate() {
            // Intervals of several series at one time stand side by side.
            let aside = (at as i32 - self.series.len().min(MOST_SERIES) as i32 / 2) * 3;
            draw_series(area, series, colour, |point| x(&point.label) + aside, y)?;
            let name = (right + 24, top + at as i32 * ROW);
            area.draw(&Circle::new((right + 12, name.1), 4, colour.filled()))?;
            text(area, &shortened_to(&series.name, 24), name, FONT_SIZE, Pos::new(HPos::Left, VPos::Center))?;
        }
        if self.series.len() > MOST_SERIES {
            let more = format!("and {} more", self.series.len() - MOST_SERIES);
            let place = (right + 24, top + MOST_SERIES as i32 * ROW);
            text(area, &more, place, FONT_SIZE, Pos::new(HPos::Left, VPos::Center))?;
        }
        legend_of_intervals(area, TIME_HEIGHT)
    }
}

/// A line through the rates of groups that are not small, and the interval of each group.
fn draw_series(
    area: &Area,
    series: &Series,
    colour: RGBColor,
    x: impl Fn(&Point) -> i32,
    y: impl Fn(f64) -> i32,
) -> Drawn {
    let shown = series.points.iter().filter(|point| !point.is_small);
    let places: Vec<(i32, i32)> = shown.map(|point| (x(point), y(point.rate.rate))).collect();
    for point in &series.points {
        line(area, (x(point), y(point.rate.low)), (x(point), y(point.rate.high)), colour)?;
    }
    for place in &places {
        area.draw(&Circle::new(*place, 4, colour.filled()))?;
    }
    area.draw(&PathElement::new(places, colour.stroke_width(2)))
}

fn legend_of_intervals(area: &Area, height: i32) -> Drawn {
    let told = "Lines are Wilson 95 % intervals; groups without a dot are too small for a rate.";
    text(area, told, (WIDTH / 2, height - 14), 12, Pos::new(HPos::Center, VPos::Center))
}

fn line(area: &Area, from: (i32, i32), to: (i32, i32), colour: RGBColor) -> Drawn {
    area.draw(&PathElement::new([from, to], colour.stroke_width(if colour == GRID { 1 } else { 2 })))
}

fn text(area: &Area, text: &str, place: (i32, i32), size: i32, anchor: Pos) -> Drawn {
    let style = (FONT, size).into_font().color(&TEXT).pos(anchor);
    area.draw(&Text::new(text.to_owned(), place, style))
}

/// The shares at which lines are drawn.
fn ticks(end: f64) -> impl Iterator<Item = f64> {
    let step = if end > 0.5 {
        0.2
    } else if end > 0.2 {
        0.1
    } else {
        0.05
    };
    let count = (end / step + 0.001).floor() as u32;
    (0..=count).map(move |tick| f64::from(tick) * step)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn shortened(label: &str) -> String {
    shortened_to(label, LONGEST_LABEL)
}

fn shortened_to(label: &str, longest: usize) -> String {
    if label.chars().count() <= longest {
        return label.to_owned();
    }
    label.chars().take(longest - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(svg: &str, what: &str) -> usize {
        svg.matches(what).count()
    }

    #[test]
    fn rows_have_an_interval_and_if_they_are_large_a_dot() {
        let mut chart = Chart::new("Rates <by> class".to_owned(), false);
        for (label, part, all) in [("Opioids", 30, 200), ("NSAID", 1, 5), (&"long ".repeat(20), 9, 90)] {
            let Some(rate) = Rate::wilson(part, all) else { continue };
            chart.add("", label, rate, all, all < 20);
        }
        let svg = chart.svg();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert_eq!(count(&svg, "<circle"), 2);
        assert!(svg.contains("Rates &lt;by&gt; class") && svg.contains("n = 5") && svg.contains('…'));
    }

    #[test]
    fn the_largest_series_are_drawn_over_time() {
        let mut chart = Chart::new("Rates".to_owned(), true);
        let Some(rate) = Rate::wilson(30, 200) else { panic!("200 decisions have a rate") };
        for series in 0..10 {
            for year in ["2015", "2016"] {
                chart.add(&format!("series {series}"), year, rate, 100 + series, false);
            }
        }
        let svg = chart.svg();
        assert!(svg.contains("series 9") && !svg.contains("series 1<") && svg.contains("and 2 more"), "{svg}");
        assert_eq!(count(&svg, "<circle"), 8 * 3, "two points and one in the legend each");
    }

    #[test]
    fn an_empty_chart_is_a_chart() {
        for over_time in [false, true] {
            assert!(Chart::new(String::new(), over_time).svg().contains("</svg>"));
        }
    }
}
