//! The kinds of files that a picture is written as.

use crate::svg::escape;
use crate::{Svg, Theme, png};
use std::path::Path;

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// SVG that stands alone, light or dark as the reader's screen is.
    Svg,
    /// PNG, light.
    Png,
    /// One page of HTML, with the picture in it.
    Html,
}

impl Format {
    /// The format that a file's name ends with.
    ///
    /// # Errors
    ///
    /// If it is none of them; the text says what was expected.
    pub fn of(path: &Path) -> Result<Self, String> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        match ending.as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            "html" | "htm" => Ok(Self::Html),
            _ => Err(format!("`{}`: expected a name that ends with .svg, .png or .html", path.display())),
        }
    }

    /// The bytes of the file.
    ///
    /// # Errors
    ///
    /// If a PNG would be too large.
    pub fn write(self, svg: &Svg) -> Result<Vec<u8>, String> {
        match self {
            Self::Svg => Ok(svg.finish(Theme::System).into_bytes()),
            Self::Png => png::png(&svg.finish(Theme::Light)),
            Self::Html => Ok(html(svg).into_bytes()),
        }
    }
}

fn html(svg: &Svg) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>:root {{ color-scheme: light dark }} body {{ margin: 0 }} main {{ overflow-x: auto }} svg {{ margin: auto }}</style>\n\
         <main>\n{}</main>\n</html>\n",
        escape(svg.title()),
        svg.finish(Theme::System)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_a_format() {
        assert_eq!(Format::of(Path::new("a.b/why.SVG")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("why.html")), Ok(Format::Html));
        for bad in ["why", "why.gif", ".svg"] {
            assert!(Format::of(Path::new(bad)).unwrap_err().contains("expected"), "{bad}");
        }
    }

    #[test]
    fn a_small_picture_in_each_format() {
        let mut svg = Svg::new(40.0, "t");
        svg.text((4.0, 16.0), "s₃ −1", "digit strong");
        svg.grow(20.0);
        let png = Format::Png.write(&svg).unwrap();
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[16..24], [0, 0, 0, 80, 0, 0, 0, 40]);
        let blank = Format::Png.write(&{
            let mut blank = Svg::new(40.0, "t");
            blank.grow(20.0);
            blank
        });
        assert_ne!(png, blank.unwrap(), "the letters are painted");
        assert!(String::from_utf8(Format::Html.write(&svg).unwrap()).unwrap().starts_with("<!doctype html>"));
    }
}
