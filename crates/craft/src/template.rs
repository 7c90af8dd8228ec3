//! `new`: model files to begin with, each of which is right as it stands.

use spec::{NameError, check_name};

/// A model file to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// What it is called.
    pub name: &'static str,
    /// Its architecture in one line.
    pub about: &'static str,
    text: &'static str,
}

/// Every template; the first is the usual one.
pub const TEMPLATES: [Template; 2] = [
    Template {
        name: "sinusoid",
        about: "the seed's family: a sinusoid of period 11, two heads, two pairs of hinges, a parabola",
        text: include_str!("../templates/sinusoid.toml"),
    },
    Template {
        name: "rope",
        about: "the smallest published ones' family: RoPE with a period of 19, one head, a gated step, a tied head",
        text: include_str!("../templates/rope.toml"),
    },
];

impl Template {
    /// The template called `name`, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The text of a model file for the model `name` that will be in `file`, which its comments mention.
    ///
    /// # Errors
    ///
    /// If [`check_name`] refuses the name.
    pub fn text(&self, name: &str, file: &str) -> Result<String, NameError> {
        check_name(name)?;
        // A comment ends with its line.
        let file = spec::text::line(file);
        Ok(self.text.replace("\"NAME\"", &format!("\"{name}\"")).replace("FILE", &file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_the_file_stand_in_the_text() {
        let text = TEMPLATES[0].text("mine", "a folder/mine.toml").unwrap();
        assert!(text.contains("name = \"mine\"\n") && text.contains("nanoadder check a folder/mine.toml\n"));
        assert!(!text.contains("NAME") && !text.contains("FILE"));
    }
}
