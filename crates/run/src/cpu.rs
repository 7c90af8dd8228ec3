//! Compiling one loop for several processors and choosing among them at run time.
//!
//! This is the one file with unsafe code. A kernel is a closure-like value whose whole body is inlined into a function
//! that is compiled with more vector instructions; what it computes does not change, because every lane performs the
//! scalar operations one for one and nothing is fused.

/// A loop that can be compiled for several processors.
pub(crate) trait Kernel {
    /// What it computes.
    type Output;

    /// Computes it. The implementation must be `#[inline(always)]`, or it is compiled for the baseline after all.
    fn run(self) -> Self::Output;
}

/// A set of vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the target has: SSE2 on x86-64, NEON on AArch64.
    Baseline,
    /// 256-bit vectors of x86-64.
    Avx2,
    /// 512-bit vectors of x86-64: the subsets F, DQ, BW and VL.
    Avx512,
}

impl Level {
    /// Its name: `baseline`, `avx2`, `avx512`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// The levels that this processor has, the narrowest first.
    pub fn available() -> Vec<Self> {
        [Self::Baseline, Self::Avx2, Self::Avx512].into_iter().filter(|level| level.is_available()).collect()
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Avx512 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Baseline
    }

    /// Runs `kernel` with these instructions, or with the baseline if the processor lacks them.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[cfg(target_arch = "x86_64")]
        if self.is_available() {
            match self {
                Self::Baseline => {}
                // SAFETY: `is_available` has found every feature that `avx2` is compiled with on this processor.
                #[expect(unsafe_code, reason = "a call to a function compiled for a detected processor")]
                Self::Avx2 => return unsafe { avx2(kernel) },
                // SAFETY: `is_available` has found every feature that `avx512` is compiled with on this processor.
                #[expect(unsafe_code, reason = "a call to a function compiled for a detected processor")]
                Self::Avx512 => return unsafe { avx512(kernel) },
            }
        }
        kernel.run()
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512dq,avx512bw,avx512vl")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
