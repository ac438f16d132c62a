//! A stretch of the number line as text: how many sums each column holds, an axis, and labels.

use subset_sum::counting::Counter;

/// Columns of a line: an odd number, so that one is in the middle.
const COLUMNS: i64 = 79;

/// From few sums to as many as in any column.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The place and the scale of a line.
pub struct NumberLine {
    centre: i64,
    /// A column is this many grid units to both sides of its middle one.
    reach: i64,
}

impl NumberLine {
    /// A line around `centre` on which `distance` grid units are about `columns` columns.
    pub fn new(centre: i64, distance: i64, columns: i64) -> Self {
        let reach = distance / columns / 2;
        Self { centre, reach }
    }

    /// The column in which a number stands, `None` if it is beyond the ends.
    fn column(&self, number: i64) -> Option<usize> {
        let offset = number - self.centre + self.reach;
        let column = offset.div_euclid(self.width()) + COLUMNS / 2;
        (0..COLUMNS).contains(&column).then_some(column as usize)
    }

    /// How many sums each column holds, below a title, an axis with a sign at each mark, and the marks'
    /// labels. Marks with labels must be in ascending order.
    pub fn draw(
        &self,
        title: &str,
        counter: &mut Counter,
        marks: &[(i64, char, String)],
    ) -> String {
        let counts = self.counts(counter);
        let most = *counts.iter().max().expect("there are columns");
        let mut axis = ['-'; COLUMNS as usize];
        let mut labels = String::new();
        for (number, sign, label) in marks {
            let Some(column) = self.column(*number) else {
                continue;
            };
            axis[column] = *sign;
            if !label.is_empty() {
                let gap = column.saturating_sub(labels.len() + label.len() / 2);
                labels += &format!("{:gap$}{label} ", "");
            }
        }
        let bars = bars(&counts, most);
        let axis = String::from_iter(axis);
        let (bars, labels) = (bars.trim_end(), labels.trim_end());
        format!("\n{title}; highest column {most}\n{bars}\n{axis}\n{labels}\n")
    }

    /// For each column, how many subset sums it holds.
    fn counts(&self, counter: &mut Counter) -> Vec<u64> {
        let columns = -(COLUMNS / 2)..=COLUMNS / 2;
        columns
            .map(|column| counter.hits(self.centre + column * self.width(), self.reach))
            .collect()
    }

    fn width(&self) -> i64 {
        2 * self.reach + 1
    }
}

/// A bar for each count, none where it is 0 and a full one where it is the largest.
fn bars(counts: &[u64], most: u64) -> String {
    let bar = |&count: &u64| match count {
        0 => ' ',
        _ => BARS[((8 * count - 1) / most) as usize],
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_on_the_line_is_counted_in_the_column_where_it_stands() {
        let candidates = [1, 2, 4, 8, 16, 32, 64, 128, -100, -3];
        let mut counter = Counter::default();
        counter.load(&candidates).unwrap();
        for (centre, distance, columns) in [(0, 32, 32), (7, 100, 13), (100, 300, 32), (-9, 0, 1)] {
            let line = NumberLine::new(centre, distance, columns);
            let mut expected = vec![0; COLUMNS as usize];
            for mask in 0..1 << candidates.len() {
                let chosen = (0..candidates.len()).filter(|i| mask >> i & 1 == 1);
                if let Some(column) = line.column(chosen.map(|i| candidates[i]).sum()) {
                    expected[column] += 1;
                }
            }
            assert_eq!(line.counts(&mut counter), expected);
        }
    }

    #[test]
    fn bars_are_as_high_as_counts_and_only_nothing_is_blank() {
        assert_eq!(bars(&[0, 1, 100, 101, 400, 800], 800), " ▁▁▂▄█");
        assert_eq!(bars(&[0, 1, 0], 1), " █ ");
        assert_eq!(bars(&[1, 1 << 36], 1 << 36), "▁█");
        assert_eq!(bars(&[0, 0], 0), "  ");
    }

    #[test]
    fn signs_and_labels_stand_at_their_numbers() {
        let mark = |number, sign, label: &str| (number, sign, label.to_owned());
        let marks = [
            mark(-31 * 11, '<', "a"),
            mark(0, '+', "bcd"),
            mark(1000, '!', "none"),
            mark(70, '^', ""),
        ];
        let mut counter = Counter::default();
        let drawn = NumberLine::new(0, 320, 32).draw("title", &mut counter, &marks);
        let rows: Vec<&str> = drawn.lines().skip(1).collect();
        assert_eq!(rows[0], "title; highest column 1");
        assert_eq!(rows[1], format!("{:39}█", ""));
        assert_eq!(rows[2].len(), 79);
        assert_eq!(
            ["<", "+", "^"].map(|sign| rows[2].find(sign)),
            [8, 39, 45].map(Some)
        );
        assert_eq!(rows[3], format!("{:8}a{:29}bcd", "", ""));
        assert!(!drawn.contains('!'));
    }
}
