//! Text in lines of bounded length.

/// `text` with lines of at most `width` characters, where spaces allow it; its own line breaks stay.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.trim().lines() {
        let mut used = 0;
        for word in line.split_whitespace() {
            let size = word.chars().count();
            if used > 0 && used + 1 + size > width {
                out.push('\n');
                used = 0;
            }
            if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += size;
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_lines_break_at_spaces() {
        assert_eq!(wrapped("one two three\n\nfour", 7), "one two\nthree\n\nfour\n");
        assert_eq!(wrapped("unbreakable", 3), "unbreakable\n");
    }
}
