//! Functions of numbers, element by element.

use super::check;

#[test]
fn special_values_go_through() {
    check(&[
        "Max@13 f[nan 1 1] f[1 nan 2] -> f[nan nan 2]",
        "Min@13 f[nan 1 1] f[1 nan 2] -> f[nan nan 1]",
        "Abs@13 f[-0.0 -2 nan -inf] -> f[0 2 nan inf]",
        "Relu@14 f[-1 nan 2] -> f[0 nan 2]",
        "Reciprocal@13 f[2 -inf] -> f[0.5 -0.0]",
        "Floor@13 f[-1.5 2 inf] -> f[-2 2 inf]",
        "Ceil@13 f[-1.5 1.2] -> f[-1 2]",
        "Round@11 f[0.5 1.5 2.5 -0.5 -1.5] -> f[0 2 2 -0.0 -2]",
        "Sign@13 f[-2 0 3] -> f[-1 0 1]",
        "Sign@13 f[nan] -> ! undefined",
        "Log@13 f[1 0 -1] -> f[0 -inf nan]",
        "Mod@13 fmod=1 f[-7.5 7.5 1] f[2 -2 inf] -> f[-1.5 1.5 1]",
        "Mod@13 f[7.5] f[2] -> ! fmod = 0",
        "Mean@13 f[1 2] f[3 4] f[5 9] -> f[3 5]",
        "Floor@13 f@0[1.5 2 3] -> ! step function",
    ]);
}

#[test]
fn bounds() {
    check(&[
        "Clip@13 f[-5 0 5 nan] f:[-1] f:[2] -> f[-1 0 2 nan]",
        "Clip@13 f[-5 5] f:[3] f:[-3] -> f[-3 -3]",
        "Clip@13 f[-5 5] _ f:[2] -> f[-5 2]",
        "Clip@13 f[-5 5] f:[-inf] f:[inf] -> f[-5 5]",
        "Clip@13 f[-5 5] f:[inf] -> ! a bound is inf",
        "Clip@13 f[1] f:[nan] -> ! a bound is a NaN",
        "Clip@13 f[1] f[1 2] -> ! of 2 elements",
        "Clip@13 l[-5 0 5] l:[-1] l:[2] -> l[-1 0 2]",
        "Clip@13 l[5] l:[3] l:[-3] -> l[-3]",
        "Clip@13 B[5 200] _ B:[9] -> B[5 9]",
        "Clip@13 i@0[-5 0 5] i:[-1] i:[2] -> i@[-1 0 2]",
        "Clip@6 min=-1.0 max=2.0 f[-5 5] -> f[-1 2]",
        "Clip@6 f[-5 5] -> f[-5 5]",
        "Clip@13 f~0[-5 0 5] f:[-1] f:[2] -> f@[-1 0 2]",
    ]);
}

#[test]
fn powers() {
    check(&[
        "Pow@13 f[3 -2 nan 0] l[2 3 0 0] -> f[9 -8 1 1]",
        "Pow@13 f[4 9] f:[0.5] -> f[2 3]",
        "Pow@13 f~0[1 -2 3] l[2] -> f@[1 4 9]",
        "Pow@13 f~0[1 -2 3] f[3] -> f@[1 -8 27]",
        "Pow@13 f~0[1 -2 4] i[-1] -> f@[1 -0.5 0.25]",
        "Pow@13 f~0[1 -2 4] f[-2] -> f@[1 0.25 0.0625]",
        "Pow@13 f~0[1 2 3] f[0] -> f[1]",
        "Pow@13 f~0[1 4 9] f[0.5] -> f@[1 2 3]",
        "Pow@13 f~0[1 4 16] f[-0.5] -> f@[1 0.5 0.25]",
        // Next to zero and below it, a root over which one divides is no power.
        "Pow@13 f~0[0 4 16] f[-0.5] -> ! the power -0.5",
        "Pow@13 f~0[-inf 4 9] f[0.5] -> ! the power 0.5",
        "Pow@13 f~0[1 2 3] f[1.5] -> ! the power 1.5",
        "Pow@13 f[2] f~0[1 2 3] -> ! an exponent that depends on tokens",
    ]);
}

/// Values of `onnx.reference`.
#[test]
fn activations() {
    check(&[
        "LeakyRelu@16 alpha=0.5 f[-2 3] -> f[-1 3]",
        "LeakyRelu@16 alpha=2.0 f[-2 3] -> f[-4 3]",
        "LeakyRelu@16 alpha=-0.5 f[-2 3] -> f[1 3]",
        "LeakyRelu@16 alpha=-0.5 f~0[-2 3 nan] -> f@[1 3 nan]",
        "LeakyRelu@16 alpha=2.0 f~0[-2 3 0] -> f@[-4 3 0]",
        "LeakyRelu@16 alpha=nan f[1] -> ! expected finite numbers",
        "PRelu@16 f:2x2[-1 -2 3 -4] f:2x1[0.5 -2] -> f:2x2[-0.5 -1 3 8]",
        "PRelu@16 i[-3 4] i[2] -> i[-6 4]",
        "PRelu@16 f[1] f[1 2] -> ! cannot broadcast",
        "Elu@6 alpha=2.0 f[-1 0 3] -> f[-1.2642411 0 3]",
        "Elu@6 f~0[-1 0 3] -> f@[-0.63212055 0 3]",
        "Celu@12 alpha=2.0 f[-1 3] -> f[-0.78693867 3]",
        "Celu@12 alpha=-1.0 f[1] -> ! attributes is not supported",
        "Selu@6 f[-1 2] -> f[-1.1113307 2.101402]",
        "Softplus@1 f[-1 0 30] -> f[0.31326166 0.6931472 30]",
        "Softsign@1 f[-1 3] -> f[-0.5 0.75]",
        "Mish@18 f[-1 2] -> f[-0.30340147 1.943959]",
        "HardSigmoid@6 f[-9 0.5 9] -> f[0 0.6 1]",
        "HardSwish@14 f[-9 1 9] -> f[-0.0 0.6666667 9]",
        "ThresholdedRelu@10 alpha=1.5 f[1.5 2] -> f[0 2]",
        "ThresholdedRelu@10 alpha=1.5 f~0[2 3 4] -> f@[2 3 4]",
        "ThresholdedRelu@10 alpha=1.5 f~0[1 3 4] -> ! depend on tokens",
        "Gelu@20 f[-1 2] -> f[-0.15865526 1.9544997]",
        "Gelu@20 approximate='tanh' f[-1 2] -> f[-0.15880801 1.9545977]",
        "Gelu@20 approximate='other' f[1] -> ! expected `none` or `tanh`",
        "Sigmoid@13 f~0[-1 0 2] -> f@[0.26894143 0.5 0.8807971]",
        "Swish@24 alpha=2.0 f[1] -> f[0.8807971]",
        "Erf@13 f[0.5] -> f[0.5204999]",
    ]);
}
