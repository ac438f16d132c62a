//! Sixteen numbers at a time, in the registers of the vector instructions that are there.
//!
//! A [`Line`] is one register of AVX-512 and one line of the cache. Kernels are written once, over
//! [`Vector`], and compiled for each [`Level`].

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Numbers in a line.
pub(super) const LANES: usize = 16;

/// Sixteen numbers in memory, aligned to a line of the cache.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(super) struct Line(pub(super) [f32; LANES]);

impl Line {
    pub(super) const ZERO: Line = Line([0.0; LANES]);
}

/// Sixteen numbers in registers. Sets of lanes are bits, lane 0 the lowest.
pub(super) trait Vector: Copy {
    /// The numbers of a line.
    fn load(line: &Line) -> Self;
    /// Overwrites a line.
    fn store(self, line: &mut Line);
    /// Sixteen times the same number.
    fn splat(value: f32) -> Self;
    /// `self * other`.
    fn times(self, other: Self) -> Self;
    /// `self * factor + sum`, rounded once where that costs nothing.
    fn multiply_add(self, factor: Self, sum: Self) -> Self;
    /// The sum of the sixteen numbers, added in halves.
    fn total(self) -> f32;
    /// These numbers in the lanes given, 0 in the others.
    fn only(self, lanes: u16) -> Self;
    /// These numbers without the bits given.
    fn without_bits(self, bits: u32) -> Self;
    /// These numbers with those of the bits given changed that `other` has.
    fn flipped_by(self, other: Self, bits: u32) -> Self;
    /// The lanes where `self >= other`.
    fn at_least(self, other: Self) -> u16;
    /// The lanes where `self != other`.
    fn differs(self, other: Self) -> u16;
}

/// The lines of a cell.
#[inline(always)]
pub(super) fn load<V: Vector, const L: usize>(lines: &[Line; L]) -> [V; L] {
    std::array::from_fn(|line| V::load(&lines[line]))
}

/// Adds `factor * other` to `sum`.
#[inline(always)]
pub(super) fn accumulate<V: Vector, const L: usize>(sum: &mut [V; L], factor: f32, other: &[V; L]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum = other.multiply_add(V::splat(factor), *sum);
    }
}

/// The inner product.
#[inline(always)]
pub(super) fn dot<V: Vector, const L: usize>(left: &[V; L], right: &[V; L]) -> f32 {
    let products = left.iter().zip(right);
    products
        .fold(V::splat(0.0), |sum, (left, right)| {
            left.multiply_add(*right, sum)
        })
        .total()
}

/// Any processor's: an array. Products and sums are fused where `FUSED` says that it costs nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain<const FUSED: bool>([f32; LANES]);

impl<const FUSED: bool> Plain<FUSED> {
    #[inline(always)]
    fn zip(self, other: Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        Plain(std::array::from_fn(|lane| {
            combine(self.0[lane], other.0[lane])
        }))
    }

    #[inline(always)]
    fn lanes(self, other: Self, is: impl Fn(f32, f32) -> bool) -> u16 {
        (0..LANES).fold(0, |lanes, lane| {
            lanes | u16::from(is(self.0[lane], other.0[lane])) << lane
        })
    }
}

impl<const FUSED: bool> Vector for Plain<FUSED> {
    #[inline(always)]
    fn load(line: &Line) -> Self {
        Plain(line.0)
    }

    #[inline(always)]
    fn store(self, line: &mut Line) {
        line.0 = self.0;
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Plain([value; LANES])
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, sum: Self) -> Self {
        let combine = |a: f32, b: f32, c: f32| if FUSED { a.mul_add(b, c) } else { a * b + c };
        Plain(std::array::from_fn(|lane| {
            combine(self.0[lane], factor.0[lane], sum.0[lane])
        }))
    }

