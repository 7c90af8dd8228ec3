//! Carries of a pair.

/// The length of the longest run of consecutive places that carry when `a` and `b` are added.
pub fn longest_chain(mut a: u64, mut b: u64) -> usize {
    let (mut longest, mut run, mut carry) = (0, 0, 0);
    while a > 0 || b > 0 || carry > 0 {
        carry = u64::from(a % 10 + b % 10 + carry >= 10);
        run = if carry == 1 { run + 1 } else { 0 };
        longest = longest.max(run);
        (a, b) = (a / 10, b / 10);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_by_hand() {
        assert_eq!(longest_chain(0, 0), 0);
        assert_eq!(longest_chain(5, 5), 1);
        assert_eq!(longest_chain(9_999_999_999, 1), 10);
        assert_eq!(longest_chain(5_050, 5_050), 1);
        assert_eq!(longest_chain(190_055, 10_055), 2);
        assert_eq!(longest_chain(4_444, 5_555), 0);
    }
}
