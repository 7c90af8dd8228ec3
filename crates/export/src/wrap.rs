//! Text in lines of bounded length.

/// `text` with lines of at most `width` characters, where spaces allow it. Paragraphs stay apart, and so do the items of a list.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for line in text.trim().lines() {
        let own = line.trim().is_empty() || line.starts_with("- ");
        if own && used > 0 {
            out.push('\n');
            used = 0;
        }
        if line.trim().is_empty() {
            out.push('\n');
        }
        for word in line.split_whitespace() {
            let size = word.chars().count();
            if used > 0 {
                let fits = used + 1 + size <= width;
                out.push(if fits { ' ' } else { '\n' });
                used = if fits { used + 1 } else { 0 };
            }
            out.push_str(word);
            used += size;
        }
    }
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_flow_within_paragraphs() {
        assert_eq!(wrapped("one two\nthree\n\nfour", 9), "one two\nthree\n\nfour\n");
        assert_eq!(wrapped("one\ntwo\n- a\n- b", 20), "one two\n- a\n- b\n");
        assert_eq!(wrapped("unbreakable", 3), "unbreakable\n");
    }
}
