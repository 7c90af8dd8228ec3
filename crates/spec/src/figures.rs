//! Counts and shares as people read them, one way in all crates: `1 pair`, `10,010 pairs`, `8.0619 %`.

/// `number`, a count, with commas between thousands.
pub fn thousands<N: TryInto<u128>>(number: N) -> String {
    let digits = number.try_into().unwrap_or_default().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `number` and what is counted: `noun` stands for one, and what is said of more is made of it.
pub fn counted<N: TryInto<u128>>(number: N, noun: &str) -> String {
    let number = number.try_into().unwrap_or_default();
    format!("{} {}", thousands(number), plural(number, noun))
}

/// `noun` as it stands behind `number`.
pub fn plural<N: TryInto<u128>>(number: N, noun: &str) -> String {
    if number.try_into().unwrap_or_default() == 1 {
        return noun.into();
    }
    for (one, more) in [("leaf", "leaves"), ("index", "indices"), ("axis", "axes")] {
        if let Some(before) = noun.strip_suffix(one) {
            return format!("{before}{more}");
        }
    }
    format!("{noun}s")
}

/// To which side a share is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// To the nearest: for a share that is known.
    Nearest,
    /// Down: for the least that a share can be.
    Down,
    /// Up: for the most that a share can be.
    Up,
}

/// A share from 0 to 1 in percent: with four decimals, or with four significant digits where it is less than one percent.
///
/// Only 0 is `0 %` and only 1 is `100 %`, to whichever side it is rounded.
pub fn percent(share: f64, round: Round) -> String {
    let percent = 100.0 * share;
    if percent.is_nan() || percent <= 0.0 || percent >= 100.0 {
        return if percent >= 100.0 { "100 %".into() } else { "0 %".into() };
    }
    // The place of the first digit that is not zero, behind the point: 1 for 0.3 and 3 for 0.003.
    let (mut place, mut size) = (0, percent);
    while size < 1.0 {
        (place, size) = (place + 1, size * 10.0);
    }
    let decimals = place + if place == 0 { 4 } else { 3 };
    let nearest = format!("{percent:.decimals$}");
    // The text is off by less than one unit of its last place, to one side or the other.
    let unit = format!("1e-{decimals}").parse::<f64>().unwrap_or(0.0);
    let read = nearest.parse::<f64>().unwrap_or(percent);
    let shown = match round {
        Round::Down if read > percent => format!("{:.decimals$}", read - unit),
        Round::Up if read < percent => format!("{:.decimals$}", read + unit),
        Round::Nearest if read >= 100.0 => format!("{:.decimals$}", read - unit),
        _ => nearest,
    };
    format!("{shown} %")
}

/// `part` of `whole` in percent, to the nearest.
pub fn share<N: TryInto<u128>>(part: N, whole: N) -> String {
    let number = |count: N| count.try_into().unwrap_or_default() as f64;
    let whole = number(whole);
    percent(if whole > 0.0 { number(part) / whole } else { 0.0 }, Round::Nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_hand() {
        assert_eq!([0, 999, 10_010, 80_000_000].map(thousands::<u64>), ["0", "999", "10,010", "80,000,000"]);
        assert_eq!(counted(1, "pair"), "1 pair");
        assert_eq!(counted(0_u64, "pair"), "0 pairs");
        assert_eq!(counted(10_010_usize, "random pair"), "10,010 random pairs");
        assert_eq!([1, 2].map(|count| counted(count, "leaf")), ["1 leaf", "2 leaves"]);
        assert_eq!([1, 2].map(|count| counted(count, "axis")), ["1 axis", "2 axes"]);
    }

    #[test]
    fn shares_by_hand() {
        assert_eq!(share(807, 10_010), "8.0619 %");
        assert_eq!(share(0, 10), "0 %");
        assert_eq!(share(10, 10), "100 %");
        assert_eq!(share(0, 0), "0 %");
        assert_eq!(percent(3.1119e-5, Round::Nearest), "0.003112 %");
        assert_eq!(percent(1e-20, Round::Nearest), "0.000000000000000001000 %");
    }

    #[test]
    fn bounds_are_rounded_outward() {
        assert_eq!(percent(0.100_000_04, Round::Down), "10.0000 %");
        assert_eq!(percent(0.100_000_04, Round::Up), "10.0001 %");
        assert_eq!(percent(0.100_000_96, Round::Down), "10.0000 %");
        assert_eq!(percent(0.100_000_96, Round::Up), "10.0001 %");
        assert_eq!(percent(3.1119e-5, Round::Down), "0.003111 %");
        assert_eq!(percent(3.1111e-5, Round::Up), "0.003112 %");
        // What is nearly all is not all, unless it is the most that there can be.
        assert_eq!(percent(0.999_999_999, Round::Nearest), "99.9999 %");
        assert_eq!(percent(0.999_999_999, Round::Down), "99.9999 %");
        for share in (1..1000).map(|step| f64::from(step) / 1009.0) {
            let value = |round| percent(share, round).trim_end_matches(" %").parse::<f64>().unwrap();
            let (down, nearest, up) = (value(Round::Down), value(Round::Nearest), value(Round::Up));
            assert!(down <= 100.0 * share && 100.0 * share <= up && up - down < 1.1e-4, "{share}");
            assert!(nearest == down || nearest == up, "{share}");
        }
    }
}
