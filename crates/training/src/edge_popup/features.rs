//! A batch of inputs of a layer, feature by feature, without the entries that equal the background.
//!
//! Four fifths of an MNIST image are background, and about half of all neurons are silenced by
//! ReLU, so that products over what is left take a fraction of the multiplications. A background b
//! other than 0 is taken out of the sums:
//!
//! ```text
//! sum_f x_f W_f = sum_f b W_f + sum over x_f != b of (x_f - b) W_f
//! ```
//!
//! For a layer whose links have a ReLU inside, every input x is two features, its positive part
//! max(x, 0) and its negative part max(-x, 0), since relu(x w) = max(x, 0) max(w, 0) + max(-x, 0) max(-w, 0).

/// One input that differs from the background.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Entry {
    /// Which image of the batch.
    pub(super) image: u32,
    /// The input less the background.
    pub(super) value: f32,
}

/// The positive part. NaN stays NaN, so that the loss tells of a training that diverged.
#[inline(always)]
pub(super) fn relu(value: f32) -> f32 {
    if value < 0.0 { 0.0 } else { value }
}

/// The inputs of a batch, feature by feature.
#[derive(Debug, Clone, Default)]
pub(super) struct Features {
    entries: Vec<Entry>,
    /// Where each feature's entries end.
    ends: Vec<usize>,
    /// The background of features with even and with odd numbers.
    backgrounds: [f32; 2],
    images: usize,
}

impl Features {
    pub(super) fn images(&self) -> usize {
        self.images
    }

    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// All entries, in the order of features, then of images.
    pub(super) fn all(&self) -> &[Entry] {
        &self.entries[..self.ends.last().copied().unwrap_or(0)]
    }

    #[inline(always)]
    pub(super) fn range(&self, feature: usize) -> std::ops::Range<usize> {
        let start = if feature == 0 {
            0
        } else {
            self.ends[feature - 1]
        };
        start..self.ends[feature]
    }

    #[inline(always)]
    pub(super) fn entries(&self, feature: usize) -> &[Entry] {
        &self.entries[self.range(feature)]
    }

    #[inline(always)]
    pub(super) fn background(&self, feature: usize) -> f32 {
        self.backgrounds[feature % 2]
    }

    /// Takes over a batch of images, each one slice of `width` inputs.
    pub(super) fn read(
        &mut self,
        images: &[&[f32]],
        width: usize,
        background: f32,
        is_split: bool,
    ) {
        if is_split {
            let parts = [relu(background), relu(-background)];
            self.fill(width * 2, images.len(), parts, |feature, image| {
                let input = images[image][feature / 2];
                relu(if feature % 2 == 0 { input } else { -input })
            });
        } else {
            self.fill(width, images.len(), [background; 2], |feature, image| {
                images[image][feature]
            });
        }
    }

    /// Takes over features by number and image.
    #[inline(always)]
    pub(super) fn fill(
        &mut self,
        count: usize,
        images: usize,
        backgrounds: [f32; 2],
        input: impl Fn(usize, usize) -> f32,
    ) {
        self.entries.resize(count * images + 1, Entry::default());
        self.ends.clear();
        (self.backgrounds, self.images) = (backgrounds, images);
        let mut end = 0;
        for feature in 0..count {
            let background = backgrounds[feature % 2];
            for image in 0..images {
                let value = input(feature, image) - background;
                // Always written, kept only if it counts: no branch to guess.
                self.entries[end] = Entry {
                    image: image as u32,
                    value,
                };
                end += usize::from(value != 0.0);
            }
            self.ends.push(end);
        }
    }

    /// Visits image and feature of every entry, with what `values` holds for it.
    pub(super) fn for_each_entry(&self, values: &[f32], mut visit: impl FnMut(usize, usize, f32)) {
        for feature in 0..self.count() {
            let range = self.range(feature);
            for (entry, &value) in self.entries[range.clone()].iter().zip(&values[range]) {
                visit(entry.image as usize, feature, value);
            }
        }
    }
}
