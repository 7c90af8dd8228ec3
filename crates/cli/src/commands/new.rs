//! `nanoadder new`: a model file to begin with.

use crate::Answer;
use crate::args::{Common, New};
use crate::output::{SCHEMA_VERSION, stdout, tell};
use crate::pending::write_new;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    template: &'a str,
    file: &'a str,
}

pub(crate) fn run(args: &New, common: &Common) -> anyhow::Result<Answer> {
    let (name, template) = (args.name.as_str(), args.template);
    spec::check_name(name)?;
    anyhow::ensure!(
        zoo::find(name).is_none(),
        "name `{name}`: a model that comes with nanoadder has it: expected another"
    );
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    let file = crate::output::path(&path);
    write_new(&path, template.text(name, &file)?.as_bytes())?;
    if common.verbose {
        tell!("{name} from the template {}: {}", template.name, template.about);
    }
    if common.json() {
        let json = Json { schema_version: SCHEMA_VERSION, model: name, template: template.name, file: &file };
        crate::output::json(&json)?;
    } else {
        writeln!(stdout(), "{file}")?;
        if !common.quiet {
            tell!("right as it stands; `nanoadder check {file}` judges what you change");
        }
    }
    Ok(Answer::Yes)
}