    #[inline(always)]
    fn total(self) -> f32 {
        let eight: [f32; 8] = std::array::from_fn(|lane| self.0[lane] + self.0[lane + 8]);
        let four: [f32; 4] = std::array::from_fn(|lane| eight[lane] + eight[lane + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }

    #[inline(always)]
    fn only(self, lanes: u16) -> Self {
        Plain(std::array::from_fn(|lane| {
            if lanes >> lane & 1 == 1 {
                self.0[lane]
            } else {
                0.0
            }
        }))
    }

    #[inline(always)]
    fn without_bits(self, bits: u32) -> Self {
        Plain(self.0.map(|value| f32::from_bits(value.to_bits() & !bits)))
    }

    #[inline(always)]
    fn flipped_by(self, other: Self, bits: u32) -> Self {
        self.zip(other, |a, b| {
            f32::from_bits(a.to_bits() ^ (b.to_bits() & bits))
        })
    }

    #[inline(always)]
    fn at_least(self, other: Self) -> u16 {
        self.lanes(other, |a, b| a >= b)
    }

    #[inline(always)]
    fn differs(self, other: Self) -> u16 {
        self.lanes(other, |a, b| a != b)
    }
}

/// A register of AVX-512. Only [`with_avx512`] makes kernels of it.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
struct Avx512(__m512);

// Kernels over this type run in `with_avx512` alone, which is called only if the processor has
// AVX-512; loads and stores are those of a whole, aligned `Line`.
#[cfg(target_arch = "x86_64")]
impl Vector for Avx512 {
    #[inline(always)]
    fn load(line: &Line) -> Self {
        // SAFETY: kernels over this type run only where there is AVX-512; lines are aligned.
        Avx512(unsafe { _mm512_load_ps(line.0.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, line: &mut Line) {
        // SAFETY: as above.
        unsafe { _mm512_store_ps(line.0.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_fmadd_ps(self.0, factor.0, sum.0) })
    }

    #[inline(always)]
    fn total(self) -> f32 {
        // SAFETY: as above.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    fn only(self, lanes: u16) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_maskz_mov_ps(lanes, self.0) })
    }

    #[inline(always)]
    fn without_bits(self, bits: u32) -> Self {
        // SAFETY: as above.
        Avx512(unsafe {
            let (bits, numbers) = (_mm512_set1_epi32(bits as i32), _mm512_castps_si512(self.0));
            _mm512_castsi512_ps(_mm512_andnot_si512(bits, numbers))
        })
    }

    #[inline(always)]
    fn flipped_by(self, other: Self, bits: u32) -> Self {
        // SAFETY: as above.
        Avx512(unsafe {
            let (bits, numbers) = (_mm512_set1_epi32(bits as i32), _mm512_castps_si512(self.0));
            let flipped = _mm512_and_si512(bits, _mm512_castps_si512(other.0));
            _mm512_castsi512_ps(_mm512_xor_si512(numbers, flipped))
        })
    }

    #[inline(always)]
    fn at_least(self, other: Self) -> u16 {
        // SAFETY: as above.
        unsafe { _mm512_cmp_ps_mask::<_CMP_GE_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn differs(self, other: Self) -> u16 {
        // SAFETY: as above.
        unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(self.0, other.0) }
    }
}

/// An instruction set that kernels are compiled for, and that this processor has.
///
/// Each gives the same bits whenever it runs; sets differ in last bits, because they fuse and add in
/// different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level(Set);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    /// What every processor of the target has.
    Portable,
    /// AVX2 with fused products.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// A kernel. Everything that `run` calls must be `inline(always)`, or it is compiled without the
/// level's instructions.
pub(super) trait Kernel {
    /// Does the work in registers of one kind.
    fn run<V: Vector>(self);
}

impl Level {
    /// The best that this processor has.
    pub(super) fn best() -> Level {
        Level::all()[0]
    }

    /// All that this processor has, the best first.
    pub(super) fn all() -> Vec<Level> {
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let has_avx512 =
                is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("popcnt");
            match (has_avx512, has_avx2) {
                (true, true) => return [Set::Avx512, Set::Avx2, Set::Portable].map(Level).into(),
                (false, true) => return [Set::Avx2, Set::Portable].map(Level).into(),
                _ => (),
            }
        }
        vec![Level(Set::Portable)]
    }

    /// Runs a kernel with this level's instructions.
    pub(super) fn run(self, kernel: impl Kernel) {
        match self.0 {
            Set::Portable => kernel.run::<Plain<false>>(),
            // SAFETY: only `all` makes levels, and it found their instructions.
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => unsafe { with_avx2(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => unsafe { with_avx512(kernel) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2(kernel: impl Kernel) {
    kernel.run::<Plain<true>>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma,popcnt")]
fn with_avx512(kernel: impl Kernel) {
    kernel.run::<Avx512>();
}
