//! `nanoadder man`: the manual page, all commands in one.

use crate::Answer;
use crate::args::{Args, Common};
use crate::output::{counted, tell};
use clap::CommandFactory;
use std::io::Write;

pub(crate) fn run(common: &Common) -> anyhow::Result<Answer> {
    let mut command = Args::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let man = clap_mangen::Man::new(sub.clone());
        writeln!(page, ".SH \"{}\"", sub.get_name().to_uppercase())?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    std::io::stdout().lock().write_all(&page)?;
    if common.verbose {
        tell!(
            "the manual page: {}, {}",
            counted(command.get_subcommands().count(), "command"),
            counted(page.len(), "byte")
        );
    }
    Ok(Answer::Yes)
}
